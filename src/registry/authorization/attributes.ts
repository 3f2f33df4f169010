/** What is asked of an authorizer. Source: apiserver pkg/authorization/authorizer/interfaces.go. */
import type { UserInfo } from '../../apis/definition.ts';

interface Common {
  readonly user: UserInfo;
  /** `list`, `escalate`, …; of a path: the method in lower case. */
  readonly verb: string;
}

export interface ResourceAttributes extends Common {
  readonly isResource: true;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' at the cluster scope and for all namespaces. */
  readonly namespace: string;
  /** '' for collections. */
  readonly name: string;
}

export interface PathAttributes extends Common {
  readonly isResource: false;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

/** Attributes of a resource, at the cluster scope unless told. */
export const resourceAttributes = (
  user: UserInfo,
  verb: string,
  group: string,
  resource: string,
  rest: Partial<Pick<ResourceAttributes, 'subresource' | 'namespace' | 'name'>> = {},
): ResourceAttributes => ({
  user,
  verb,
  isResource: true,
  group,
  resource,
  subresource: '',
  namespace: '',
  name: '',
  ...rest,
});

/** What an authorizer says. Who is not allowed is refused; nothing here denies what something else allows. */
export interface Decision {
  readonly allowed: boolean;
  /** Why, for audit and reviews; '' without one. */
  readonly reason: string;
  /** Storage keys the permission rests on: while they are as they were, it holds. */
  readonly keys: readonly string[];
}

export const SUPERUSERS = 'system:masters';

/** May do everything: nobody is asked. */
export const isSuperuser = ({ groups }: UserInfo): boolean => groups.includes(SUPERUSERS);

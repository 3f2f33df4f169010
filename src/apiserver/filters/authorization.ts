/**
 * Who may do what. Roles are not evaluated yet: members of system:masters may do everything, everybody else may ask who
 * they are and what they may, and is refused the rest in upstream's words. Source: apiserver pkg/endpoints/filters/authorization.go,
 * pkg/endpoints/handlers/responsewriters/errors.go.
 */
import { StatusError } from '../../apimachinery/status.ts';
import type { ResourceDefinition, UserInfo } from '../../apis/definition.ts';
import type { RequestInfo } from '../request-info.ts';

export const isAdministrator = ({ groups }: UserInfo): boolean => groups.includes('system:masters');

/** What the role system:basic-user grants everybody who is authenticated. */
const BASIC = new Set([
  'authentication.k8s.io/selfsubjectreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
]);

/** @throws StatusError 403. */
export function authorize(user: UserInfo, info: RequestInfo, { group, resource }: ResourceDefinition): void {
  if (isAdministrator(user)) return;
  if (
    BASIC.has(`${group}/${resource}`) &&
    info.verb === 'create' &&
    user.groups.includes('system:authenticated')
  ) {
    return;
  }
  const what = info.subresource ? `${resource}/${info.subresource}` : resource;
  const where = info.namespace
    ? `in the namespace ${JSON.stringify(info.namespace)}`
    : 'at the cluster scope';
  const subject = `${group ? `${resource}.${group}` : resource}${info.name ? ` ${JSON.stringify(info.name)}` : ''}`;
  throw new StatusError(
    403,
    'Forbidden',
    `${subject} is forbidden: User ${JSON.stringify(user.username)} cannot ${info.verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`,
    { ...(info.name ? { name: info.name } : {}), ...(group ? { group } : {}), kind: resource },
  );
}

/**
 * The hook behind `authorizer`: expressions ask it while they run, so it answers at once. Declare the variables
 * `authorizer` and `authorizer.requestResource` with the types below, and bind them to `authorizerValue(ask)` and
 * `requestResourceValue(ask, {...})`.
 */

import { nameIsDNSLabel, nameIsDNSSubdomain } from '../../validation/names.ts';
import type { Library } from '../environment.ts';
import { noSuchOverload } from '../equality.ts';
import { CelError } from '../errors.ts';
import { boolType, type CelType, stringType } from '../types.ts';
import { OpaqueValue, type Value } from '../values.ts';
import { binary, fn, member, ternary, unary } from './declare.ts';

/** What `authorizer....check('verb')` asks. Undefined fields were not given. */
export interface AuthorizationQuery {
  readonly verb: string;
  /** `serviceAccount(namespace, name)` asks for another user than the request's. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  /** `path(...)`: a non-resource request; the rest is undefined then. */
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason?: string;
  /** The text of a failure of the authorizer: `errored()`, `error()`. */
  readonly error?: string;
}

export type Authorize = (query: AuthorizationQuery) => AuthorizationAnswer;

const typeOf = (name: string): CelType => ({
  kind: 'struct',
  name: `kubernetes.authorization.${name}`,
  params: [],
});

/** The type of the variable `authorizer`. */
export const authorizerType = typeOf('Authorizer');
/** The type of the variable `authorizer.requestResource`. */
export const resourceCheckType = typeOf('ResourceCheck');
const pathCheckType = typeOf('PathCheck');
const groupCheckType = typeOf('GroupCheck');
const decisionType = typeOf('Decision');

/** A step towards a question: what is known of the query so far. */
class CheckValue extends OpaqueValue {
  readonly #type: CelType;
  readonly authorize: Authorize;
  readonly query: Partial<AuthorizationQuery>;

  constructor(type: CelType, authorize: Authorize, query: Partial<AuthorizationQuery>) {
    super();
    this.#type = type;
    this.authorize = authorize;
    this.query = query;
  }

  get type(): CelType {
    return this.#type;
  }

  equals(): boolean {
    throw noSuchOverload();
  }

  with(type: CelType, query: Partial<AuthorizationQuery>): CheckValue {
    return new CheckValue(type, this.authorize, { ...this.query, ...query });
  }
}

class DecisionValue extends OpaqueValue {
  readonly answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    super();
    this.answer = answer;
  }

  get type(): CelType {
    return decisionType;
  }

  equals(): boolean {
    throw noSuchOverload();
  }
}

/** The value of the variable `authorizer`. */
export function authorizerValue(authorize: Authorize): OpaqueValue {
  return new CheckValue(authorizerType, authorize, {});
}

/** The value of the variable `authorizer.requestResource`: a check of what the request is about. */
export function requestResourceValue(
  authorize: Authorize,
  resource: Pick<AuthorizationQuery, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>,
): OpaqueValue {
  return new CheckValue(resourceCheckType, authorize, resource);
}

function notBlank(name: string, text: string): string {
  if (text.trim() === '') throw new CelError(`${name} must not be empty`);
  return text;
}

function serviceAccount(check: CheckValue, namespace: string, name: string): CheckValue {
  if (nameIsDNSSubdomain(name, false).length > 0) throw new CelError('Invalid service account name');
  if (nameIsDNSLabel(namespace, false).length > 0) throw new CelError('Invalid service account namespace');
  return check.with(authorizerType, { serviceAccount: { namespace, name } });
}

/** A method that adds one text to the query. */
const setter = (
  name: string,
  id: string,
  from: CelType,
  to: CelType,
  set: (text: string) => Partial<AuthorizationQuery>,
) =>
  fn(
    name,
    member(
      id,
      [from, stringType],
      to,
      binary<CheckValue, string>((check, text) => check.with(to, set(text))),
    ),
  );

const check = binary<CheckValue, string>(
  (value, verb) => new DecisionValue(value.authorize({ ...value.query, verb })),
);

const answer = (name: string, id: string, type: CelType, get: (answer: AuthorizationAnswer) => Value) =>
  fn(
    name,
    member(
      id,
      [decisionType],
      type,
      unary<DecisionValue>((decision) => get(decision.answer)),
    ),
  );

const R = resourceCheckType;

/** apiserver pkg/cel/library/authz.go. */
export const authorizerLibrary: Library = {
  name: 'kubernetes.authz',
  types: [authorizerType, pathCheckType, groupCheckType, resourceCheckType, decisionType],
  functions: [
    setter('path', 'authorizer_path', authorizerType, pathCheckType, (text) => ({
      path: notBlank('path', text),
    })),
    setter('group', 'authorizer_group', authorizerType, groupCheckType, (group) => ({ group })),
    fn(
      'serviceAccount',
      member(
        'authorizer_serviceaccount',
        [authorizerType, stringType, stringType],
        authorizerType,
        ternary(serviceAccount),
      ),
    ),
    setter('resource', 'groupcheck_resource', groupCheckType, R, (text) => ({
      resource: notBlank('resource', text),
    })),
    setter('subresource', 'resourcecheck_subresource', R, R, (subresource) => ({ subresource })),
    setter('namespace', 'resourcecheck_namespace', R, R, (namespace) => ({ namespace })),
    setter('name', 'resourcecheck_name', R, R, (name) => ({ name })),
    setter('fieldSelector', 'authorizer_fieldselector', R, R, (fieldSelector) => ({ fieldSelector })),
    setter('labelSelector', 'authorizer_labelselector', R, R, (labelSelector) => ({ labelSelector })),
    fn(
      'check',
      member('pathcheck_check', [pathCheckType, stringType], decisionType, check),
      member('resourcecheck_check', [R, stringType], decisionType, check),
    ),
    answer('errored', 'decision_errored', boolType, ({ error }) => error !== undefined),
    answer('error', 'decision_error', stringType, ({ error }) => error ?? ''),
    answer('allowed', 'decision_allowed', boolType, ({ allowed }) => allowed),
    answer('reason', 'decision_reason', stringType, ({ reason }) => reason ?? ''),
  ],
};

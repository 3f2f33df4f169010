/**
 * The hook behind `authorizer`: expressions ask it while they run, so it answers at once. Bind it as
 * `{ authorizer: authorizerValue(ask, user), 'authorizer.requestResource': ... }`.
 */

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

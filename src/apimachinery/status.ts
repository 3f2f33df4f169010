/**
 * Errors of the API, a closed set, and their one way to the wire: metav1.Status.
 * Source: kubernetes/apimachinery pkg/api/errors/errors.go.
 */
import { aggregate, cut, type FieldError, told } from './field-error.ts';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}
export interface StatusDetails {
  name?: string;
  group?: string;
  /** The resource (plural) for most reasons, the kind for Invalid, as upstream. */
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string; resourceVersion?: string };
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** Characters; upstream tells all. Refusals of fields end before. */
const MAX_MESSAGE = 2_000_000;

/** A refusal that a client is told. Everything else that is thrown becomes a 500 InternalError. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: Status['metadata'] = {},
  ) {
    const text = cut(message, MAX_MESSAGE);
    super(text);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message: text,
      ...(reason ? { reason } : {}),
      ...(details ? { details } : {}),
      code,
    };
  }
  get code(): number {
    return this.status.code;
  }
  get reason(): string {
    return this.status.reason ?? '';
  }
}

export interface GroupResource {
  group: string;
  resource: string;
}

const qualified = ({ group, resource }: GroupResource): string => (group ? `${resource}.${group}` : resource);
const detailsOf = ({ group, resource }: GroupResource, name: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  ...(resource ? { kind: resource } : {}),
});

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);
export const unauthorized = (message = 'Unauthorized'): StatusError =>
  new StatusError(401, 'Unauthorized', message);
export const notFound = (gr: GroupResource, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualified(gr)} "${name}" not found`, detailsOf(gr, name));
/** The answer for a path that no resource is served at. */
export const noSuchResource = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
export const alreadyExists = (gr: GroupResource, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${qualified(gr)} "${name}" already exists`, detailsOf(gr, name));
export const conflict = (gr: GroupResource, name: string, message: string): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(gr)} "${name}": ${message}`,
    detailsOf(gr, name),
  );
/** The object changed since the client read it. */
export const modified = (gr: GroupResource, name: string): StatusError =>
  conflict(
    gr,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
export const forbidden = (
  gr: GroupResource,
  name: string,
  message: string,
  causes?: StatusCause[],
): StatusError =>
  new StatusError(
    403,
    'Forbidden',
    name
      ? `${qualified(gr)} "${name}" is forbidden: ${message}`
      : `${qualified(gr)} is forbidden: ${message}`,
    { ...detailsOf(gr, name), ...(causes ? { causes } : {}) },
  );
export const methodNotAllowed = (gr: GroupResource, action: string): StatusError =>
  new StatusError(
    405,
    'MethodNotAllowed',
    `${action} is not supported on resources of kind "${qualified(gr)}"`,
    {
      ...(gr.group ? { group: gr.group } : {}),
      kind: gr.resource,
    },
  );
/** A path that is served, but not with this method: no resource is named, as no handler was asked. */
export const methodNotServed = (): StatusError =>
  new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
export const notAcceptable = (accepted: readonly string[]): StatusError =>
  new StatusError(
    406,
    'NotAcceptable',
    `only the following media types are accepted: ${accepted.join(', ')}`,
  );
export const unsupportedMediaType = (message: string): StatusError =>
  new StatusError(415, 'UnsupportedMediaType', message);
export const expired = (message: string, metadata?: Status['metadata']): StatusError =>
  new StatusError(410, 'Expired', message, undefined, metadata);
export const tooOldResourceVersion = (requested: number | string, oldest: number | string): StatusError =>
  expired(`too old resource version: ${requested} (${oldest})`);
export const requestEntityTooLarge = (message: string): StatusError =>
  new StatusError(413, 'RequestEntityTooLarge', message);
export const tooManyRequests = (
  message: string,
  retryAfterSeconds: number,
  causes?: StatusCause[],
): StatusError =>
  new StatusError(429, 'TooManyRequests', message, {
    ...(causes ? { causes } : {}),
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  });
export const internalError = (message: string): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
export const serviceUnavailable = (message: string): StatusError =>
  new StatusError(503, 'ServiceUnavailable', message);
export const resourceVersionTooLarge = (requested: number, current: number): StatusError =>
  new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

/** 422: `Pod "x" is invalid: …`, one cause for each field error. */
export function invalid(
  of: { group: string; kind: string; storedAs?: { group: string } | undefined },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  // What several groups serve is named by the one under which it is stored.
  const gk = { group: of.storedAs?.group ?? of.group, kind: of.kind };
  const kind = gk.group ? `${gk.kind}.${gk.group}` : gk.kind;
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${aggregate(errors)}`, {
    ...(name ? { name } : {}),
    ...(gk.group ? { group: gk.group } : {}),
    ...(gk.kind ? { kind: gk.kind } : {}),
    ...(errors.length
      ? { causes: told(errors).map(({ type, message, field }) => ({ reason: type, message, field })) }
      : {}),
  });
}

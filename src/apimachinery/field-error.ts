/**
 * Errors of single fields, as upstream's field.Error: what a 422 answer lists as its causes.
 * Source: kubernetes/apimachinery pkg/util/validation/field/errors.go.
 */
import { goQuote } from './go-quote.ts';

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  readonly type: FieldErrorType;
  /** Path, e.g. `spec.containers[0].image` or `metadata.labels[a/b]`. */
  readonly field: string;
  /** The whole of the message behind the path, e.g. `Invalid value: "x": must be …`. */
  readonly message: string;
}

/** Path of a named field below `path`; the empty path is the root. */
export function child(path: string, ...names: string[]): string {
  // Validation makes hundreds of paths for an object that is valid: no lists for them.
  let whole = path;
  for (const name of names) if (name !== '') whole = whole === '' ? name : `${whole}.${name}`;
  return whole;
}
/** Path of an item of a list or of a key of a map: `path[key]`. */
export const at = (path: string, key: string | number): string => `${path}[${key}]`;

/** Characters that are shown of one value, and of all errors of a refusal; upstream shows and tells all. */
const MAX_TOLD = 1_000_000;
/** A text that is remembered while errors are made. */
const LARGE = 10_000;

/** The value that was shown last, if it is large: some errors show the same list for each of its items. */
let shown: { readonly value: object; readonly text: string } | undefined;
const forget = (): void => {
  shown = undefined;
};

/** A value as Go prints it in these messages: strings quoted, composites as JSON. */
function show(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value === 'string') {
    return value.length > MAX_TOLD ? `${cut(goQuote(copyOf(value)))}…` : cut(goQuote(value));
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (shown?.value === value) return shown.text;
  // Go's JSON escapes what could be HTML.
  const text = cut(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, unicodeEscape));
  if (text.length > LARGE) {
    // Objects are refused in one go; later it may be another text.
    if (shown === undefined) queueMicrotask(forget);
    shown = { value, text };
  }
  return text;
}
/** The beginning of a text that is longer than a value that is shown, or than the limit. */
export const cut = (text: string, limit = MAX_TOLD): string =>
  text.length > limit ? `${copyOf(text, limit)}…` : text;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
/** A beginning that does not hold on to the whole, as a slice of a string would. */
const copyOf = (text: string, length = MAX_TOLD): string =>
  decoder.decode(encoder.encode(text.slice(0, length)));
const unicodeEscape = (ch: string): string => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`;

const error = (type: FieldErrorType, field: string, message: string): FieldError => ({
  type,
  field,
  message,
});
const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

export const required = (field: string, detail = ''): FieldError =>
  error('FieldValueRequired', field, withDetail('Required value', detail));
export const invalid = (field: string, value: unknown, detail = ''): FieldError =>
  error('FieldValueInvalid', field, withDetail(`Invalid value: ${show(value)}`, detail));
export const typeInvalid = (field: string, value: unknown, detail = ''): FieldError =>
  error('FieldValueTypeInvalid', field, withDetail(`Invalid value: ${show(value)}`, detail));
export const duplicate = (field: string, value: unknown): FieldError =>
  error('FieldValueDuplicate', field, `Duplicate value: ${show(value)}`);
export const notFound = (field: string, value: unknown): FieldError =>
  error('FieldValueNotFound', field, `Not found: ${show(value)}`);
export const forbidden = (field: string, detail = ''): FieldError =>
  error('FieldValueForbidden', field, withDetail('Forbidden', detail));
export const internal = (field: string, detail: string): FieldError =>
  error('InternalError', field, withDetail('Internal error', detail));
/** A value outside a closed set. Upstream's text lists the sorted set; see `unsupported` for the exceptions. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  unsupported(field, value, [...supported].sort());
/** The same where upstream lists the set in an order of its own. */
export const unsupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  error(
    'FieldValueNotSupported',
    field,
    withDetail(
      `Unsupported value: ${show(value)}`,
      supported.length ? `supported values: ${supported.map(goQuote).join(', ')}` : '',
    ),
  );
/** `limit` is in bytes. */
export const tooLong = (field: string, limit: number): FieldError =>
  error(
    'FieldValueTooLong',
    field,
    `Too long: may not be more than ${limit} ${limit === 1 ? 'byte' : 'bytes'}`,
  );
export const tooMany = (field: string, actual: number, limit: number): FieldError =>
  error(
    'FieldValueTooMany',
    field,
    `Too many: ${actual}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
  );

/** As many errors as may be told, and how many more there are. */
export function told(errors: readonly FieldError[]): readonly FieldError[] {
  let left = MAX_TOLD;
  const end = errors.findIndex(({ field, message }) => {
    left -= field.length + message.length;
    return left < 0;
  });
  if (end < 0) return errors;
  // One at the least.
  const [first, ...others] = errors.slice(0, Math.max(end, 1));
  const kept = [{ ...first!, message: cut(first!.message) }, ...others];
  if (kept.length === errors.length) return kept;
  return [...kept, forbidden('<nil>', `${errors.length - kept.length} more errors`)];
}

/** `path: message` of one error, or `[a, b]` of several without repeats, as upstream's ErrorList.ToAggregate. */
export function aggregate(errors: readonly FieldError[]): string {
  const texts = [...new Set(told(errors).map((one) => `${one.field}: ${one.message}`))];
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
}

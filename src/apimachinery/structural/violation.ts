/**
 * What is wrong with a value, in the words of OpenAPI validation, and as the field error it becomes.
 * Sources: kube-openapi pkg/validation/errors/schema.go, apiextensions-apiserver pkg/apiserver/validation/validation.go.
 */
import {
  child,
  type FieldError,
  invalid,
  required as requiredError,
  tooLong,
  tooMany,
  typeInvalid,
  unsupported,
} from '../field-error.ts';
import { canonicalJSON } from '../hash.ts';
import { setOwn } from '../patch/values.ts';
import { isObject, type Json } from './types.ts';
import { goQuote } from '../go-quote.ts';

export interface Violation {
  /** The text by which the same violation is known. */
  readonly message: string;
  /** Path of the value with a dot before it or none, '' for the object itself; undefined when it says none. */
  readonly name: string | undefined;
  toFieldError(path: string, message: string): FieldError;
}

/** A number as Go's `%v` prints it. */
export function goNumber(value: number | bigint): string {
  if (typeof value === 'bigint' || value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}

/** A value as errors show it: the keys of maps sorted. */
export function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (!isObject(value)) return value;
  const sorted: Json = {};
  for (const key of Object.keys(value).sort()) setOwn(sorted, key, shown(value[key]));
  return sorted;
}

const plain = (name: string, text: string, value: unknown): Violation => ({
  message: `${name} in body ${text}`,
  name,
  toFieldError: (path, message) => invalid(path, value === null ? '' : shown(value), message),
});

/** @param found the type of the value, or the value itself where it has a wrong format. */
export const wrongType = (name: string, type: string, found: string): Violation => ({
  message: `${name} in body must be of type ${type}: ${goQuote(found)}`,
  name,
  toFieldError: (path, message) => typeInvalid(path, found, message),
});

export const missing = (name: string): Violation => ({
  message: `${name} in body is required`,
  name,
  toFieldError: (path) => requiredError(path),
});

export const notInEnum = (name: string, value: unknown, allowed: readonly unknown[]): Violation => ({
  message: `${name} in body should be one of ${canonicalJSON(allowed)}`,
  name,
  toFieldError: (path) =>
    unsupported(
      path,
      shown(value),
      allowed.map((one) => (typeof one === 'string' ? one : canonicalJSON(one))),
    ),
});

export const longerThan = (name: string, limit: number): Violation => ({
  message: `${name} in body should be at most ${limit} chars long`,
  name,
  toFieldError: (path) => tooLong(path, limit),
});
export const shorterThan = (name: string, limit: number, value: string): Violation =>
  plain(name, `should be at least ${limit} chars long`, value);
export const notMatching = (name: string, pattern: string, value: string): Violation =>
  plain(name, `should match '${pattern}'`, value);

export const moreItemsThan = (name: string, limit: number, count: number): Violation => ({
  message: `${name} in body should have at most ${limit} items`,
  name,
  toFieldError: (path) => tooMany(path, count, limit),
});
export const fewerItemsThan = (name: string, limit: number, count: number): Violation =>
  plain(name, `should have at least ${limit} items`, count);
export const repeatedItems = (name: string): Violation => plain(name, `shouldn't contain duplicates`, '');

export const morePropertiesThan = (name: string, limit: number, count: number): Violation => ({
  message: `${name} in body should have at most ${limit} properties`,
  name,
  toFieldError: (path) => tooMany(path, count, limit),
});
export const fewerPropertiesThan = (name: string, limit: number, count: number): Violation =>
  plain(name, `should have at least ${limit} properties`, count);
export const forbiddenProperty = (name: string, key: string): Violation => ({
  ...plain(name, '', key),
  message: `${name}.${key} in body is a forbidden property`,
});

export const above = (name: string, limit: number, exclusive: boolean, value: number | bigint): Violation =>
  plain(name, `should be less than ${exclusive ? '' : 'or equal to '}${goNumber(limit)}`, value);
export const below = (name: string, limit: number, exclusive: boolean, value: number | bigint): Violation =>
  plain(name, `should be greater than ${exclusive ? '' : 'or equal to '}${goNumber(limit)}`, value);
export const notMultipleOf = (name: string, factor: number, value: number | bigint): Violation =>
  plain(name, `should be a multiple of ${goNumber(factor)}`, value);
export const factorNotPositive = (name: string, factor: number): Violation => ({
  ...plain(name, '', factor),
  message: `factor MultipleOf declared for ${name} must be positive: ${goNumber(factor)}`,
});

/** What is said of the object as a whole, wherever it was found. */
export const general = (message: string): Violation => ({
  message,
  name: undefined,
  toFieldError: (path, text) => invalid(path, '', text),
});

/** Field errors below `path`, each once. What has no path of its own upstream shows as Go shows nothing. */
export function toFieldErrors(violations: readonly Violation[], path: string): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const { message, name, toFieldError } of violations) {
    if (seen.has(message)) continue;
    seen.add(message);
    const place = name?.replace(/^\./, '') ?? '';
    errors.push(toFieldError((place === '' ? path : child(path, place)) || '<nil>', message));
  }
  return errors;
}

/**
 * Rules of single fields that many kinds check, as lists of field errors.
 * Source: kubernetes pkg/apis/core/validation/validation.go, kubernetes/apimachinery pkg/apis/meta/v1/validation.
 */
import {
  type FieldError,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidPortName,
  isValidPortNum,
} from '../../apimachinery/validation/content.ts';

export const NEGATIVE = 'must be greater than or equal to 0';
export const NOT_POSITIVE = 'must be greater than zero';
export const NOT_INTEGER = 'must be an integer';
const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

/** One Invalid error for each message. */
export const invalidEach = (
  path: string,
  value: unknown,
  messages: readonly string[],
  shown: unknown = value,
): FieldError[] => messages.map((message) => invalid(path, shown, message));

export const checkDNS1123Label = (value: string, path: string): FieldError[] =>
  invalidEach(path, value, isDNS1123Label(value));
export const checkDNS1123Subdomain = (value: string, path: string): FieldError[] =>
  invalidEach(path, value, isDNS1123Subdomain(value));
export const checkQualifiedName = (value: string, path: string): FieldError[] =>
  invalidEach(path, value, isQualifiedName(value));

/** One of a closed set of values; absent passes. */
export const checkOneOf = (
  value: string | undefined,
  supported: readonly string[],
  path: string,
): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [notSupported(path, value, supported)];

/** One of a closed set of values, which must be there. */
export const checkRequiredOneOf = (
  value: string | undefined,
  supported: readonly string[],
  path: string,
): FieldError[] => (value ? checkOneOf(value, supported, path) : [required(path)]);

/** The same where upstream lists the set in an order of its own. */
export const checkRequiredOneOfInOrder = (
  value: string | undefined,
  supported: readonly string[],
  path: string,
): FieldError[] => {
  if (!value) return [required(path)];
  return supported.includes(value) ? [] : [unsupported(path, value, supported)];
};

/** A number that may be missing, but not below zero. */
export const checkNonNegative = (value: number | bigint | undefined, path: string): FieldError[] =>
  (value ?? 0) < 0 ? [invalid(path, value, NEGATIVE)] : [];

/** Permission bits of a file. */
export const checkFileMode = (mode: number | undefined, path: string): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777) ? [invalid(path, mode, FILE_MODE)] : [];

/** A port by its number or by its name. */
export const checkPortNumberOrName = (port: number | string, path: string): FieldError[] =>
  invalidEach(path, port, typeof port === 'number' ? isValidPortNum(port) : isValidPortName(port));

/** A path that may not leave its root. */
export const checkNoBacksteps = (path: string, field: string): FieldError[] =>
  path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];

/** A relative path that stays below where it starts. */
export const checkLocalDescendingPath = (path: string, field: string): FieldError[] => [
  ...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []),
  ...checkNoBacksteps(path, field),
];

/** A relative, descending path whose first name does not start with two dots: those are the volume's own. */
export const checkLocalNonReservedPath = (path: string, field: string): FieldError[] => [
  ...checkLocalDescendingPath(path, field),
  ...(path.startsWith('..') && !path.startsWith('../')
    ? [invalid(field, path, "must not start with '..'")]
    : []),
];

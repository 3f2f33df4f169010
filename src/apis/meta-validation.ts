/** Rules that many kinds share. */
import { type FieldError, invalid, required, tooLong } from '../apimachinery/field-error.ts';
import { byteLength, isDNS1123Subdomain, isQualifiedName } from '../apimachinery/validation/content.ts';

/** One `Invalid value` for each message. */
export const invalidEach = (path: string, value: unknown, messages: readonly string[]): FieldError[] =>
  messages.map((message) => invalid(path, value, message));

export const validateQualifiedName = (name: string, path: string): FieldError[] =>
  invalidEach(path, name, isQualifiedName(name));

/** Source: kubernetes/apimachinery pkg/util/validation/validation.go IsFullyQualifiedName. */
export function validateFullyQualifiedName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const messages = isDNS1123Subdomain(name);
  if (messages.length) return [invalid(path, name, messages.join(','))];
  return name.split('.').length < 3
    ? [invalid(path, name, 'should be a domain with at least three segments separated by dots')]
    : [];
}

/** Source: kubernetes pkg/apis/core/validation/validation.go ValidateCSIDriverName. */
export function validateCSIDriverName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const errors = byteLength(name) > 63 ? [tooLong(path, 63)] : [];
  return [...errors, ...invalidEach(path, name, isDNS1123Subdomain(name.toLowerCase()))];
}

/** What ConfigMaps and Secrets have in common: keys, a limit of size, and data that may be made immutable. */
import { at, type FieldError, forbidden } from '../../apimachinery/field-error.ts';
import { isConfigMapKey } from '../../apimachinery/validation/content.ts';
import { semanticEqual } from '../strategy.ts';
import { invalidEach } from './field-rules.ts';

/** Most bytes of all values together. */
export const MAX_DATA_BYTES = 1024 * 1024;

/** Bytes that a base64 text stands for. */
export function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

export const checkDataKey = (key: string, path: string): FieldError[] =>
  invalidEach(at(path, key), key, isConfigMapKey(key));

interface Immutable {
  immutable?: boolean;
}

/** Once `immutable` is set, neither it nor these fields change. */
export function checkImmutableData<T extends Immutable>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const detail = 'field is immutable when `immutable` is set';
  return [
    ...(object.immutable ? [] : [forbidden('immutable', detail)]),
    ...fields
      .filter((field) => !semanticEqual(object[field], old[field]))
      .map((field) => forbidden(field, detail)),
  ];
}

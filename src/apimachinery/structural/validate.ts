/**
 * Objects against the schema of their version, on creation and on update.
 * Source: apiextensions-apiserver pkg/apiserver/validation/{validation,ratcheting}.go.
 */
import type { FieldError } from '../field-error.ts';
import { Correlation } from './correlation.ts';
import { boundedly, type Result, validateAt } from './schema-validator.ts';
import type { JSONSchemaProps } from './types.ts';
import { toFieldErrors } from './violation.ts';

const NOTHING: Result = { violations: [], matches: 0 };

/**
 * All that is wrong with a value.
 * @param path what the errors' paths begin with; what concerns a whole object has upstream's `<nil>` for a path.
 */
export function validateValue(value: unknown, props: JSONSchemaProps | undefined, path = ''): FieldError[] {
  return props
    ? toFieldErrors(
        boundedly(() => validateAt(props, value, '')),
        path,
      )
    : [];
}

/**
 * What is wrong with a value and was not in the old one: a part that did not change is not refused for what the
 * schema did not ask of it before. Items of lists are compared by their keys.
 */
export function validateUpdate(
  value: unknown,
  old: unknown,
  props: JSONSchemaProps | undefined,
  path = '',
): FieldError[] {
  // Most objects are valid, and need no comparison.
  if (!props || boundedly(() => validateAt(props, value, '')).length === 0) return [];
  const correlation = new Correlation(value, old, props);
  return toFieldErrors(
    boundedly(() => ratchet(props, correlation, '')),
    path,
  );
}

/** Fields of the object itself, in which the old version does not show. */
const isTypeMeta = (name: string, key: string): boolean =>
  name === '' && (key === 'kind' || key === 'apiVersion');

function ratchet(props: JSONSchemaProps, here: Correlation, name: string): Result {
  const result = validateAt(props, here.value, name, {
    field(key, schema, childName, value) {
      const below = isTypeMeta(name, key) ? undefined : here.key(key);
      return below ? ratchet(schema, below, childName) : validateAt(schema, value, childName);
    },
    item(index, schema, childName, value) {
      const below = here.index(index);
      return below ? ratchet(schema, below, childName) : validateAt(schema, value, childName);
    },
  });
  if (result.violations.length === 0 || !here.isUnchanged()) return result;
  return { ...NOTHING, matches: result.matches };
}

import { goType, goValue } from '../patch/go-format.ts';
import { isObject } from '../patch/values.ts';
import type { Schema } from '../schema/schema.ts';
import { type PathElement, printElement } from './path-element.ts';
import { itemElement, own, TypedError } from './typed.ts';

/**
 * Checks that an applied object is what its schema says: types, declared fields, list items that can be told apart.
 * Source and texts: structured-merge-diff typed/validate.go and helpers.go.
 * @throws TypedError with all that is wrong, one line each when there are several.
 */
export function validateApplied(object: unknown, schema: Schema | undefined): void {
  const errors: string[] = [];
  validateValue(object, schema, '', errors);
  if (errors.length === 0) return;
  throw new TypedError(
    errors.length === 1 ? errors[0]! : ['errors:', ...errors.map((one) => `  ${one}`)].join('\n'),
  );
}

function validateValue(value: unknown, schema: Schema | undefined, path: string, errors: string[]): void {
  if (schema === undefined || value === null || value === undefined) return;
  const wrong = (message: string): void => {
    errors.push(path === '' ? message : `${path}: ${message}`);
  };
  switch (schema.type) {
    case 'raw':
    case 'fieldsV1':
      return;
    case 'array':
      if (Array.isArray(value)) validateItems(value, schema, path, errors);
      else wrong(`expected list, got &{${goValue(value)}}`);
      return;
    case 'map':
    case 'struct':
      if (!isObject(value)) wrong(`expected map, got &{${goValue(value)}}`);
      else validateFields(value, schema, path, errors);
      return;
    case 'integer':
    case 'number':
      if (typeof value !== 'number' && typeof value !== 'bigint')
        wrong(`expected numeric (int or float), got ${goType(value)}`);
      return;
    case 'boolean':
      if (typeof value !== 'boolean') wrong(`expected boolean, got &{${goValue(value)}}`);
      return;
    case 'quantity':
    case 'intOrString':
    case 'time':
    case 'microTime':
      if (typeof value === 'object') wrong(`expected any scalar, got &{${goValue(value)}}`);
      return;
    default:
      if (typeof value !== 'string') {
        wrong(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
      }
  }
}

function validateFields(
  object: Record<string, unknown>,
  schema: Schema,
  path: string,
  errors: string[],
): void {
  const struct = schema.type === 'struct';
  for (const key in object) {
    const value = own(object, key);
    if (value === undefined) continue;
    const field = struct ? schema.fields?.get(key) : undefined;
    if (struct && !field && !schema.preserveUnknownFields) {
      errors.push(`${path}.${key}: field not declared in schema`);
      return;
    }
    validateValue(value, struct ? field?.schema : schema.values, `${path}.${key}`, errors);
  }
}

function validateItems(items: readonly unknown[], schema: Schema, path: string, errors: string[]): void {
  const owned = schema.listType === 'map' || schema.listType === 'set';
  const seen = new Set<PathElement>();
  for (const [index, item] of items.entries()) {
    let element = `i:${index}`;
    if (owned) {
      try {
        element = itemElement(item, schema);
      } catch (error) {
        if (!(error instanceof TypedError)) throw error;
        errors.push(`${path}: element ${index}: ${error.message}`);
        return;
      }
      if (seen.has(element)) errors.push(`${path}: duplicate entries for key ${printElement(element)}`);
      seen.add(element);
    }
    validateValue(item, schema.items, path + printElement(element), errors);
  }
}

/** The value as Go's `%#v` prints it. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isObject(value)) {
    const entries = Object.keys(value).sort();
    return `map[string]interface {}{${entries.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`).join(', ')}}`;
  }
  return String(value);
}

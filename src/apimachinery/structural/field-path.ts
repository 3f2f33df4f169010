/**
 * Paths to fields of custom resources, e.g. `.spec.color` or `.spec['a.b']`.
 * Source: kubernetes/apiextensions-apiserver pkg/apiserver/schema/cel/validation.go ValidFieldPath.
 */
import { at, child } from '../field-error.ts';
import { fieldOf, type JSONSchemaProps, valuesOf } from './types.ts';

export interface FieldPath {
  /** As errors write it: fields after dots, keys of maps in brackets. */
  readonly path: string;
  /** The names on the way. */
  readonly names: readonly string[];
  /** The schema at the end. */
  readonly schema: JSONSchemaProps;
}

const TOKEN = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|'/gy;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
};

/** Follows a path through a schema. The answer is a text when the path leads nowhere: what is wrong with it. */
export function followFieldPath(
  text: string,
  root: JSONSchemaProps,
  arrayNotation: boolean,
): FieldPath | string {
  const tokens = text.match(TOKEN) ?? [];
  const names: string[] = [];
  let path = '';
  let schema = root;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    let name: string | undefined;
    if (token === '[') {
      if (!arrayNotation) return 'array notation is not allowed';
      const quoted = tokens[++i];
      if (quoted === undefined) return 'unexpected end of JSON path';
      if (!/^'.*'$/s.test(quoted) || quoted.length < 2)
        return `expected single quoted string but got ${quoted}`;
      const inner = quoted.slice(1, -1);
      const unknown = [...inner.matchAll(/\\(.)/gs)].find(([, ch]) => !Object.hasOwn(ESCAPES, ch!));
      if (unknown) return `invalid string literal: invalid escape char ${unknown[0]}`;
      name = inner.replace(/\\(.)/gs, (_, ch: string) => ESCAPES[ch]!);
      const close = tokens[++i];
      if (close === undefined) return 'unexpected end of JSON path';
      if (close !== ']') return `expected ] but got ${close}`;
    } else if (token === '.') {
      name = tokens[++i];
      if (name === undefined) return 'unexpected end of JSON path';
    } else {
      return `expected [ or . but got: ${token}`;
    }
    const next = schema.properties ? fieldOf(schema, name) : valuesOf(schema);
    if (!next) return 'does not refer to a valid field';
    path = schema.properties ? child(path, name) : at(path, name);
    names.push(name);
    schema = next;
  }
  return { path, names, schema };
}

/**
 * Paths to fields of custom resources, e.g. `.spec.color` or `.spec['a.b']`.
 * Source: kubernetes/apiextensions-apiserver pkg/apiserver/schema/cel/validation.go ValidFieldPath.
 */
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { valuesOf } from './structural.ts';

export interface FieldPath {
  /** The names on the way. */
  readonly names: readonly string[];
  /** The schema at the end. */
  readonly schema: JSONSchemaProps;
}

const TOKEN = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|'/gy;

/** Follows a path through a schema. The answer is a text when the path leads nowhere: what is wrong with it. */
export function followFieldPath(
  text: string,
  root: JSONSchemaProps,
  arrayNotation: boolean,
): FieldPath | string {
  const tokens = text.match(TOKEN) ?? [];
  const names: string[] = [];
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
      name = quoted.slice(1, -1).replace(/\\(.)/gs, '$1');
      const close = tokens[++i];
      if (close === undefined) return 'unexpected end of JSON path';
      if (close !== ']') return `expected ] but got ${close}`;
    } else if (token === '.') {
      name = tokens[++i];
      if (name === undefined) return 'unexpected end of JSON path';
    } else {
      return `expected [ or . but got: ${token}`;
    }
    const next = step(schema, name);
    if (!next) return 'does not refer to a valid field';
    names.push(name);
    schema = next;
  }
  return { names, schema };
}

function step(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  if (!schema.properties) return valuesOf(schema);
  return Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}

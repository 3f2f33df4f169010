import { describe, expect, it } from 'vitest';
import { coerceObjectMeta, validateObjectMeta } from './object-meta.ts';
import type { Json, JSONSchemaProps } from './types.ts';

const embedded: JSONSchemaProps = {
  type: 'object',
  'x-kubernetes-embedded-resource': true,
  'x-kubernetes-preserve-unknown-fields': true,
};
const props: JSONSchemaProps = {
  type: 'object',
  properties: { template: embedded, map: { type: 'object', additionalProperties: embedded } },
};
const coerce = (object: Json, dropInvalid = false) =>
  coerceObjectMeta(object, props, { root: false, dropInvalid });
const validate = (object: Json) =>
  validateObjectMeta(object, props, { root: false }).map((error) => `${error.field}: ${error.message}`);

describe('metadata of embedded resources', () => {
  it('keeps what an ObjectMeta has', () => {
    const object = {
      template: { metadata: { name: 'a', x: 1, creationTimestamp: null, labels: { a: 'b' } }, y: 1 },
      map: { 'a.b': { metadata: { z: 1 } } },
      metadata: { x: 1 },
    };
    expect(coerce(object)).toEqual({
      unknown: ['unknown field "map[a.b].metadata.z"', 'unknown field "template.metadata.x"'],
    });
    expect(object).toEqual({
      template: { metadata: { name: 'a', labels: { a: 'b' } }, y: 1 },
      map: { 'a.b': { metadata: {} } },
      metadata: { x: 1 },
    });
  });

  it.each<[Json, string]>([
    [{ kind: 1 }, 'template.kind: Invalid value: 1: must be a string'],
    [
      { metadata: 'x' },
      'template.metadata: Invalid value: "x": json: cannot unmarshal string into Go value of type v1.ObjectMeta',
    ],
    [
      { metadata: { name: 1 } },
      'template.metadata: Invalid value: {"name":1}: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string',
    ],
  ])('is refused where it cannot be read: %j', (template, text) => {
    const { error } = coerce({ template });
    expect(`${error?.field}: ${error?.message}`).toBe(text);
  });

  it('loses what cannot be read of stored objects', () => {
    const object = { template: { kind: 1, metadata: { name: 1, labels: { a: 'b' } } } };
    expect(coerce(object, true)).toEqual({ unknown: [] });
    expect(object).toEqual({ template: { metadata: { labels: { a: 'b' } } } });
  });

  it('is valid', () => {
    expect(validate({ template: { apiVersion: 'a/v1', kind: 'B', metadata: { name: 'A b' } } })).toEqual([]);
    expect(validate({ template: {} })).toEqual([
      'template.apiVersion: Required value',
      'template.kind: Required value',
    ]);
    expect(validate({ template: { apiVersion: 'a/b/c', kind: '', metadata: { name: 'a/b' } } })).toEqual([
      'template.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
      'template.kind: Invalid value: "": must not be empty',
      `template.metadata.name: Invalid value: "a/b": may not contain '/'`,
    ]);
  });
});

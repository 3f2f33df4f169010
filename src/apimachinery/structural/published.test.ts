import { describe, expect, it } from 'vitest';
import { publishedSchema } from './published.ts';
import type { CustomResourceDefinition, JSONSchemaProps } from './types.ts';

const definition = (openAPIV3Schema: JSONSchemaProps, more: object = {}): CustomResourceDefinition => ({
  spec: {
    group: 'stable.example.com',
    scope: 'Namespaced',
    names: { plural: 'crons', kind: 'Cron' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, ...more }],
  },
});
const root = (v2: boolean, props: JSONSchemaProps, more: object = {}): any =>
  publishedSchema(definition(props, more), 'v1', { v2 });
/** What becomes of a field of the spec. */
const published = (v2: boolean, x: JSONSchemaProps): any =>
  root(v2, { type: 'object', properties: { x } }).properties.x;

describe('the published schema', () => {
  it('is of a kind with metadata', () => {
    expect(root(false, { type: 'object' }, { selectableFields: [{ jsonPath: '.spec.a' }] })).toMatchObject({
      type: 'object',
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        metadata: {
          allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
        },
      },
      'x-kubernetes-group-version-kind': [{ group: 'stable.example.com', kind: 'Cron', version: 'v1' }],
      'x-kubernetes-selectable-fields': [{ fieldPath: 'spec.a' }],
    });
    expect(root(true, { type: 'object' }).properties.metadata.$ref).toBe(
      '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    );
  });

  it('says nothing of its fields in version 2 when any are allowed', () => {
    const props: JSONSchemaProps = {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { spec: { type: 'object' } },
    };
    expect(root(true, props).properties).toBeUndefined();
    expect(Object.keys(root(false, props).properties)).toEqual(['spec', 'apiVersion', 'kind', 'metadata']);
  });

  it.each<[string, JSONSchemaProps, object, object]>([
    [
      'drops from version 2 what it does not know',
      { type: 'integer', default: 1, minimum: 0, maximum: 5, anyOf: [{ maximum: 3 }], enum: [] },
      { type: 'integer', default: 1, minimum: 0, maximum: 5, anyOf: [{ maximum: 3 }] },
      { type: 'integer', minimum: 0, maximum: 5 },
    ],
    [
      'leaves what may be null without a type in version 2',
      { type: 'array', nullable: true, items: { type: 'string' } },
      { type: 'array', nullable: true, items: { type: 'string' } },
      {},
    ],
    [
      'does not ask version 2 for what may be null',
      {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string', nullable: true }, b: { type: 'string' } },
      },
      {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string', nullable: true }, b: { type: 'string' } },
      },
      { type: 'object', properties: { a: {}, b: { type: 'string' } } },
    ],
    [
      'leaves open what keeps unknown fields',
      {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { a: { type: 'string' } },
      },
      {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { a: { type: 'string' } },
      },
      { 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'spells out integers or strings',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ pattern: 'x' }] },
      {
        'x-kubernetes-int-or-string': true,
        allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }],
        anyOf: [{ pattern: 'x' }],
      },
      { 'x-kubernetes-int-or-string': true },
    ],
  ])('%s', (_, props, v3, v2) => {
    expect(published(false, props)).toEqual(v3);
    expect(published(true, props)).toEqual(v2);
  });

  it('gives embedded resources what every object has', () => {
    const embedded = published(false, {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      required: ['kind'],
      properties: { spec: { type: 'object' } },
    });
    expect(Object.keys(embedded.properties)).toEqual(['spec', 'apiVersion', 'kind', 'metadata']);
    expect(embedded.required).toEqual(['kind', 'apiVersion']);
  });
});

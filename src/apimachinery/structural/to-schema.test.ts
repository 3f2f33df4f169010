import { describe, expect, it } from 'vitest';
import { apply, type Write } from '../fieldmanager/manager.ts';
import { normalize } from '../serializer/unknown-fields.ts';
import type { StatusError } from '../status.ts';
import { BODY_SCHEMA, schemaOfCustomResource } from './to-schema.ts';
import type { Json, JSONSchemaProps } from './types.ts';

const GVK = { group: 'example.com', version: 'v1', kind: 'Thing' };
const item: JSONSchemaProps = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    protocol: { type: 'string', default: 'TCP' },
    value: { type: 'integer' },
  },
};
const props: JSONSchemaProps = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        port: { 'x-kubernetes-int-or-string': true },
        plain: { type: 'array', items: item },
        set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        items: {
          type: 'array',
          items: item,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'protocol'],
        },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        whole: {
          type: 'object',
          additionalProperties: { type: 'string' },
          'x-kubernetes-map-type': 'atomic',
        },
        open: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { known: { type: 'object', properties: { a: { type: 'string' } } } },
        },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
  },
};
const schema = schemaOfCustomResource(props, GVK);
const write = (manager: string, more: Partial<Write> = {}): Write => ({
  schema,
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  manager,
  now: '2025-01-01T00:00:00Z',
  ...more,
});
const object = (spec: Json, more: Json = {}): Json => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'x' },
  spec,
  ...more,
});
const ownedBy = (one: Json, manager: string): any =>
  (one.metadata as any).managedFields.find((entry: any) => entry.manager === manager)?.fieldsV1['f:spec'];

describe('server-side apply', () => {
  it('owns each part as its schema says', () => {
    const spec = {
      size: 1,
      port: 'http',
      plain: [{ name: 'a' }],
      set: ['a'],
      items: [{ name: 'a', value: 1 }],
      labels: { a: 'b' },
      whole: { a: 'b' },
      open: { known: { a: 'x', b: 'y' }, other: { deep: [1, { c: 1 }] } },
      template: { metadata: { labels: { a: 'b' } }, spec: { x: 1 } },
    };
    const live = apply(undefined, object(spec), write('one'));
    expect(live.spec).toEqual(spec);
    expect(ownedBy(live, 'one')).toEqual({
      'f:size': {},
      'f:port': {},
      'f:plain': {},
      'f:set': { 'v:"a"': {} },
      'f:items': { 'k:{"name":"a","protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
      'f:labels': { 'f:a': {} },
      'f:whole': {},
      'f:open': {
        'f:known': { 'f:a': {}, 'f:b': {} },
        'f:other': { '.': {}, 'f:deep': {} },
      },
      'f:template': { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': { '.': {}, 'f:x': {} } },
    });
  });

  it('merges what several own, and finds their conflicts', () => {
    let live = apply(
      undefined,
      object({ size: 1, set: ['a'], items: [{ name: 'a', value: 1 }] }),
      write('one'),
    );
    live = apply(
      live,
      object({ set: ['b'], items: [{ name: 'a', protocol: 'UDP' }], open: { x: 1 } }),
      write('two'),
    );
    expect(live.spec).toEqual({
      size: 1,
      set: ['a', 'b'],
      items: [
        { name: 'a', value: 1 },
        { name: 'a', protocol: 'UDP' },
      ],
      open: { x: 1 },
    });
    expect(() => apply(live, object({ size: 2 }), write('two'))).toThrow('conflict with "one": .spec.size');
    live = apply(live, object({ items: [] }), write('one'));
    expect(live.spec).toEqual({ set: ['b'], items: [{ name: 'a', protocol: 'UDP' }], open: { x: 1 } });
  });

  it('refuses fields that are not declared, but not where they are kept', () => {
    expect(() => apply(undefined, object({ nope: 1 }), write('one'))).toThrow(
      '.spec.nope: field not declared in schema',
    );
    const anything = schemaOfCustomResource(undefined, GVK);
    const live = apply(undefined, object({ a: { b: [1] } }, { data: 1 }), write('one', { schema: anything }));
    expect(ownedBy(live, 'one')).toEqual({ '.': {}, 'f:a': { '.': {}, 'f:b': {} } });
  });

  it('refuses values of another type', () => {
    let status: StatusError | undefined;
    try {
      apply(undefined, object({ size: 'x' }), write('one'));
    } catch (error) {
      status = error as StatusError;
    }
    expect(status?.message).toContain('.spec.size: expected numeric (int or float), got string');
  });
});

describe('decoding', () => {
  it('types the metadata of the object and of embedded ones', () => {
    const body = object(
      { template: { metadata: { name: 'a', nope: 1, creationTimestamp: null } } },
      { metadata: { name: 'x', nope: 1, labels: { a: 'b' } } },
    );
    expect(normalize(body, schema)).toEqual([
      'unknown field "metadata.nope"',
      'unknown field "spec.template.metadata.nope"',
    ]);
    expect(body).toEqual(
      object({ template: { metadata: { name: 'a' } } }, { metadata: { name: 'x', labels: { a: 'b' } } }),
    );
  });

  it('can leave everything as it came', () => {
    const more = { other: 1, metadata: { name: 'x', nope: 1, labels: null } };
    const body = object({ nope: null }, more);
    expect(normalize(body, BODY_SCHEMA)).toEqual([]);
    expect(body).toEqual(object({ nope: null }, more));
  });

  it('leaves wrong types of other fields to validation', () => {
    const body = object({ size: 'x', items: {} });
    expect(normalize(body, schema)).toEqual([]);
    expect(body).toEqual(object({ size: 'x', items: {} }));
  });
});

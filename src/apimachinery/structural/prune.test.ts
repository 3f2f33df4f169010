import { describe, expect, it } from 'vitest';
import { MAX_STRICT_ERRORS } from '../serializer/strict-fields.ts';
import { prune } from './prune.ts';
import type { JSONSchemaProps } from './types.ts';

const string: JSONSchemaProps = { type: 'string' };
const of = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...more,
});
const KEEP: JSONSchemaProps = { 'x-kubernetes-preserve-unknown-fields': true };

describe('pruning', () => {
  it.each<[string, JSONSchemaProps | undefined, unknown, unknown, string[]]>([
    [
      'drops what is not declared, and says so in the order of the paths',
      of({ spec: of({ a: string }) }),
      { z: 1, spec: { a: 'x', c: 1, b: {} } },
      { spec: { a: 'x' } },
      ['spec.b', 'spec.c', 'z'],
    ],
    [
      'looks into lists and maps',
      of({
        list: { type: 'array', items: of({ a: string }) },
        map: { type: 'object', additionalProperties: of({ a: string }) },
      }),
      { list: [{ a: '' }, { b: 1 }], map: { 'x.y': { b: 1 } } },
      { list: [{ a: '' }, {}], map: { 'x.y': {} } },
      ['list[1].b', 'map.x.y.b'],
    ],
    [
      'keeps what is to be kept, but not below what is declared',
      of({ spec: of({ a: of({}) }, KEEP) }),
      { spec: { a: { b: 1 }, c: { d: 1 } } },
      { spec: { a: {}, c: { d: 1 } } },
      ['spec.a.b'],
    ],
    [
      'keeps the items of a list that is to be kept',
      of({ list: { type: 'array', items: of({ a: string }), ...KEEP } }),
      { list: [{ b: 1 }] },
      { list: [{ b: 1 }] },
      [],
    ],
    [
      'empties what has no schema',
      of({ map: { type: 'object', additionalProperties: true }, list: { type: 'array' } }),
      { map: { a: { b: 1 } }, list: [{ c: 1 }] },
      { map: { a: {} }, list: [{}] },
      ['list[0].c', 'map.a.b'],
    ],
    [
      'leaves alone what every object has',
      undefined,
      { apiVersion: 'a', kind: 'b', metadata: { x: 1 }, spec: {} },
      { apiVersion: 'a', kind: 'b', metadata: { x: 1 } },
      ['spec'],
    ],
    [
      'leaves alone the metadata of embedded resources',
      of({ template: of({ spec: of({}) }, { 'x-kubernetes-embedded-resource': true }) }),
      { template: { metadata: { x: 1 }, kind: 'b', spec: { a: 1 } } },
      { template: { metadata: { x: 1 }, kind: 'b', spec: {} } },
      ['template.spec.a'],
    ],
  ])('%s', (_, props, object, pruned, paths) => {
    expect(prune(object, props, { root: true })).toEqual(paths.map((path) => `unknown field "${path}"`));
    expect(object).toEqual(pruned);
  });

  it('reports the first hundred', () => {
    const object = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`a${i}`, 1]));
    expect(prune(object, undefined, { root: true })).toHaveLength(MAX_STRICT_ERRORS);
    expect(object).toEqual({});
  });
});

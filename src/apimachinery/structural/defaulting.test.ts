import { describe, expect, it } from 'vitest';
import { applyDefaults, pruneDefaults, pruneNonNullableNulls } from './defaulting.ts';
import type { JSONSchemaProps } from './types.ts';

const of = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: 'object',
  properties,
  ...more,
});

describe('defaults', () => {
  const props = of({
    spec: of(
      { size: { type: 'integer', default: 1 }, note: { type: 'string', nullable: true, default: 'x' } },
      { default: {} },
    ),
    list: { type: 'array', items: of({ a: { type: 'string', default: 'b' } }) },
    map: { type: 'object', additionalProperties: of({ a: { type: 'boolean', default: false } }) },
  });
  it.each<[string, unknown, unknown]>([
    ['fill in what is absent, at all depths', {}, { spec: { size: 1, note: 'x' } }],
    ['leave what is there', { spec: { size: 0, note: '' } }, { spec: { size: 0, note: '' } }],
    [
      'replace null where it is no value',
      { spec: { size: null, note: null } },
      { spec: { size: 1, note: null } },
    ],
    [
      'reach into lists and maps',
      { spec: { size: 2, note: 'y' }, list: [{}, null], map: { x: {} } },
      { spec: { size: 2, note: 'y' }, list: [{ a: 'b' }, null], map: { x: { a: false } } },
    ],
  ])('%s', (_, object, result) => {
    applyDefaults(object, props);
    expect(object).toEqual(result);
  });

  it('are not shared between objects', () => {
    const [one, other] = [{} as any, {} as any];
    applyDefaults(one, props);
    one.spec.size = 9;
    applyDefaults(other, props);
    expect(other.spec.size).toBe(1);
    expect(props.properties!.spec!.default).toEqual({});
  });
});

describe('nulls', () => {
  it('go unless they are a value or have a default', () => {
    const props = of({
      plain: { type: 'string' },
      nullable: { type: 'string', nullable: true },
      defaulted: { type: 'string', default: 'x' },
      list: { type: 'array', items: of({ a: { type: 'string' } }) },
      map: { type: 'object', additionalProperties: { type: 'string' } },
    });
    const object = {
      plain: null,
      nullable: null,
      defaulted: null,
      list: [null, { a: null }],
      map: { a: null },
      unknown: null,
    };
    pruneNonNullableNulls(object, props);
    expect(object).toEqual({ nullable: null, defaulted: null, list: [null, {}], map: {}, unknown: null });
  });
});

describe('pruned defaults', () => {
  it('hold nothing that the schema does not know', () => {
    const items = of({ a: { type: 'string' } }, { default: { a: 'x', b: 1 } });
    const props = of({
      spec: of({ a: { type: 'string' } }, { default: { a: 'x', b: 1 } }),
      list: { type: 'array', items },
      embedded: of(
        {},
        { 'x-kubernetes-embedded-resource': true, default: { kind: 'A', metadata: { name: 'x', y: 1 } } },
      ),
      good: { type: 'string', default: 'x' },
    });
    const pruned = pruneDefaults(props);
    expect(pruned.properties!.spec!.default).toEqual({ a: 'x' });
    expect((pruned.properties!.list!.items as JSONSchemaProps).default).toEqual({ a: 'x' });
    expect(pruned.properties!.embedded!.default).toEqual({ kind: 'A', metadata: { name: 'x' } });
    expect(pruned.properties!.good).toBe(props.properties!.good);
    expect(props.properties!.spec!.default).toEqual({ a: 'x', b: 1 });
    expect(pruneDefaults(pruned)).toBe(pruned);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JSONObject } from '../patch/values.ts';
import { compare } from './compare.ts';
import {
  decodeFieldsV1,
  difference,
  equal,
  type FieldSet,
  intersection,
  isEmpty,
  leaves,
  paths,
  recursiveDifference,
  union,
} from './field-set.ts';
import { apply, updateManagedFields, type Write, withManagedFields } from './manager.ts';
import { thing } from './testing.ts';
import { toFieldSet, wholeSet } from './typed.ts';
import { validateApplied } from './validate.ts';

/** What holds of any objects, after any history of writes. */

const name = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('1', '2');
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 3 });
const item = fc.record(
  { name, value: fc.nat(1), tags: fc.uniqueArray(name, { minLength: 1 }) },
  { requiredKeys: ['name'] },
);
const fields = fc.record(
  {
    text: value,
    labels: fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true }),
    atomicMap: fc.dictionary(name, value, { noNullPrototype: true }),
    nested: fc.record(
      { a: value, b: fc.record({ c: value, d: value }, { requiredKeys: ['c'] }) },
      { requiredKeys: ['a'] },
    ),
    items: fc.uniqueArray(item, { selector: (one) => one.name, minLength: 1, maxLength: 3 }),
    set: fc.uniqueArray(name, { minLength: 1 }),
    atomicList: some(item),
    any: fc.dictionary(
      name,
      fc.oneof(value, some(value), fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true })),
      { minKeys: 1, noNullPrototype: true },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JSONObject>;

const object = (one: JSONObject): JSONObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'x', uid: 'u' },
  ...one,
});
const write = (manager: string): Write => ({
  schema: thing,
  apiVersion: 'v1',
  kind: 'Thing',
  manager,
  now: '2025-01-01T00:00:00Z',
});

type Step = { kind: 'apply' | 'update'; manager: string; fields: JSONObject };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind']>('apply', 'update'),
  manager: fc.constantFrom('one', 'two', 'three'),
  fields,
});

function run(live: JSONObject | undefined, { kind, manager, fields: wanted }: Step): JSONObject {
  if (kind === 'apply') return apply(live, object(wanted), write(manager), true);
  const next = object(wanted);
  return withManagedFields(next, updateManagedFields(live, next, write(manager)));
}
const history = fc
  .array(step, { minLength: 1, maxLength: 4 })
  .map((steps) => steps.reduce<JSONObject | undefined>(run, undefined)!);

const entriesOf = (one: JSONObject): any[] => (one.metadata as any).managedFields ?? [];
const setOf = (one: JSONObject, manager: string, operation: string): FieldSet =>
  entriesOf(one).find((entry) => entry.manager === manager && entry.operation === operation)?.fieldsV1 ?? {};
const without = ({ metadata: _m, ...rest }: JSONObject): JSONObject => rest;
const show = (set: FieldSet): string[] => paths(set).map((path) => path.join(' '));

describe('any history', () => {
  it('leaves canonical entries that own only what is there, and objects that fit their schema', () => {
    fc.assert(
      fc.property(history, (live) => {
        validateApplied(live, thing);
        const there = wholeSet(live, thing);
        for (const { fieldsV1 } of entriesOf(live)) {
          expect(JSON.stringify(decodeFieldsV1(JSON.parse(JSON.stringify(fieldsV1))))).toBe(
            JSON.stringify(fieldsV1),
          );
          expect(show(difference(fieldsV1, there))).toEqual([]);
        }
      }),
    );
  });
});

describe('apply', () => {
  it('a second time does nothing', () => {
    fc.assert(
      fc.property(history, fields, (live, config) => {
        const once = apply(live, object(config), write('one'), true);
        expect(apply(once, object(config), write('one'))).toEqual(once);
      }),
    );
  });
  it('has everything that is applied in the result', () => {
    fc.assert(
      fc.property(history, fields, (live, config) => {
        const after = apply(live, object(config), write('one'), true);
        const applied = toFieldSet(object(config), thing);
        const { changed, removed } = compare(object(config), after, thing);
        expect(show(intersection(applied, union(changed, removed)))).toEqual([]);
      }),
    );
  });
  it('touches nothing but what it applies, or applied and no longer does', () => {
    fc.assert(
      fc.property(history, fields, (live, config) => {
        const after = apply(live, object(config), write('one'), true);
        const { changed, removed } = compare(live, after, thing);
        const applied = wholeSet(object(config), thing);
        const last = setOf(live, 'one', 'Apply');
        expect(show(recursiveDifference(changed, applied))).toEqual([]);
        // Containers go with the last thing in them.
        const containers = difference(wholeSet(live, thing), toFieldSet(live, thing));
        // A map without a schema goes when a list or scalar is applied in its place.
        const replaced = leaves(toFieldSet(object(config), thing));
        expect(show(difference(recursiveDifference(removed, union(last, replaced)), containers))).toEqual([]);
      }),
    );
  });
  it('takes from others exactly what it changes', () => {
    fc.assert(
      fc.property(history, fields, (live, config) => {
        const after = apply(live, object(config), write('one'), true);
        const { changed, removed } = compare(live, after, thing);
        for (const { manager, operation, fieldsV1 } of entriesOf(live)) {
          if (manager === 'one' && operation === 'Apply') continue;
          const kept = difference(difference(fieldsV1, changed), removed);
          expect(equal(setOf(after, manager, operation), kept)).toBe(true);
        }
      }),
    );
  });
  it('without force either conflicts or does the same', () => {
    fc.assert(
      fc.property(history, fields, (live, config) => {
        const forced = apply(live, object(config), write('one'), true);
        const { changed } = compare(live, forced, thing);
        const contested = entriesOf(live).some(
          ({ manager, operation, fieldsV1 }) =>
            !(manager === 'one' && operation === 'Apply') && !isEmpty(intersection(fieldsV1, changed)),
        );
        if (contested)
          expect(() => apply(live, object(config), write('one'))).toThrow(/^Apply failed with \d+ conflict/);
        else expect(apply(live, object(config), write('one'))).toEqual(forced);
      }),
    );
  });
});

describe('update', () => {
  it('gives the writer what changed, whoever had it, and nobody what is gone', () => {
    fc.assert(
      fc.property(history, fields, (live, wanted) => {
        if (entriesOf(live).length === 0) return;
        const after = run(live, { kind: 'update', manager: 'one', fields: wanted });
        const { changed, removed } = compare(without(live), without(after), thing);
        expect(show(difference(changed, setOf(after, 'one', 'Update')))).toEqual([]);
        for (const { manager, operation, fieldsV1 } of entriesOf(after)) {
          expect(show(intersection(fieldsV1, difference(removed, changed)))).toEqual([]);
          if (manager === 'one' && operation === 'Update') continue;
          expect(show(intersection(fieldsV1, changed))).toEqual([]);
        }
      }),
    );
  });
  it('of a copy does nothing', () => {
    fc.assert(
      fc.property(history, (live) => {
        const entries = entriesOf(live);
        expect(updateManagedFields(live, structuredClone(live), write('one')) ?? []).toEqual(entries);
      }),
    );
  });
});

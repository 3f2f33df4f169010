import { expect, it } from 'vitest';
import { celTypeOf } from './cel-type.ts';
import type { JSONSchemaProps } from './types.ts';

const type = (props: JSONSchemaProps) => celTypeOf(props, false);

it('gives each place its type', () => {
  expect(type({ type: 'string', format: 'date' })).toMatchObject({
    kind: 'timestamp',
    place: { date: true },
  });
  expect(type({ type: 'string', format: 'duration' })?.kind).toBe('duration');
  expect(type({ type: 'string', format: 'byte' })?.kind).toBe('bytes');
  expect(type({ 'x-kubernetes-int-or-string': true })?.kind).toBe('dyn');
  expect(type({ type: 'array', items: { type: 'boolean' } })?.params[0]?.kind).toBe('bool');
  expect(type({ type: 'object', additionalProperties: { type: 'number' } })?.params[1]?.kind).toBe('double');
});

it('sees nothing where nothing is declared', () => {
  expect(type({ 'x-kubernetes-preserve-unknown-fields': true })).toBeUndefined();
  expect(type({ type: 'array', items: { 'x-kubernetes-preserve-unknown-fields': true } })).toBeUndefined();
  const struct = type({
    type: 'object',
    properties: { a: { type: 'string' }, 'b-c': { type: 'string' }, '1': { type: 'string' }, d: {} },
  });
  expect(struct?.struct?.names()).toEqual(['a', 'b__dash__c']);
});

it('has what every resource has', () => {
  const struct = celTypeOf({ type: 'object', properties: { metadata: { type: 'object' } } }, true)!.struct!;
  expect(struct.names().toSorted()).toEqual(['apiVersion', 'kind', 'metadata']);
  expect(struct.field('metadata')?.type.struct?.names()).toEqual(['name', 'generateName']);
});

it('knows how large values can be', () => {
  const sizes = (props: JSONSchemaProps) => {
    const { maxElements, minSerializedSize } = type(props)!.place!;
    return [maxElements, minSerializedSize];
  };
  expect(sizes({ type: 'string', maxLength: 5 })).toEqual([20, 2]);
  expect(sizes({ type: 'string', enum: ['a', 'bcd'] })).toEqual([3, 2]);
  expect(sizes({ type: 'string' })).toEqual([3 * 1024 * 1024 - 2, 2]);
  expect(sizes({ type: 'array', maxItems: 7, items: { type: 'integer' } })).toEqual([7, 2]);
  expect(sizes({ type: 'array', items: { type: 'integer' } })).toEqual([1572863, 2]);
  expect(sizes({ type: 'object', additionalProperties: { type: 'integer' } })).toEqual([449389, 2]);
  const required = {
    type: 'object',
    required: ['ab'],
    properties: { ab: { type: 'string' }, c: { type: 'string' } },
  };
  expect(sizes(required)).toEqual([undefined, 10]);
});

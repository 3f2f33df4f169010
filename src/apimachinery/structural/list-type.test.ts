import { expect, it } from 'vitest';
import { validateListTypes } from './list-type.ts';
import type { JSONSchemaProps } from './types.ts';

const item: JSONSchemaProps = { type: 'object', properties: { a: { type: 'string' } } };
const map = (...keys: string[]): JSONSchemaProps => ({
  type: 'array',
  items: item,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
});
const props: JSONSchemaProps = {
  type: 'object',
  properties: {
    set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    one: map('a'),
    two: map('b', 'a'),
    maps: { type: 'object', additionalProperties: map('a') },
  },
};

it.each<[unknown, string[]]>([
  [{ set: ['a', 'b', 'a', 'a', 1] }, ['set[2]: Duplicate value: "a"']],
  [{ one: [{ a: 'x' }, { a: 'y' }, { a: 'x', c: 1 }] }, ['one[2]: Duplicate value: {"a":"x"}']],
  [{ one: [{ c: 1 }, {}] }, ['one[1]: Duplicate value: {}']],
  [{ two: [{ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 1 }] }, ['two[1]: Duplicate value: {"a":1,"b":2}']],
  [{ one: ['x'] }, ['one[0]: Invalid value: "x": must be an object for an array of list-type map']],
  [{ maps: { k: [{}, {}] } }, ['maps[k][1]: Duplicate value: {}']],
])('finds items twice: %j', (object, errors) => {
  expect(validateListTypes(object, props).map((error) => `${error.field}: ${error.message}`)).toEqual(errors);
});

import { expect, it } from 'vitest';
import { followFieldPath } from './field-path.ts';
import type { JSONSchemaProps } from './types.ts';

const root: JSONSchemaProps = {
  type: 'object',
  properties: {
    a: { type: 'object', properties: { 'b.c': { type: 'string' } } },
    m: { type: 'object', additionalProperties: { type: 'integer' } },
  },
};

it.each([
  ['.a', 'a'],
  [".a['b.c']", 'a.b.c'],
  ["['m']['k\\'l']", "m[k'l]"],
  ['.m.k', 'm[k]'],
])('%s', (text, path) => {
  expect(followFieldPath(text, root, true)).toMatchObject({ path });
});

it.each([
  ['a', 'expected [ or . but got: a'],
  ['.x', 'does not refer to a valid field'],
  ['.a.', 'unexpected end of JSON path'],
  ['.m[0]', 'expected single quoted string but got 0'],
  [".m['k'", 'unexpected end of JSON path'],
  [".m['k\\q']", 'invalid string literal: invalid escape char \\q'],
])('%s leads nowhere', (text, problem) => {
  expect(followFieldPath(text, root, true)).toBe(problem);
});

it('may have no brackets', () => {
  expect(followFieldPath(".a['b.c']", root, false)).toBe('array notation is not allowed');
});

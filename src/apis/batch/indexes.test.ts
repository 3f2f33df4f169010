import { expect, it } from 'vitest';
import { countIndexes, overlap, parseIndexes } from './indexes.ts';

it('reads and counts indexes', () => {
  expect(parseIndexes('', 5)).toEqual([]);
  expect(parseIndexes('0,2-4', 5)).toEqual([
    { first: 0, last: 0 },
    { first: 2, last: 4 },
  ]);
  expect(countIndexes(parseIndexes('0,2-4', 5))).toBe(4);
});

it.each([
  ['5', 'too large index: "5"'],
  ['1-7', 'too large index: "7"'],
  ['a', 'cannot convert string to integer for index: "a"'],
  ['1-', 'cannot convert string to integer for index: ""'],
  ['2-2', 'non-increasing order, previous: 2, current: 2'],
  ['3,1', 'non-increasing order, previous: 3, current: 1'],
  [
    '1-2-3',
    'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\'',
  ],
])('refuses %s', (text, message) => {
  expect(() => parseIndexes(text, 5)).toThrow(message);
});

it('finds what is in both sets', () => {
  expect(overlap('0-3', '3-4', 5)).toBe(3);
  expect(overlap('0,2', '1,3', 5)).toBeUndefined();
  expect(overlap('x,1', '1', 5)).toBe(1);
  expect(overlap('', '1', 5)).toBeUndefined();
});

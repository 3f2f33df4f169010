import { expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
const diff = (a: readonly string[], b: readonly string[]): string[] =>
  unifiedDiff(a.join('\n'), b.join('\n')).split('\n').slice(0, -1);

it.each<[string, string[], string[], string[]]>([
  ['nothing', lines(1, 3), lines(1, 3), []],
  ['a line', ['a'], ['b'], ['@@ -1 +1 @@', '-a', '+b']],
  [
    'three lines around it',
    lines(1, 9),
    [...lines(1, 4), 'x', ...lines(6, 9)],
    ['@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+x', ' 6', ' 7', ' 8'],
  ],
  ['what was added', lines(1, 2), lines(1, 3), ['@@ -1,2 +1,3 @@', ' 1', ' 2', '+3']],
  ['what is gone', ['x', ...lines(1, 2)], lines(1, 2), ['@@ -1,3 +1,2 @@', '-x', ' 1', ' 2']],
  [
    'far apart twice',
    lines(1, 20),
    ['x', ...lines(2, 19), 'y'],
    ['@@ -1,4 +1,4 @@', '-1', '+x', ' 2', ' 3', ' 4', '@@ -17,4 +17,4 @@', ' 17', ' 18', ' 19', '-20', '+y'],
  ],
  [
    'near each other as one',
    lines(1, 8),
    ['x', ...lines(2, 7), 'y'],
    ['@@ -1,8 +1,8 @@', '-1', '+x', ' 2', ' 3', ' 4', ' 5', ' 6', ' 7', '-8', '+y'],
  ],
])('shows %s', (_name, a, b, expected) => {
  expect(diff(a, b)).toEqual(expected);
});

it('does not look for what everybody has in long texts', () => {
  // 250 lines of which most are alike: the one that is unique says where the text continues.
  const filler = Array.from({ length: 120 }, () => 'same');
  const result = diff([...filler, 'mark', ...filler], [...filler, 'same', 'mark', ...filler]);
  expect(result.filter((line) => line.startsWith('+'))).toEqual(['+same']);
});

it('is bounded: beyond, what begins and ends alike is told apart from the rest', () => {
  const many = lines(1, 20_000);
  const result = diff(many, [...many.slice(0, 9_999), 'x', ...many.slice(10_000)]);
  expect(result.slice(0, 1)).toEqual(['@@ -9997,7 +9997,7 @@']);
  expect(result.filter((line) => /^[-+]/.test(line))).toEqual(['-10000', '+x']);
});

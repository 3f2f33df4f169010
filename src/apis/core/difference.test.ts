import { expect, it } from 'vitest';
import { describeDifference } from './difference.ts';

it('has a line for each side of each place', () => {
  const old = { a: 1, b: [{ c: 'x' }, 2], same: {} };
  const now = { a: 2, b: [{ c: 'y' }], d: true, same: null };
  expect(describeDifference(old, now, 'spec')).toBe(
    [
      '- spec.a: 1',
      '+ spec.a: 2',
      '- spec.b[0].c: "x"',
      '+ spec.b[0].c: "y"',
      '- spec.b[1]: 2',
      '+ spec.d: true',
    ].join('\n'),
  );
  expect(describeDifference(old, old, 'spec')).toBe('');
});

it('is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, 'v'.repeat(1000)]));
  const lines = describeDifference({}, many, '').split('\n');
  expect(lines).toHaveLength(41);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300);
});

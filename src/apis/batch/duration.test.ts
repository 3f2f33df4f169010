import { expect, it } from 'vitest';
import { parseGoDuration } from './duration.ts';

it.each([
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['-2m', -120_000],
  ['+.5s', 500],
  ['0', 0],
  ['1500us', 1.5],
])('reads %s', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});

it.each(['', '-', 'h', '.s', '99999999999h'])('refuses %s', (text) => {
  expect(() => parseGoDuration(text)).toThrow(`time: invalid duration ${JSON.stringify(text)}`);
});

import { describe, expect, it } from 'vitest';
import { age, humanDuration } from './printing.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('humanDuration', () => {
  it.each([
    [-2 * SECOND, '<invalid>'],
    [-1 * SECOND, '0s'],
    [0, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [9 * MINUTE + 59 * SECOND, '9m59s'],
    [10 * MINUTE + 1, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR, '3h'],
    [7 * HOUR + 59 * MINUTE, '7h59m'],
    [47 * HOUR, '47h'],
    [2 * DAY, '2d'],
    [7 * DAY + 23 * HOUR, '7d23h'],
    [8 * DAY, '8d'],
    [729 * DAY, '729d'],
    [730 * DAY, '2y'],
    [731 * DAY, '2y1d'],
    [8 * 365 * DAY, '8y'],
  ])('%d ms is %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});

describe('age', () => {
  it('counts from the creation time', () => {
    const object = { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } };
    expect(age(object, Date.parse('2026-01-01T00:05:30Z'))).toBe('5m30s');
  });
  it('is unknown without one', () => {
    expect(age({}, 0)).toBe('<unknown>');
    expect(age({ metadata: { creationTimestamp: 'soon' } }, 0)).toBe('<unknown>');
  });
});

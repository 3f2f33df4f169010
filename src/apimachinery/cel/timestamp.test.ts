import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { addNanos, datePart, formatTimestamp, nanosBetween, parseDate, parseTimestamp } from './timestamp.ts';

describe('instants', () => {
  it.each([
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
    ['2024-01-02T03:04:05.120+02:00', '2024-01-02T03:04:05.12+02:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['2024-02-30T00:00:00Z', undefined],
    ['2024-01-02T24:00:00Z', undefined],
    ['2024-01-02 03:04:05Z', undefined],
  ])('%s', (text, formatted) => {
    const timestamp = parseTimestamp(text);
    expect(timestamp && formatTimestamp(timestamp)).toBe(formatted);
  });

  it('stay within the years 1 to 9999', () => {
    expect(() => parseTimestamp('9999-12-31T23:59:59-01:00')).toThrowError(
      expect.objectContaining({ message: 'timestamp overflow' }),
    );
    expect(() => addNanos(parseTimestamp('0001-01-01T00:00:00Z')!, -1n)).toThrowError(
      expect.objectContaining({ message: 'timestamp overflow' }),
    );
  });

  it('have parts in zones', () => {
    const timestamp = parseTimestamp('2024-12-31T23:30:00.250Z')!;
    expect(datePart('FullYear', timestamp)).toBe(2024n);
    expect(datePart('FullYear', timestamp, 'Europe/Vienna')).toBe(2025n);
    expect(datePart('DayOfYear', timestamp)).toBe(365n);
    expect(datePart('Hours', timestamp, '-02:30')).toBe(21n);
    expect(datePart('Milliseconds', timestamp, 'Asia/Tokyo')).toBe(250n);
    expect(datePart('Month', timestamp)).toBe(11n);
    expect(datePart('DayOfWeek', timestamp)).toBe(2n);
  });

  it('have spans between them', () => {
    const [a, b] = [parseTimestamp('2024-01-01T00:00:00Z')!, parseTimestamp('2024-01-01T00:00:01.5Z')!];
    expect(nanosBetween(a, b)).toBe(1_500_000_000n);
    expect(formatTimestamp(addNanos(a, 1_500_000_000n))).toBe('2024-01-01T00:00:01.5Z');
    expect(formatTimestamp(parseDate('2024-02-29')!)).toBe('2024-02-29T00:00:00Z');
    expect(parseDate('2023-02-29')).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['1h30m', '5400s'],
    ['-1.5s', '-1.5s'],
    ['1us', '0.000001s'],
    ['0', '0s'],
    ['.5s', '0.5s'],
    ['', undefined],
    ['1', undefined],
    ['s', undefined],
    ['1h 2m', undefined],
    ['9999999h', undefined],
  ])('%j', (text, formatted) => {
    const nanos = parseDuration(text);
    expect(nanos === undefined ? undefined : formatDuration(nanos)).toBe(formatted);
  });
});

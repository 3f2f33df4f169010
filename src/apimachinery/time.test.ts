import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalMicroTime,
  canonicalTime,
  formatMicroTime,
  formatTime,
  humanDuration,
  parseTime,
  TimeError,
  translateTimestampSince,
} from './time.ts';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(TimeError);
    return (error as Error).message;
  }
  return '(accepted)';
};
const asTime = (text: string, rest: string, element: string) =>
  `parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse "${rest}" as "${element}"`;

describe('canonicalTime', () => {
  const cases: [string, string | null][] = [
    ['2024-05-01T12:00:00Z', '2024-05-01T12:00:00Z'],
    ['2024-05-31T12:00:00Z', '2024-05-31T12:00:00Z'],
    ['2024-05-01T12:00:00.999Z', '2024-05-01T12:00:00Z'],
    ['2024-05-01T12:00:00,5Z', '2024-05-01T12:00:00Z'],
    ['2024-05-01T01:30:00+02:00', '2024-04-30T23:30:00Z'],
    ['2024-05-01T12:00:00-24:60', '2024-05-02T13:00:00Z'],
    ['2024-05-01T5:00:00Z', '2024-05-01T05:00:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00Z'],
    ['0001-01-01T00:00:00Z', null],
    ['1969-12-31T23:59:59.5Z', '1969-12-31T23:59:59Z'],
  ];
  it.each(cases)('writes %j as %j', (text, expected) => expect(canonicalTime(text)).toBe(expected));

  const refused: [string, string][] = [
    ['', asTime('', '', '2006')],
    ['foo', asTime('foo', 'foo', '2006')],
    ['2024', asTime('2024', '', '-')],
    ['2024-5-01T00:00:00Z', asTime('2024-5-01T00:00:00Z', '5-01T00:00:00Z', '01')],
    ['2024-05-01', asTime('2024-05-01', '', 'T')],
    ['2024-05-01t00:00:00Z', asTime('2024-05-01t00:00:00Z', 't00:00:00Z', 'T')],
    ['2024-05-01T00:00:00', asTime('2024-05-01T00:00:00', '', 'Z07:00')],
    ['2024-05-01T00:00:00z', asTime('2024-05-01T00:00:00z', 'z', 'Z07:00')],
    ['2024-05-01T00:00:00+0200', asTime('2024-05-01T00:00:00+0200', '+0200', 'Z07:00')],
    ['2024-13-01T00:00:00Z', 'parsing time "2024-13-01T00:00:00Z": month out of range'],
    ['2024-05-32T00:00:00Z', 'parsing time "2024-05-32T00:00:00Z": day out of range'],
    ['2024-04-31T00:00:00Z', 'parsing time "2024-04-31T00:00:00Z": day out of range'],
    ['2023-02-29T00:00:00Z', 'parsing time "2023-02-29T00:00:00Z": day out of range'],
    ['1900-02-29T00:00:00Z', 'parsing time "1900-02-29T00:00:00Z": day out of range'],
    ['2024-05-01T24:00:00Z', 'parsing time "2024-05-01T24:00:00Z": hour out of range'],
    ['2024-05-01T00:60:00Z', 'parsing time "2024-05-01T00:60:00Z": minute out of range'],
    ['2024-05-01T00:00:60Z', 'parsing time "2024-05-01T00:00:60Z": second out of range'],
    [
      '2024-05-01T00:00:00+25:00',
      'parsing time "2024-05-01T00:00:00+25:00": time zone offset hour out of range',
    ],
    ['2024-05-01T00:00:00Zx', 'parsing time "2024-05-01T00:00:00Zx": extra text: "x"'],
    ['"ä\n', asTime('\\"\\xc3\\xa4\\x0a', '\\"\\xc3\\xa4\\x0a', '2006')],
  ];
  it.each(refused)('refuses %j', (text, message) =>
    expect(messageOf(() => canonicalTime(text))).toBe(message),
  );
});

describe('canonicalMicroTime', () => {
  it('keeps six digits', () => {
    expect(canonicalMicroTime('2024-05-01T12:00:00.123456Z')).toBe('2024-05-01T12:00:00.123456Z');
    expect(canonicalMicroTime('2024-05-01T12:00:00.000001+01:00')).toBe('2024-05-01T11:00:00.000001Z');
    expect(canonicalMicroTime('1960-05-01T12:00:00.999999Z')).toBe('1960-05-01T12:00:00.999999Z');
    expect(canonicalMicroTime('0001-01-01T00:00:00.000000Z')).toBeNull();
  });

  it('wants exactly six digits', () => {
    const layout = '2006-01-02T15:04:05.000000Z07:00';
    expect(messageOf(() => canonicalMicroTime('2024-05-01T12:00:00Z'))).toBe(
      `parsing time "2024-05-01T12:00:00Z" as "${layout}": cannot parse "Z" as ".000000"`,
    );
    expect(messageOf(() => canonicalMicroTime('2024-05-01T12:00:00.1234567Z'))).toBe(
      `parsing time "2024-05-01T12:00:00.1234567Z" as "${layout}": cannot parse "7Z" as "Z07:00"`,
    );
  });
});

describe('formatting', () => {
  it('cuts to the second', () => {
    expect(formatTime(0)).toBe('1970-01-01T00:00:00Z');
    expect(formatTime(1999)).toBe('1970-01-01T00:00:01Z');
    expect(formatTime(-1)).toBe('1969-12-31T23:59:59Z');
    expect(formatMicroTime(1)).toBe('1970-01-01T00:00:00.001000Z');
    expect(formatMicroTime(1.25)).toBe('1970-01-01T00:00:00.001250Z');
    expect(formatMicroTime(999.9999)).toBe('1970-01-01T00:00:00.999999Z');
  });

  it('comes back from what it wrote', () => {
    const century = 36_525 * 86_400_000;
    fc.assert(
      fc.property(fc.integer({ min: -century, max: 2 * century }), fc.nat(999), (time, micros) => {
        expect(parseTime(formatTime(time))).toBe(Math.floor(time / 1000) * 1000);
        const text = formatMicroTime(time + micros / 1000);
        expect(canonicalMicroTime(text)).toBe(text);
        expect(canonicalTime(text)).toBe(formatTime(time));
      }),
    );
  });
});

describe('humanDuration', () => {
  const [second, minute, hour, day, year] = [1, 60, 3600, 86_400, 365 * 86_400];
  const cases: [number, string][] = [
    [-3, '<invalid>'],
    [-2, '<invalid>'],
    [-1.5, '0s'],
    [-0.5, '0s'],
    [0, '0s'],
    [0.999, '0s'],
    [59, '59s'],
    [60, '60s'],
    [119, '119s'],
    [120, '2m'],
    [5 * minute + 30, '5m30s'],
    [10 * minute + 30 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [3 * hour + 10 * minute, '3h10m'],
    [8 * hour + 10 * minute, '8h'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [2 * day + 3 * hour, '2d3h'],
    [8 * day + 3 * hour, '8d'],
    [729 * day, '729d'],
    [2 * year, '2y'],
    [2 * year + 3 * day, '2y3d'],
    [8 * year + 3 * day, '8y'],
  ];
  it.each(cases)('%d s: %s', (seconds, long) => {
    expect(humanDuration(seconds * 1000)).toBe(long);
  });
});

describe('ages', () => {
  it('counts from a time', () => {
    const now = parseTime('2024-05-01T12:00:00Z');
    expect(translateTimestampSince('2024-05-01T11:59:00Z', now)).toBe('60s');
    expect(translateTimestampSince('2024-05-01T11:59:00.000000Z', now)).toBe('60s');
    expect(translateTimestampSince(undefined, now)).toBe('<unknown>');
  });
});

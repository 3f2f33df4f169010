import { describe, expect, it } from 'vitest';
import { parseSchedule } from './cron.ts';
import { timeZone } from './time-zone.ts';

const next = (spec: string, after: string): string | undefined => {
  const ms = parseSchedule(spec).next(Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
};

describe('next activation', () => {
  it.each([
    ['0/15 * * * *', '2012-07-09T14:45:00Z', '2012-07-09T15:00:00Z'],
    ['0/15 * * * *', '2012-07-09T14:59:59Z', '2012-07-09T15:00:00Z'],
    ['20-35/15 * * * *', '2012-07-09T15:45:00Z', '2012-07-09T16:20:00Z'],
    ['*/15 * * * *', '2012-07-09T23:45:00Z', '2012-07-10T00:00:00Z'],
    ['20-35/15 1/2 * * *', '2012-07-09T23:35:51Z', '2012-07-10T01:20:00Z'],
    ['20-35/15 10-12 * * *', '2012-07-09T23:35:51Z', '2012-07-10T10:20:00Z'],
    ['0 0 */2 * *', '2012-07-09T23:35:00Z', '2012-07-11T00:00:00Z'],
    ['0 0 9-20 * *', '2012-07-09T00:15:51Z', '2012-07-10T00:00:00Z'],
    ['0 0 9-20 Jul *', '2012-07-25T23:35:51Z', '2013-07-09T00:00:00Z'],
    ['0 0 * Feb Mon', '2012-07-09T23:35:00Z', '2013-02-04T00:00:00Z'],
    ['0 0 29 Feb ?', '2012-07-09T23:35:00Z', '2016-02-29T00:00:00Z'],
    ['59 23 31 12 *', '2012-12-31T23:59:00Z', '2013-12-31T23:59:00Z'],
    ['* * * * *', '2012-07-09T14:45:30.500Z', '2012-07-09T14:46:00Z'],
    ['@hourly', '2012-07-09T14:45:00Z', '2012-07-09T15:00:00Z'],
    ['@weekly', '2012-07-09T14:45:00Z', '2012-07-15T00:00:00Z'],
    ['@monthly', '2012-12-09T14:45:00Z', '2013-01-01T00:00:00Z'],
    ['@annually', '2012-12-09T14:45:00Z', '2013-01-01T00:00:00Z'],
    ['@every 1h30m', '2012-07-09T14:45:00.700Z', '2012-07-09T16:15:00Z'],
    ['@every 10ms', '2012-07-09T14:45:00Z', '2012-07-09T14:45:01Z'],
  ])('%s after %s', (spec, after, expected) => {
    expect(next(spec, after)).toBe(expected);
  });

  it('takes day of month or day of week when both are restricted, else both', () => {
    // The 15th, and every Sunday.
    expect(next('0 0 1,15 * Sun', '2012-07-12T00:00:00Z')).toBe('2012-07-15T00:00:00Z');
    expect(next('0 0 1,15 * Sun', '2012-07-15T00:00:00Z')).toBe('2012-07-22T00:00:00Z');
    expect(next('0 0 * * Mon', '2012-07-15T00:00:00Z')).toBe('2012-07-16T00:00:00Z');
    expect(next('0 0 10 * *', '2012-07-15T00:00:00Z')).toBe('2012-08-10T00:00:00Z');
  });

  it('is never when no date within five years matches', () => {
    expect(next('0 0 30 Feb *', '2012-07-09T23:35:00Z')).toBeUndefined();
    expect(next('TZ=Europe/Berlin 0 0 31 Apr *', '2012-07-09T23:35:00Z')).toBeUndefined();
    expect(next(', * * * *', '2012-07-09T23:35:00Z')).toBeUndefined();
  });
});

describe('time zones', () => {
  const inNewYork = (fields: string) => `TZ=America/New_York ${fields}`;
  it.each([
    // Spring forward, 2012-03-11 02:00 -> 03:00: 2:30 is skipped, hourly goes on.
    [inNewYork('0 * * * *'), '2012-03-11T05:00:00Z', '2012-03-11T06:00:00Z'],
    [inNewYork('0 * * * *'), '2012-03-11T06:00:00Z', '2012-03-11T07:00:00Z'],
    [inNewYork('30 2 11 Mar ?'), '2012-03-11T05:00:00Z', '2013-03-11T06:30:00Z'],
    [inNewYork('0 2 * * ?'), '2012-03-11T05:00:00Z', '2012-03-12T06:00:00Z'],
    // Fall back, 2012-11-04 02:00 -> 01:00: 1:00 is there twice.
    [inNewYork('0 1 4 Nov ?'), '2012-11-04T04:00:00Z', '2012-11-04T05:00:00Z'],
    [inNewYork('0 1 4 Nov ?'), '2012-11-04T05:00:00Z', '2012-11-04T06:00:00Z'],
    [inNewYork('0 0 4 Nov ?'), '2012-11-04T04:00:00Z', '2013-11-04T05:00:00Z'],
    // No midnight: São Paulo, 2018-11-04 00:00 -> 01:00.
    ['TZ=America/Sao_Paulo 0 9 4 Nov ?', '2018-10-17T09:00:00Z', '2018-11-04T11:00:00Z'],
    ['CRON_TZ=Asia/Kolkata 30 9 * * *', '2024-01-01T00:00:00Z', '2024-01-01T04:00:00Z'],
  ])('%s after %s', (spec, after, expected) => {
    expect(next(spec, after)).toBe(expected);
  });

  it('uses the zone that is handed in when the schedule names none', () => {
    const berlin = timeZone('Europe/Berlin')!;
    expect(parseSchedule('0 12 * * *', berlin).next(Date.parse('2024-07-01T00:00:00Z'))).toBe(
      Date.parse('2024-07-01T10:00:00Z'),
    );
  });
});

describe('refusals', () => {
  it.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['0 0 0 * * *', 'expected exactly 5 fields, found 6: [0 0 0 * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['9-4 * * * *', 'beginning of range (9) beyond end of range (4): 9-4'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/-5 * * * *', 'negative number (-5) not allowed: -5'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['TZ=Nowhere/City * * * * *', 'provided bad location Nowhere/City: unknown time zone Nowhere/City'],
    ['TZ=europe/berlin * * * * *', 'provided bad location europe/berlin: unknown time zone europe/berlin'],
    ['TZ=+0100 * * * * *', 'provided bad location +0100: unknown time zone +0100'],
    ['@unrecognized', 'unrecognized descriptor: @unrecognized'],
    ['@every ', 'failed to parse duration @every : time: invalid duration ""'],
    ['@every 5', 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ['@every 5x', 'failed to parse duration @every 5x: time: unknown unit "x" in duration "5x"'],
  ])('%s', (spec, message) => {
    expect(() => parseSchedule(spec)).toThrow(message);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { formatMicroTimestamp, formatTimestamp, parseTimestamp } from './timestamp.ts';
import { ProtobufError } from './wire.ts';

describe('base64', () => {
  it('goes both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        const text = encodeBase64(data);
        expect(text).toBe(Buffer.from(data).toString('base64'));
        expect(decodeBase64(text)).toEqual(data);
      }),
    );
  });
  it('skips line breaks', () =>
    expect(decodeBase64('aG\nVs\r\nbG8=\n')).toEqual(new TextEncoder().encode('hello')));
  it.each([
    ['*', 0],
    ['aGVsbG8', 4],
    ['aGVsb===', 5],
    ['aGVsbG8=x', 8],
    ['aGVsbA=', 7],
    ['aGVsbA=x', 6],
    ['aGVsbG8=\n=', 9],
    ['aä', 1],
  ])('refuses %j at %d', (text, at) => expect(decodeBase64(text)).toBe(at));
});

describe('times', () => {
  it.each([
    ['2020-02-29T23:59:59Z', 1583020799, 0],
    ['2020-01-01T02:00:00+02:00', 1577836800, 0],
    ['1969-12-31T23:59:59.5-00:30', 1799, 500_000_000],
    ['1969-12-31T23:59:58.000001Z', -2, 1000],
    ['9999-12-31T23:59:59.999999Z', 253402300799, 999_999_000],
    ['0001-01-01T00:00:00Z', -62135596800, 0],
  ])('%s', (text, seconds, nanos) => expect(parseTimestamp(text)).toEqual({ seconds, nanos }));
  it('are printed in UTC', () => {
    expect(formatTimestamp(1583020799)).toBe('2020-02-29T23:59:59Z');
    expect(formatTimestamp(-62135596800)).toBe('0001-01-01T00:00:00Z');
    expect(formatMicroTimestamp(-1, 999_999_999)).toBe('1969-12-31T23:59:59.999999Z');
    expect(formatMicroTimestamp(0, -1)).toBe('1969-12-31T23:59:59.999999Z');
    expect(() => formatTimestamp(253402300800)).toThrow(ProtobufError);
    expect(() => formatTimestamp(Number.NaN)).toThrow(ProtobufError);
  });
});

describe('durations', () => {
  it.each([
    ['0s', 0n],
    ['1ns', 1n],
    ['1.5µs', 1500n],
    ['999.999ms', 999_999_000n],
    ['1s', 1_000_000_000n],
    ['1m0.25s', 60_250_000_000n],
    ['-1h0m0s', -3_600_000_000_000n],
    ['2562047h47m16.854775807s', 9223372036854775807n],
  ])('%s', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
    expect(formatDuration(nanoseconds)).toBe(text);
  });
  it.each([
    ['0', 0n],
    ['+1.5h', 5_400_000_000_000n],
    ['.5s', 500_000_000n],
    ['1us', 1000n],
  ])('also reads %s', (text, nanoseconds) => expect(parseDuration(text)).toBe(nanoseconds));
  it.each(['', '1', 's', '1d', '1s ', '3000000h', '--1s'])('refuses %j', (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});

import { describe, expect, it } from 'vitest';
import { requestInfo } from './request-info.ts';
import { checkTimeout, durationError } from './timeout.ts';

describe('durationError', () => {
  it.each(['0', '1s', '-1.5h', '+3m2s', '.5s', '1h2m3.5s', '10us', '10\u00B5s', '7ns'])(
    '%s is one',
    (text) => {
      expect(durationError(text)).toBeUndefined();
    },
  );
  it.each([
    ['', 'time: invalid duration ""'],
    ['x', 'time: invalid duration "x"'],
    ['.', 'time: invalid duration "."'],
    ['5', 'time: missing unit in duration "5"'],
    ['1h2', 'time: missing unit in duration "1h2"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
  ])('%s: %s', (text, error) => {
    expect(durationError(text)).toBe(error);
  });
});

describe('checkTimeout', () => {
  const check = (target: string) => {
    const { pathname, searchParams } = new URL(`https://c${target}`);
    return () => checkTimeout(requestInfo('GET', pathname, searchParams), searchParams);
  };
  it('refuses what is no duration', () => {
    expect(check('/api/v1/pods?timeout=5')).toThrow(
      'invalid timeout specified in the request URL - time: missing unit in duration "5"',
    );
  });
  it.each(['/api/v1/pods?timeout=5s', '/api/v1/pods?timeout=', '/api/v1/pods?watch=1&timeout=5'])(
    'takes %s',
    (target) => {
      expect(check(target)).not.toThrow();
    },
  );
});

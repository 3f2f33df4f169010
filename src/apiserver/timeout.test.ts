import { describe, expect, it } from 'vitest';
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
    const url = `https://c${target}`;
    return () => checkTimeout({ method: 'GET', url }, new URL(url).pathname);
  };
  it('refuses what is no duration', () => {
    expect(check('/api/v1/pods?timeout=5')).toThrow(
      'invalid timeout specified in the request URL - time: missing unit in duration "5"',
    );
  });
  it.each(['/version', '/healthz', '/apis', '/nothing', '/api/v1/nothing'])('refuses it of %s', (path) => {
    expect(check(`${path}?timeout=invalid`)).toThrow('time: invalid duration "invalid"');
  });
  it.each([
    '/api/v1/pods?timeout=5s',
    '/api/v1/pods?timeout=',
    '/api/v1/pods?timeoutSeconds=x',
    '/api/v1/pods?watch=1&timeout=5',
    '/api/v1/namespaces/default/pods/a/log?timeout=5',
    '/%zz?timeout=5',
  ])('takes %s', (target) => {
    expect(check(target)).not.toThrow();
  });
});

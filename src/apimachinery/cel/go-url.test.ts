import { describe, expect, it } from 'vitest';
import { formatURL, parseQuery, parseRequestURI, parseURL, splitHost } from './go-url.ts';

const failure = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    return (error as { message: string }).message;
  }
  return '';
};

describe('URLs as Go has them', () => {
  it.each([
    ['', 'parse "": empty url'],
    ['foo', 'parse "foo": invalid URI for request'],
    [':x', 'parse ":x": missing protocol scheme'],
    ['https://a b', 'parse "https://a b": invalid character " " in host name'],
    ['https://a:b/', 'parse "https://a:b/": invalid port ":b" after host'],
    ['https://h%zz/', 'parse "https://h%zz/": invalid URL escape "%zz"'],
    ['https://[::1/', `parse "https://[::1/": missing ']' in host`],
    ['https://x/%2', 'parse "https://x/%2": invalid URL escape "%2"'],
    ['https://x/\n', 'parse "https://x/\\n": net/url: invalid control character in URL'],
  ])('%j: %s', (text, message) => {
    expect(failure(() => parseRequestURI(text))).toBe(message);
  });

  it('takes them apart', () => {
    const url = parseURL('HTTPS://user@Example.com:8080/a b/%7e?q=1#frag');
    expect(url).toMatchObject({
      scheme: 'https',
      host: 'Example.com:8080',
      escapedPath: '/a%20b/~',
      rawQuery: 'q=1',
      fragment: 'frag',
      user: 'user',
    });
    expect(formatURL(url)).toBe('https://user@Example.com:8080/a%20b/~?q=1#frag');
    expect(splitHost('[::1]:80')).toEqual({ hostname: '::1', port: '80' });
    expect(splitHost('a')).toEqual({ hostname: 'a', port: '' });
    expect(parseQuery('a=1&a=2&b&c=%zz&d=x+y&e;f')).toEqual(
      new Map([
        ['a', ['1', '2']],
        ['b', ['']],
        ['d', ['x y']],
      ]),
    );
  });
});

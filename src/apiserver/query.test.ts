import { describe, expect, it } from 'vitest';
import { decodePath, parseQuery } from './query.ts';

describe('parseQuery', () => {
  it.each([
    [
      '?limit=1&continue=a%2Bb+c',
      [
        ['limit', '1'],
        ['continue', 'a+b c'],
      ],
    ],
    ['?limit=1;x=2&watch=true', [['watch', 'true']]],
    ['?labelSelector=%zz&limit=1', [['limit', '1']]],
    ['?a=%', []],
    ['', []],
  ])('%s', (search, pairs) => {
    expect([...parseQuery(search)]).toEqual(pairs);
  });
});

describe('decodePath', () => {
  it.each([
    ['/api/v1', '/api/v1'],
    ['/api%2fv1/x%20y', '/api/v1/x y'],
    ['/api/%25', '/api/%'],
    ['/api/%c3%a9%c3(', '/api/é\uFFFD('],
    ['/api/é', '/api/é'],
    ['/api/%', undefined],
    ['/api/%zz', undefined],
  ])('%s', (path, decoded) => {
    expect(decodePath(path)).toBe(decoded);
  });
});

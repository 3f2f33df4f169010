import { describe, expect, it } from 'vitest';
import {
  checkStreams,
  errorFormat,
  negotiate,
  parseAccept,
  takesGzip,
  type Transform,
} from './negotiation.ts';

const ask = (accept: string, query = '') =>
  [
    new Request('https://c', { headers: { Accept: accept, 'User-Agent': 'x' } }),
    new URLSearchParams(query),
  ] as const;
const ALL: Transform[] = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'];
const form = (accept: string, query = '', transforms = ALL): string => {
  try {
    const { encoding, as, version, pretty } = negotiate(...ask(accept, query), transforms);
    return [encoding, as, version, pretty ? 'pretty' : undefined].filter(Boolean).join(' ');
  } catch (error) {
    return String((error as { code: number }).code);
  }
};

describe('negotiate', () => {
  it.each([
    ['', 'json'],
    ['*/*', 'json'],
    ['*', 'json'],
    ['application/*', 'json'],
    ['application/yaml', 'yaml'],
    ['application/json;q=0', 'json'],
    ['application/json;q=0.1,application/yaml;q=0.9', 'yaml'],
    ['*/*;q=0.1,application/yaml', 'yaml'],
    ['*/*,application/yaml', 'yaml'],
    ['image/png;q=1, application/json;q=abc', 'json'],
    ['application/xml,application/yaml', 'yaml'],
    ['application/xml', '406'],
    ['garbage', '406'],
    ['/', '406'],
    ['APPLICATION/JSON', '406'],
    ['application/json/x', '406'],
    ['application/json;charset=utf-8', 'json'],
    ['application/json;pretty=1', 'json pretty'],
    ['application/json;pretty=true', 'json'],
    ['application/json;stream=watch', 'json'],
    ['application/json;stream=x', '406'],
    ['application/yaml;stream=watch', '406'],
    ['application/json;sv=v1', 'json'],
    ['application/json;sv=v2', '406'],
    ['application/json;v=v1', '406'],
    ['application/json;as=Table', '406'],
    ['application/json;as=Table;g=meta.k8s.io;v=v1', 'json Table v1'],
    ['application/json ; as = Table ; g=meta.k8s.io;v=v1beta1', 'json Table v1beta1'],
    ['application/json;as=Table;g=meta.k8s.io;v=v2,application/yaml', 'yaml'],
    ['application/yaml;as=Table;g=meta.k8s.io;v=v1', 'yaml Table v1'],
    ['application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1', '406'],
    [
      'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
      'protobuf PartialObjectMetadata v1',
    ],
  ])('%s: %s', (accept, expected) => {
    expect(form(accept)).toBe(expected);
  });

  it('turns nothing into what the operation cannot', () => {
    expect(form('application/json;as=Table;g=meta.k8s.io;v=v1', '', [])).toBe('406');
  });

  it.each([
    ['pretty=true', 'json pretty'],
    ['pretty=1', 'json pretty'],
    ['pretty', 'json'],
    ['pretty=yes', 'json'],
    ['pretty=false', 'json'],
  ])('%s', (query, expected) => {
    expect(form('*/*', query)).toBe(expected);
  });

  it('keeps the order of clauses that are alike', () => {
    const types = parseAccept('a/x;q=0.5,b/x,c/x;q=0.5,d/x').map(({ type }) => type);
    expect(types).toEqual(['b', 'd', 'a', 'c']);
  });
});

describe('checkStreams', () => {
  it('has no YAML', () => {
    expect(() => checkStreams({ encoding: 'yaml', pretty: false })).toThrow(
      'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    );
    expect(() => checkStreams({ encoding: 'protobuf', pretty: false })).not.toThrow();
  });
});

describe('errorFormat', () => {
  it.each([
    ['application/yaml', 'yaml'],
    ['application/json;as=Table;g=meta.k8s.io;v=v1', undefined],
    ['application/json;as=Table;g=meta.k8s.io;v=v1,application/vnd.kubernetes.protobuf', 'protobuf'],
    ['text/html', undefined],
  ])('%s', (accept, encoding) => {
    expect(errorFormat(...ask(accept))?.encoding).toBe(encoding);
  });
});

describe('takesGzip', () => {
  it.each([
    ['gzip', true],
    ['deflate, gzip', true],
    ['gzip;q=0', false],
    ['gzip;q=1', false],
    ['identity', false],
    ['x-gzip', false],
  ])('%s: %s', (header, takes) => {
    const request = { headers: new Headers({ 'Accept-Encoding': header }) } as Request;
    expect(takesGzip(request)).toBe(takes);
  });
});

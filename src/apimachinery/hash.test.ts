import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJSON,
  fnv1a32,
  podTemplateHash,
  sha256Hex,
  sha512Hex,
  storageVersionHash,
  toHex,
} from './hash.ts';

describe('FNV-1a', () => {
  it('gives the published values', () => {
    expect(fnv1a32('')).toBe(0x811c9dc5);
    expect(fnv1a32('a')).toBe(0xe40c292c);
    expect(fnv1a32('foobar')).toBe(0xbf9cf968);
  });

  it('can be continued', () => {
    expect(fnv1a32('bar', fnv1a32('foo'))).toBe(fnv1a32('foobar'));
  });
});

describe('SHA', () => {
  it('gives the published values', async () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect((await sha512Hex('abc')).slice(0, 16)).toBe('DDAF35A193617ABA');
  });

  it('agrees with the platform for every length', async () => {
    const data = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255);
    for (let length = 0; length <= data.length; length++) {
      const part = data.subarray(1, length);
      expect(sha256Hex(part)).toBe(toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', part))));
    }
  });
});

describe('storageVersionHash', () => {
  it('is what servers show in discovery', () => {
    expect(storageVersionHash('', 'v1', 'Pod')).toBe('xPOwRZ+Yhw8=');
    expect(storageVersionHash('apps', 'v1', 'Deployment')).toBe('8aSe+NMegvE=');
  });
});

describe('canonicalJSON', () => {
  it('sorts keys and leaves absent fields out', () => {
    expect(canonicalJSON({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    expect(canonicalJSON([undefined])).toBe('[null]');
  });

  it('means the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJSON(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('podTemplateHash', () => {
  it('depends on the content and the collision count only', () => {
    const hash = podTemplateHash({ spec: { a: 1, b: 2 } });
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    expect(podTemplateHash({ spec: { b: 2, a: 1, c: undefined } })).toBe(hash);
    expect(podTemplateHash({ spec: { a: 1, b: 3 } })).not.toBe(hash);
    expect(podTemplateHash({ spec: { a: 1, b: 2 } }, 0)).not.toBe(hash);
    expect(podTemplateHash({ spec: { a: 1, b: 2 } }, 1)).not.toBe(
      podTemplateHash({ spec: { a: 1, b: 2 } }, 0),
    );
  });
});

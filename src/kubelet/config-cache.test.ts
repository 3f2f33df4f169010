import { describe, expect, it } from 'vitest';
import { ConfigCache } from './config-cache.ts';

const REFERENCES = [{ kind: 'ConfigMap', name: 'cm' }] as const;

describe('ConfigCache', () => {
  it('reads once for all who ask at a moment, and again when its copy is old', async () => {
    let reads = 0;
    const cache = new ConfigCache(async () => ({ data: { n: String(++reads) } }));
    await Promise.all([cache.load('shop', REFERENCES, 0), cache.load('shop', REFERENCES, 0)]);
    expect(reads).toBe(1);
    expect(cache.source('shop').get('ConfigMap', 'cm')?.data).toEqual({ n: '1' });
    expect(cache.source('other').get('ConfigMap', 'cm')).toBeUndefined();
    await cache.load('shop', REFERENCES, 4000);
    expect(reads).toBe(1);
    await cache.load('shop', REFERENCES, 6000);
    expect(reads).toBe(2);
  });

  it('asks each time for what was missing', async () => {
    let exists = false;
    const cache = new ConfigCache(async () => (exists ? {} : undefined));
    await cache.load('shop', REFERENCES, 0);
    expect(cache.isFresh('shop', REFERENCES, 0)).toBe(false);
    exists = true;
    await cache.load('shop', REFERENCES, 1);
    expect(cache.isFresh('shop', REFERENCES, 1)).toBe(true);
  });

  it('reads a few at once, however many a pod names', async () => {
    let reading = 0;
    let most = 0;
    const cache = new ConfigCache(async () => {
      most = Math.max(most, ++reading);
      await Promise.resolve();
      reading--;
      return {};
    });
    const references = Array.from({ length: 100 }, (_, n) => ({ kind: 'Secret', name: `s${n}` }) as const);
    await cache.load('shop', references, 0);
    expect(most).toBe(16);
    expect(cache.isFresh('shop', references, 0)).toBe(true);
  });

  it('tries again after a read that failed', async () => {
    let fail = true;
    const cache = new ConfigCache(async () => {
      if (fail) throw new Error('away');
      return {};
    });
    await expect(cache.load('shop', REFERENCES, 0)).rejects.toThrow('away');
    fail = false;
    await cache.load('shop', REFERENCES, 0);
    expect(cache.isFresh('shop', REFERENCES, 0)).toBe(true);
  });
});

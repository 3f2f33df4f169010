import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IpPool } from './ip-pool.ts';
import { freeIndex, MAX_NODES, nodeIP, podCIDR, wantedIndex } from './node-network.ts';

describe('addresses of nodes', () => {
  it('gives every node its own', () => {
    const all = Array.from({ length: MAX_NODES }, (_, index) => index);
    expect(new Set(all.map(podCIDR)).size).toBe(MAX_NODES);
    expect(new Set(all.map(nodeIP)).size).toBe(MAX_NODES);
    for (const index of all) {
      expect(podCIDR(index)).toMatch(/^10\.(1[3-9]\d|12[89]|2[0-3]\d|24[0-4])\.\d{1,3}\.0\/24$/);
    }
  });

  it.each([
    ['node-1', 0],
    ['node-500', 499],
    ['worker', undefined],
    ['node-0', 0],
    ['node-999999', undefined],
  ])('%s asks for %s', (name, index) => {
    expect(wantedIndex(name)).toBe(index);
  });

  it('takes the first free number when the wanted one is taken', () => {
    expect(freeIndex(3, new Set([0]))).toBe(3);
    expect(freeIndex(3, new Set([0, 1, 3]))).toBe(2);
    expect(
      freeIndex(undefined, new Set(Array.from({ length: MAX_NODES }, (_, index) => index))),
    ).toBeUndefined();
  });
});

describe('IpPool', () => {
  it('never has an address twice, and has 253 of them', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('take'), fc.nat(300)), { maxLength: 600 }), (steps) => {
        const pool = new IpPool('10.244.7.0/24');
        const held: string[] = [];
        for (const step of steps) {
          if (step === 'take') {
            const ip = pool.allocate();
            expect(ip === undefined).toBe(held.length === 253);
            if (ip === undefined) continue;
            expect(held).not.toContain(ip);
            expect(ip).toMatch(/^10\.244\.7\.\d+$/);
            held.push(ip);
          } else if (held.length > 0) {
            pool.release(held.splice((step as number) % held.length, 1)[0]!);
          }
        }
      }),
    );
  });

  it('rests an address before it is used again, and keeps those it is told of', () => {
    const pool = new IpPool('10.244.0.0/24');
    pool.take('10.244.0.2');
    pool.take('10.9.9.3');
    expect(pool.allocate()).toBe('10.244.0.3');
    pool.release('10.244.0.3');
    expect(pool.allocate()).toBe('10.244.0.4');
    expect(pool.range).toBe('10.244.0.2-10.244.0.254');
  });
});

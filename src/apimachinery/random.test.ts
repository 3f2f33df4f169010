import { describe, expect, it } from 'vitest';
import { randomInt, seeded, systemRandom, uuid } from './random.ts';

describe('seeded', () => {
  it('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number | string) => {
      const random = seeded(seed);
      return Array.from({ length: 20 }, random);
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw('cluster-a')).toEqual(draw('cluster-a'));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('stays within [0, 1) and is spread evenly', () => {
    const random = seeded(7);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const number = random();
      expect(number >= 0 && number < 1).toBe(true);
      buckets[Math.floor(number * 10)]!++;
    }
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('systemRandom', () => {
  it('goes on beyond one block without repeating', () => {
    const numbers = new Set(Array.from({ length: 1000 }, systemRandom));
    expect(numbers.size).toBeGreaterThan(990);
  });
});

describe('randomInt', () => {
  it('covers the whole range and nothing else', () => {
    const random = seeded(3);
    expect(new Set(Array.from({ length: 200 }, () => randomInt(random, 3)))).toEqual(new Set([0, 1, 2]));
  });
});

describe('uuid', () => {
  it('has the form of version 4 whatever the random numbers are', () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const random = seeded(1);
    for (let i = 0; i < 500; i++) expect(uuid(random)).toMatch(form);
    expect(uuid(() => 0)).toBe('00000000-0000-4000-8000-000000000000');
    expect(uuid(() => 1 - 2 ** -32)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  it('is repeatable with a seed', () => {
    expect(uuid(seeded(5))).toBe(uuid(seeded(5)));
  });
});

import { describe, expect, it } from 'vitest';
import { estimateCost } from './estimate.ts';
import { declType } from './json-schema.ts';
import { kubernetesEnvironment } from './kubernetes.ts';

const string = (maxLength: number) => ({ type: 'string', maxLength });
const root = declType(
  {
    type: 'object',
    properties: {
      s: string(100),
      t: string(50),
      free: { type: 'string' },
      n: { type: 'integer' },
      list: { type: 'array', maxItems: 20, items: { type: 'integer' } },
      texts: { type: 'array', maxItems: 30, items: string(40) },
      map: { type: 'object', maxProperties: 15, additionalProperties: string(25) },
      structs: {
        type: 'array',
        maxItems: 6,
        items: {
          type: 'object',
          properties: { k: string(9), w: { type: 'array', maxItems: 3, items: string(5) } },
        },
      },
    },
  },
  false,
)!;
const env = kubernetesEnvironment().extend({ variables: { self: root, oldSelf: root } });

describe('the worst case', () => {
  it.each<[string, number]>([
    ['self.n > 3', 3],
    ['has(self.s)', 1],
    ['self.s == self.t', 24],
    ['self.s.startsWith("abc")', 3],
    ['self.s.contains(self.t)', 804],
    ['self.s.matches("^[a-z]+$")', 84],
    ['self.s + self.t == "x"', 65],
    ['self.s in self.texts', 34],
    ['self.list.all(x, x > 0)', 103],
    ['self.texts.all(x, self.texts.all(y, x == y))', 19_083],
    ['self.map.all(k, self.map[k] == self.s)', 288],
    ['self.texts.join(",") == self.s', 527],
    ['self.list.sum() > 3', 23],
    ['sets.contains(self.texts, ["a"])', 43],
    ['self.list.map(x, x * 2).all(y, y > 2)', 394],
    ['self.?s.orValue("x") == self.t', 25],
    ['(self.n > 1 ? self.s : self.t) == "a"', 6],
  ])('of %s is %d', (source, cost) => {
    expect(estimateCost(source, env, root)).toBe(cost);
  });

  it('of what has no bounds is that of the largest request', () => {
    expect(estimateCost('self.free.contains(self.free)', env, root)).toBeGreaterThan(9e10);
  });

  it('reads what was written last over a shared path, as upstream', () => {
    const inner = 'e.w.all(q, q.contains(e.k))';
    const apart = estimateCost('self.structs.all(e, e.w.all(q, q.contains("abcdefghi")))', env, root)!;
    // The size of e.w has become that of e.k.
    expect(estimateCost(`self.structs.all(e, ${inner})`, env, root)).toBeGreaterThan(apart * 5);
  });

  it('is unknown of what does not compile', () => {
    expect(estimateCost('self.nope', env, root)).toBeUndefined();
    expect(estimateCost('self.', env, root)).toBeUndefined();
  });
});

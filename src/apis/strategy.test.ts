import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { struct } from '../apimachinery/schema/table.ts';
import { equalJSON, semanticEqual } from './strategy.ts';

describe('equalJSON', () => {
  it('is equality of the JSON, whatever the order of the keys', () => {
    const small = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(equalJSON(a, b)).toBe(same);
        expect(equalJSON(a, JSON.parse(JSON.stringify(a)))).toBe(true);
      }),
    );
  });

  it.each([
    [{ a: undefined, b: 1 }, { b: 1 }, true],
    [{ b: 1 }, { a: undefined, b: 1 }, true],
    [{ a: null }, {}, false],
    [{ a: [] }, {}, false],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [{ constructor: 1 }, {}, false],
    [[], {}, false],
  ])('of %j and %j: %s', (a, b, equal) => {
    expect(equalJSON(a, b)).toBe(equal);
    expect(equalJSON(b, a)).toBe(equal);
  });
});

describe('semanticEqual', () => {
  it.each([
    [{ a: null, b: [], c: {} }, {}, true],
    [undefined, {}, true],
    [{ a: { b: [] } }, { a: undefined }, false],
    [{ a: 0 }, {}, false],
    [{ a: '' }, {}, false],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: [1] }, { a: { 0: 1 } }, false],
    [{ constructor: [] }, {}, true],
    [{ constructor: 'a' }, {}, false],
  ])('of %j and %j: %s', (a, b, equal) => {
    expect(semanticEqual(a, b)).toBe(equal);
    expect(semanticEqual(b, a)).toBe(equal);
  });

  it.each([
    [{ containers: [{ securityContext: {} }] }, { containers: [{}] }, false],
    [{ containers: [{ securityContext: {} }] }, { containers: [{ securityContext: {} }] }, true],
    [{ containers: [{ securityContext: null }] }, { containers: [{}] }, true],
    [{ containers: [{ resources: {}, env: [] }], nodeSelector: {} }, { containers: [{}] }, true],
    [{ affinity: { nodeAffinity: {} } }, { affinity: {} }, false],
  ])('of the pods %j and %j: %s', (a, b, equal) => {
    const schema = struct('core.v1.PodSpec');
    expect(semanticEqual(a, b, schema)).toBe(equal);
    expect(semanticEqual(b, a, schema)).toBe(equal);
    expect(semanticEqual(a, b)).toBe(true);
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner), 'map']);
}

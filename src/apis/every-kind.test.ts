import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryObject } from '../apimachinery/schema/arbitrary.ts';
import { struct } from '../apimachinery/schema/table.ts';
import type { StrategyContext } from './definition.ts';
import type { KubeObject } from './object.ts';
import { RESOURCES } from './resources.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const ctx: StrategyContext = {
  now: NOW,
  random: () => 0.5,
  user: { username: 'test', groups: [] },
  namespace: 'default',
};

describe.each(
  RESOURCES.map((definition) => [`${definition.resource}.${definition.group}`, definition] as const),
)('any object of %s', (_, { typeName, printer, resource, strategy, verbs }) => {
  const objects = arbitraryObject(struct(typeName), { size: 3 }) as fc.Arbitrary<KubeObject>;

  it.runIf(printer)('prints as a row with a cell for each column', () => {
    fc.assert(
      fc.property(objects, (object) => {
        // Of addresses upstream has the age, too, and no column for it.
        const more = resource === 'ipaddresses' ? 1 : 0;
        expect(printer!.cells(object, NOW)).toHaveLength(printer!.columns.length + more);
        printer!.conditions?.(object);
      }),
      { numRuns: 40 },
    );
  });

  it.runIf(strategy.default && verbs.includes('update'))('gets its defaults once', () => {
    fc.assert(
      fc.property(objects, (object) => {
        object.metadata ??= {};
        strategy.default!(object, ctx);
        const once = structuredClone(object);
        strategy.default!(object, ctx);
        expect(object).toEqual(once);
      }),
      { numRuns: 40 },
    );
  });
});

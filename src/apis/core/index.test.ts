import { describe, expect, it } from 'vitest';
import { hasStruct } from '../../apimachinery/schema/table.ts';
import { coordinationResources } from '../coordination/index.ts';
import type { StrategyContext } from '../definition.ts';
import { discoveryResources } from '../discovery/index.ts';
import { eventsResources } from '../events/index.ts';
import { networkingResources } from '../networking/index.ts';
import { coreResources } from './index.ts';

const ctx = { now: 0, namespace: '', random: () => 0.5 } as unknown as StrategyContext;
const groups = [
  coreResources,
  networkingResources,
  discoveryResources,
  eventsResources,
  coordinationResources,
];

it('has the resources of core v1', () => {
  expect(coreResources.map(({ resource, shortNames = [] }) => [resource, ...shortNames].join(' '))).toEqual([
    'bindings',
    'componentstatuses cs',
    'configmaps cm',
    'endpoints ep',
    'events ev',
    'limitranges limits',
    'namespaces ns',
    'nodes no',
    'persistentvolumeclaims pvc',
    'persistentvolumes pv',
    'pods po',
    'podtemplates',
    'replicationcontrollers rc',
    'resourcequotas quota',
    'secrets',
    'serviceaccounts sa',
    'services svc',
  ]);
});

describe.each(
  groups.flat().map((definition) => [`${definition.group}/${definition.resource}`, definition] as const),
)('%s', (_, definition) => {
  it('is a struct of the table, with subresources in order', () => {
    expect(hasStruct(definition.typeName)).toBe(true);
    const names = (definition.subresources ?? []).map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    for (const { verbs } of definition.subresources ?? []) expect(verbs).toEqual([...verbs].sort());
  });

  it('prints an empty object, one cell a column', () => {
    const { printer, resource } = definition;
    // Of addresses upstream has the age, too, and no column for it.
    const more = resource === 'ipaddresses' ? 1 : 0;
    if (printer) expect(printer.cells({}, 0)).toHaveLength(printer.columns.length + more);
  });

  it('has defaults that are idempotent', () => {
    const once = { metadata: { name: 'a' }, spec: {} };
    definition.strategy.default?.(once, ctx);
    const twice = structuredClone(once);
    definition.strategy.default?.(twice, ctx);
    expect(twice).toEqual(once);
  });
});

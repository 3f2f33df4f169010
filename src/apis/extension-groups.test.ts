import { describe, expect, it } from 'vitest';
import { struct } from '../apimachinery/schema/table.ts';
import { admissionregistrationResources } from './admissionregistration/index.ts';
import { apiextensionsResources } from './apiextensions/index.ts';
import { apiregistrationResources } from './apiregistration/index.ts';
import { authenticationResources } from './authentication/index.ts';
import { authorizationResources } from './authorization/index.ts';
import { certificatesResources } from './certificates/index.ts';
import type { ResourceDefinition, StrategyContext } from './definition.ts';
import { flowcontrolResources } from './flowcontrol/index.ts';
import { nodeResources } from './node/index.ts';
import type { KubeObject } from './object.ts';
import { rbacResources } from './rbac/index.ts';
import { resourceResources } from './resource/index.ts';
import { schedulingResources } from './scheduling/index.ts';
import { storageResources } from './storage/index.ts';
import { storagemigrationResources } from './storagemigration/index.ts';

const GROUPS = [
  admissionregistrationResources,
  apiextensionsResources,
  apiregistrationResources,
  authenticationResources,
  authorizationResources,
  certificatesResources,
  flowcontrolResources,
  nodeResources,
  rbacResources,
  resourceResources,
  schedulingResources,
  storageResources,
  storagemigrationResources,
];
const ALL = GROUPS.flat();
const named = (definition: ResourceDefinition) => [definition.resource, definition] as const;

const ctx: StrategyContext = {
  now: Date.parse('2026-01-02T03:04:05Z'),
  random: () => 0.5,
  user: { username: 'jane', groups: ['system:authenticated'] },
  namespace: 'shop',
};

/** Objects a client may send that lack nearly everything. */
const SPARSE: readonly (() => KubeObject)[] = [
  () => ({}),
  () => ({ metadata: { name: 'x' } }),
  () => ({ metadata: { name: 'x' }, spec: {}, status: {} }),
];

describe.each(GROUPS.map((group) => [group[0]!.group, group] as const))('%s', (_, group) => {
  it('lists its resources by name', () => {
    const names = group.map((definition) => definition.resource);
    expect(names).toEqual([...names].sort());
  });
});

describe.each(ALL.map(named))('%s', (_, definition) => {
  it('has a struct in the schema table', () => {
    expect(struct(definition.typeName).fields?.has('metadata')).toBe(true);
  });

  it('lists its subresources and their verbs in order', () => {
    const subresources = definition.subresources ?? [];
    expect(subresources.map((one) => one.name)).toEqual(subresources.map((one) => one.name).sort());
    for (const { verbs } of subresources) expect(verbs).toEqual([...verbs].sort());
  });

  it('prints a cell for each column, whatever is missing', () => {
    const { printer } = definition;
    for (const sparse of printer ? SPARSE : []) {
      expect(printer!.cells(sparse(), ctx.now)).toHaveLength(printer!.columns.length);
    }
  });

  it('defaults once and for all', () => {
    for (const sparse of SPARSE) {
      const once = sparse();
      definition.strategy.default?.(once, ctx);
      const twice = structuredClone(once);
      definition.strategy.default?.(twice, ctx);
      expect(twice).toEqual(once);
    }
  });

  it('judges incomplete objects without failing', () => {
    const { strategy } = definition;
    for (const sparse of SPARSE) {
      const object = sparse();
      const old = sparse();
      strategy.prepareForCreate?.(object, ctx);
      strategy.prepareForUpdate?.(object, old, ctx);
      strategy.status?.prepareForUpdate?.(object, old, ctx);
      expect(strategy.validate?.(object, ctx) ?? []).toBeInstanceOf(Array);
      expect(strategy.validateUpdate?.(object, old, ctx) ?? []).toBeInstanceOf(Array);
      expect(strategy.status?.validateUpdate?.(object, old, ctx) ?? []).toBeInstanceOf(Array);
      expect(strategy.warningsOnCreate?.(object, ctx) ?? []).toEqual([]);
    }
  });
});

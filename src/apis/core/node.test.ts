import { describe, expect, it } from 'vitest';
import type { Node } from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { nodes } from './node.ts';

const ctx = { now: Date.parse('2026-01-01T00:00:00Z'), namespace: '' } as StrategyContext;
const { strategy, printer } = nodes;
const node = (spec: Node['spec'], status?: Node['status']): Node => {
  const object: Node = {
    metadata: { name: 'n' },
    spec: structuredClone(spec),
    ...(status ? { status: structuredClone(status) } : {}),
  };
  strategy.default!(object, ctx);
  return object;
};
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

describe('defaults', () => {
  it('makes allocatable what there is', () => {
    expect(node({}, { capacity: { cpu: '2000m' } }).status).toEqual({
      capacity: { cpu: '2' },
      allocatable: { cpu: '2' },
    });
  });
  it('keeps podCIDR and podCIDRs in step', () => {
    expect(node({ podCIDR: '10.1.0.0/24' }).spec!.podCIDRs).toEqual(['10.1.0.0/24']);
    expect(node({ podCIDRs: ['10.1.0.0/24', 'fd00::/64'] }).spec!.podCIDR).toBe('10.1.0.0/24');
    expect(node({ podCIDR: '10.2.0.0/24', podCIDRs: ['10.1.0.0/24'] }).spec!.podCIDRs).toEqual([
      '10.2.0.0/24',
    ]);
  });
});

describe('validate', () => {
  it.each<[string, Node['spec'], Node['status'], string[]]>([
    ['a plain node', { podCIDRs: ['10.1.0.0/24', 'fd00::/64'] }, { capacity: { cpu: '4', pods: '110' } }, []],
    [
      'ranges',
      { podCIDRs: ['10.1.0.0/24', '10.2.0.1/24'] },
      {},
      [
        'spec.podCIDRs[1]: Invalid value: "10.2.0.1/24": must not have bits set beyond the prefix length',
        'spec.podCIDRs: Invalid value: ["10.1.0.0/24","10.2.0.1/24"]: may specify no more than one CIDR for each IP family',
      ],
    ],
    [
      'amounts',
      {},
      { capacity: { pods: '1500m' }, allocatable: { cpu: '-1' } },
      [
        'status.capacity.pods: Invalid value: "1500m": must be an integer',
        'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      'taints',
      {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', value: 'b', effect: 'NoSchedule' },
          { key: 'a', effect: 'X' },
          { key: 'b', effect: '' },
        ],
      },
      {},
      [
        'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"b","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
        'metadata.taints[2].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
        'metadata.taints[3].effect: Required value',
      ],
    ],
  ])('%s', (_, spec, status, expected) => {
    expect(texts(strategy.validate!(node(spec, status), ctx))).toEqual(expected);
  });
});

describe('update', () => {
  const old = node({ podCIDR: '10.1.0.0/24', providerID: 'kedge://n' });
  it('lets a node be cordoned and tainted', () => {
    const changed = node({ ...old.spec, unschedulable: true, taints: [{ key: 'a', effect: 'NoExecute' }] });
    expect(strategy.validateUpdate!(changed, old, ctx)).toEqual([]);
  });
  it('keeps what was assigned', () => {
    const changed = node({ podCIDR: '10.2.0.0/24', providerID: 'other', externalID: 'x' });
    expect(texts(strategy.validateUpdate!(changed, old, ctx))).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      'spec.externalID: Forbidden: may not be updated',
    ]);
    expect(strategy.validateUpdate!(old, node({}), ctx)).toEqual([]);
  });
  it('refuses an address twice', () => {
    const address = { type: 'InternalIP', address: '1.2.3.4' };
    const changed = node(old.spec, { addresses: [address, address] });
    expect(texts(strategy.status!.validateUpdate!(changed, old, ctx))).toEqual([
      'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"1.2.3.4"}',
    ]);
  });
  it('leaves the status to the status subresource', () => {
    const changed = node(old.spec, { phase: 'x' });
    strategy.prepareForUpdate!(changed, old, ctx);
    expect(changed.status).toBeUndefined();
  });
});

it('warns', () => {
  expect(strategy.warningsOnCreate!(node({ externalID: 'x', configSource: {} }), ctx)).toEqual([
    'spec.configSource: the feature is removed',
    'spec.externalID: this field is deprecated, and is unused by Kubernetes',
  ]);
});

it('checks annotations that were fields', () => {
  const annotated = (annotations: Record<string, string>): string[] => {
    const object = node({});
    object.metadata!.annotations = annotations;
    return texts(strategy.validate!(object, ctx));
  };
  expect(
    annotated({
      'scheduler.alpha.kubernetes.io/taints': '[{"key":"a","effect":"X"}]',
      'scheduler.alpha.kubernetes.io/preferAvoidPods':
        '{"preferAvoidPods":[{},{"podSignature":{"podController":{"kind":"ReplicaSet"}}}]}',
    }),
  ).toEqual([
    'metadata.annotations.scheduler.alpha.kubernetes.io/taints[0].effect: Unsupported value: "X": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    'metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[0].PodSignature: Required value',
    'metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[1].PodSignature.PodController.Controller: Invalid value: false: must point to a controller',
  ]);
  expect(annotated({ 'scheduler.alpha.kubernetes.io/taints': '[' })).toEqual([
    'metadata.annotations: Invalid value: "scheduler.alpha.kubernetes.io/taints": unexpected end of JSON input',
  ]);
});

it('drops configuration that it no longer has', () => {
  const config = { configMap: { name: 'c', namespace: 'n', kubeletConfigKey: 'k' } };
  const fresh = node({ configSource: config }, { config: { assigned: config } });
  strategy.prepareForCreate!(fresh, ctx);
  expect(fresh).toMatchObject({ spec: {}, status: {} });
  expect([fresh.spec!.configSource, fresh.status!.config]).toEqual([undefined, undefined]);
  const stored = node({ configSource: config });
  const changed = node({ configSource: config });
  strategy.prepareForUpdate!(changed, stored, ctx);
  expect(changed.spec!.configSource).toEqual(config);
  strategy.prepareForUpdate!(changed, node({}), ctx);
  expect(changed.spec!.configSource).toBeUndefined();
});

it('checks the features that it declares', () => {
  const RULE = `must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`;
  expect(texts(strategy.validate!(node({}, { declaredFeatures: ['b', 'A/b', 'a', 'a'] }), ctx))).toEqual([
    `status.declaredFeatures[0]: Invalid value: "b": invalid feature name "b": ${RULE}`,
    `status.declaredFeatures[1]: Invalid value: "A/b": list must be sorted alphabetically`,
    `status.declaredFeatures[2]: Invalid value: "a": invalid feature name "a": ${RULE}`,
    `status.declaredFeatures[3]: Duplicate value: "a"`,
    `status.declaredFeatures[3]: Invalid value: "a": invalid feature name "a": ${RULE}`,
  ]);
});

it('is selectable by unschedulable', () => {
  expect(nodes.selectableFields!['spec.unschedulable']!({})).toBe('false');
  expect(nodes.selectableFields!['spec.unschedulable']!({ spec: { unschedulable: true } })).toBe('true');
});

describe('cells', () => {
  const ready = (status: string): Node['status'] => ({ conditions: [{ type: 'Ready', status }] });
  it.each<[string, Node, string, string]>([
    ['an empty node', {}, 'Unknown', '<none>'],
    ['a ready one', { status: ready('True') }, 'Ready', '<none>'],
    [
      'a cordoned one',
      { spec: { unschedulable: true }, status: ready('Unknown') },
      'NotReady,SchedulingDisabled',
      '<none>',
    ],
    [
      'roles',
      {
        metadata: {
          labels: {
            'node-role.kubernetes.io/worker': '',
            'node-role.kubernetes.io/': '',
            'kubernetes.io/role': 'edge',
            'node-role.kubernetes.io/control-plane': '',
          },
        },
      },
      'Unknown',
      'control-plane,edge,worker',
    ],
  ])('%s', (_, object, status, roles) => {
    expect(printer!.cells(object, ctx.now).slice(1, 3)).toEqual([status, roles]);
  });
  it('are all there', () => {
    const object: Node = {
      metadata: { name: 'n', creationTimestamp: '2025-12-31T00:00:00Z' },
      status: {
        addresses: [
          { type: 'InternalIP', address: '10.0.0.1' },
          { type: 'InternalIP', address: '10.0.0.2' },
        ],
        nodeInfo: { kubeletVersion: 'v1.36.0', osImage: 'Linux' } as never,
      },
    };
    expect(printer!.cells(object, ctx.now)).toEqual([
      'n',
      'Unknown',
      '<none>',
      '24h',
      'v1.36.0',
      '10.0.0.1',
      '<none>',
      'Linux',
      '<unknown>',
      '<unknown>',
    ]);
  });
});

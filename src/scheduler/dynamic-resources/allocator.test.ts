import { describe, expect, it } from 'vitest';
import { seeded } from '../../apimachinery/random.ts';
import type {
  AllocationResult,
  Device,
  DeviceClass,
  DeviceConstraint,
  DeviceRequest,
  DeviceTaintRule,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceSliceSpec,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { nodeInfo } from '../testing.ts';
import { gatherAllocated } from './allocated.ts';
import { Allocator } from './allocator.ts';
import { type Slice, Slices } from './pools.ts';
import type { Claim } from './requests.ts';
import { toAllocation } from './result.ts';
import { SelectorCache } from './selectors.ts';

const DRIVER = 'd.com';
const slice = (
  name: string,
  devices: Device[],
  spec: Partial<ResourceSliceSpec> = { nodeName: 'n1' },
  pool: Partial<ResourceSliceSpec['pool']> = {},
): Slice =>
  ({
    metadata: { name },
    spec: {
      driver: DRIVER,
      pool: { name: 'p', generation: 1, resourceSliceCount: 1, ...pool },
      devices,
      ...spec,
    },
  }) as Slice;
const gpu = (name: string, rest: Partial<Device> = {}): Device => ({ name, ...rest });
const zoned = (name: string, zone: string, rest: Partial<Device> = {}): Device =>
  gpu(name, { attributes: { zone: { string: zone }, 'other.com/index': { int: 1 } }, ...rest });

const request = (name: string, exactly: Partial<ExactDeviceRequest> = {}): DeviceRequest => ({
  name,
  exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1, ...exactly },
});
const claim = (requests: DeviceRequest[], constraints: DeviceConstraint[] = [], name = 'c'): Claim =>
  ({
    metadata: { name, namespace: 'shop', uid: `uid-${name}` },
    spec: { devices: { requests, constraints } },
  }) as Stored<ResourceClaim>;
const where = (expression: string) => ({ selectors: [{ cel: { expression } }] });

interface World {
  slices: Slice[];
  claims?: Claim[];
  classes?: Record<string, DeviceClass['spec']>;
  taken?: AllocationResult[];
  rules?: DeviceTaintRule[];
  node?: string;
}

function allocate({
  slices,
  claims = [],
  classes = { gpu: {} },
  taken = [],
  rules = [],
  node = 'n1',
}: World) {
  const info = nodeInfo(node, { labels: { room: 'a' } });
  const allocator = new Allocator(
    {
      slices: new Slices(slices, rules),
      allocated: gatherAllocated(taken),
      cache: new SelectorCache(),
      random: seeded('devices'),
      classNamed: (name) =>
        classes[name] ? ({ metadata: { name }, spec: classes[name] } as Stored<DeviceClass>) : undefined,
    },
    info,
  );
  return allocator.allocate(claims)?.map((solution) => toAllocation(solution, node));
}
/** `request=device` of each result of each claim. */
const devices = (world: World) =>
  allocate(world)?.map(({ devices: given }) =>
    (given?.results ?? []).map((one) => `${one.request}=${one.device}`).join(' '),
  );

describe('devices', () => {
  const two = [slice('s', [gpu('a'), gpu('b')])];

  it('go to the requests in order, each once', () => {
    expect(devices({ slices: two, claims: [claim([request('x'), request('y')])] })).toEqual(['x=a y=b']);
    expect(devices({ slices: two, claims: [claim([request('x', { count: 2 })])] })).toEqual(['x=a x=b']);
    expect(devices({ slices: two, claims: [claim([request('x', { count: 3 })])] })).toBeUndefined();
    const claims = [claim([request('x')]), claim([request('y')], [], 'other')];
    expect(devices({ slices: two, claims })).toEqual(['x=a', 'y=b']);
  });

  it('that are taken are left', () => {
    const taken = [{ devices: { results: [{ request: 'r', driver: DRIVER, pool: 'p', device: 'a' }] } }];
    expect(devices({ slices: two, claims: [claim([request('x')])], taken })).toEqual(['x=b']);
    const admin = claim([request('x', { adminAccess: true })]);
    expect(allocate({ slices: two, claims: [admin], taken })?.[0]?.devices?.results).toEqual([
      { request: 'x', driver: DRIVER, pool: 'p', device: 'a', adminAccess: true },
    ]);
  });

  it('match the selectors of class and request', () => {
    const slices = [slice('s', [zoned('a', 'x'), zoned('b', 'y'), zoned('c', 'y')])];
    const classes = { gpu: where('device.driver == "d.com"') };
    const inZone = request('r', where('device.attributes["d.com"].zone == "y"'));
    expect(devices({ slices, classes, claims: [claim([inZone])] })).toEqual(['r=b']);
    expect(devices({ slices, classes: { gpu: where('false') }, claims: [claim([inZone])] })).toBeUndefined();
  });

  it('are all there are, when all are wanted', () => {
    const all = claim([request('r', { allocationMode: 'All', count: 0 })]);
    expect(devices({ slices: two, claims: [all] })).toEqual(['r=a r=b']);
    expect(devices({ slices: [slice('s', [])], claims: [all] })).toBeUndefined();
    const incomplete = [slice('s', [gpu('a')], { nodeName: 'n1' }, { resourceSliceCount: 2 })];
    expect(() => devices({ slices: incomplete, claims: [all] })).toThrow(
      'claim shop/c, request r: asks for all devices, but resource pool d.com/p is currently being updated',
    );
  });

  it('of the first alternative that can be had', () => {
    const slices = [slice('s', [zoned('a', 'x'), zoned('b', 'y')])];
    const sub = (name: string, count: number, zone: string) => ({
      name,
      deviceClassName: 'gpu',
      allocationMode: 'ExactCount',
      count,
      ...where(`device.attributes["d.com"].zone == "${zone}"`),
    });
    const firstAvailable = [sub('large', 2, 'x'), sub('small', 1, 'y')];
    expect(devices({ slices, claims: [claim([{ name: 'r', firstAvailable }])] })).toEqual(['r/small=b']);
  });

  it.each<[string, DeviceConstraint, string[] | undefined]>([
    ['equal', { matchAttribute: 'd.com/zone' }, ['r=b r=c']],
    ['different', { distinctAttribute: 'd.com/zone' }, undefined],
    ['of another domain', { matchAttribute: 'other.com/index' }, ['r=a r=b']],
    ['not there', { matchAttribute: 'd.com/nope' }, undefined],
    ['of another request', { requests: ['s'], matchAttribute: 'd.com/nope' }, ['r=a r=b']],
  ])('have attributes that are %s', (_, constraint, expected) => {
    const slices = [slice('s', [zoned('a', 'x'), zoned('b', 'y'), zoned('c', 'y')])];
    const count = constraint.distinctAttribute ? 3 : 2;
    expect(devices({ slices, claims: [claim([request('r', { count })], [constraint])] })).toEqual(expected);
  });

  it('that are tainted take tolerations, be the taint their own or a rule’s', () => {
    const taint = { key: 'broken', value: 'yes', effect: 'NoSchedule' };
    const slices = [slice('s', [gpu('a', { taints: [taint] }), gpu('b'), gpu('c')])];
    const rules = [{ spec: { deviceSelector: { driver: DRIVER, device: 'b' }, taint } }] as DeviceTaintRule[];
    expect(devices({ slices, rules, claims: [claim([request('r')])] })).toEqual(['r=c']);
    const tolerations = [{ key: 'broken', operator: 'Exists' }];
    expect(devices({ slices, rules, claims: [claim([request('r', { tolerations })])] })).toEqual(['r=a']);
    const wrong = [{ key: 'broken', operator: 'Equal', value: 'no' }];
    expect(devices({ slices, rules, claims: [claim([request('r', { tolerations: wrong })])] })).toEqual([
      'r=c',
    ]);
  });

  it('share counters with others of their card', () => {
    const half = { consumesCounters: [{ counterSet: 'card', counters: { memory: { value: '5Gi' } } }] };
    const sharedCounters = [{ name: 'card', counters: { memory: { value: '10Gi' } } }];
    const pool = { resourceSliceCount: 2 };
    const slices = [
      slice('counters', [], { nodeName: 'n1', sharedCounters }, pool),
      slice('s', [gpu('a', half), gpu('b', half), gpu('c', half)], { nodeName: 'n1' }, pool),
    ];
    expect(devices({ slices, claims: [claim([request('r', { count: 2 })])] })).toEqual(['r=a r=b']);
    expect(devices({ slices, claims: [claim([request('r', { count: 3 })])] })).toBeUndefined();
    const taken = [{ devices: { results: [{ request: 'r', driver: DRIVER, pool: 'p', device: 'c' }] } }];
    expect(devices({ slices, taken, claims: [claim([request('r', { count: 2 })])] })).toBeUndefined();
  });

  it('may be shared as far as their capacity goes', () => {
    const capacity = {
      memory: { value: '10Gi', requestPolicy: { default: '1Gi', validRange: { min: '1Gi', step: '1Gi' } } },
    };
    const slices = [slice('s', [gpu('a', { allowMultipleAllocations: true, capacity })])];
    const wants = (memory: string, name = 'c') =>
      claim([request('r', { capacity: { requests: { memory } } })], [], name);
    const result = allocate({ slices, claims: [wants('3584Mi')] })?.[0];
    expect(result?.devices?.results?.[0]).toMatchObject({ device: 'a', consumedCapacity: { memory: '4Gi' } });
    expect(result?.devices?.results?.[0]?.shareID).toMatch(/^[0-9a-f-]{36}$/);
    expect(devices({ slices, claims: [wants('6Gi'), wants('4Gi', 'd')] })).toEqual(['r=a', 'r=a']);
    expect(devices({ slices, claims: [wants('6Gi'), wants('5Gi', 'd')] })).toBeUndefined();
    expect(devices({ slices, taken: [result!], claims: [wants('7Gi')] })).toBeUndefined();
    expect(devices({ slices, taken: [result!], claims: [wants('6Gi')] })).toEqual(['r=a']);
  });
});

describe('pools', () => {
  const one = [claim([request('r')])];
  const term = { matchExpressions: [{ key: 'room', operator: 'In', values: ['a'] }] };

  it.each<[string, Slice[], string[] | undefined]>([
    ['of the node', [slice('s', [gpu('a')])], ['r=a']],
    ['of another', [slice('s', [gpu('a')], { nodeName: 'n2' })], undefined],
    ['of all', [slice('s', [gpu('a')], { allNodes: true })], ['r=a']],
    ['of some', [slice('s', [gpu('a')], { nodeSelector: { nodeSelectorTerms: [term] } })], ['r=a']],
    [
      'of a node for each device',
      [
        slice('s', [gpu('a', { nodeName: 'n2' }), gpu('b', { nodeName: 'n1' })], {
          perDeviceNodeSelection: true,
        }),
      ],
      ['r=b'],
    ],
    [
      'that is being updated',
      [slice('s', [gpu('a')], { nodeName: 'n1' }, { resourceSliceCount: 2 })],
      undefined,
    ],
    [
      'in its newest generation',
      [slice('s', [gpu('a')]), slice('t', [gpu('b')], { nodeName: 'n1' }, { generation: 2 })],
      ['r=b'],
    ],
    [
      'that needs nothing first before one that does',
      [
        slice('s', [gpu('a', { bindingConditions: ['Ready'] })], { nodeName: 'n1' }, { name: 'a' }),
        slice('t', [gpu('b')], { nodeName: 'n1' }, { name: 'b' }),
      ],
      ['r=b'],
    ],
  ])('%s', (_, slices, expected) => {
    expect(devices({ slices, claims: one })).toEqual(expected);
  });

  it('with two devices of one name are no use', () => {
    expect(() => devices({ slices: [slice('s', [gpu('a'), gpu('a')])], claims: one })).toThrow(
      'invalid resource pools were encountered',
    );
  });

  it('say where their devices can be used', () => {
    const selector = (spec: Partial<ResourceSliceSpec>) =>
      allocate({ slices: [slice('s', [gpu('a')], spec)], claims: one })?.[0]?.nodeSelector;
    const byName = { key: 'metadata.name', operator: 'In', values: ['n1'] };
    expect(selector({ nodeName: 'n1' })).toEqual({ nodeSelectorTerms: [{ matchFields: [byName] }] });
    expect(selector({ nodeSelector: { nodeSelectorTerms: [term] } })).toEqual({ nodeSelectorTerms: [term] });
    expect(selector({ allNodes: true })).toBeUndefined();
  });
});

it('configuration comes from classes, once each, and then from the claim', () => {
  const opaque = (x: number) => ({ driver: DRIVER, parameters: { x } });
  const wanting = claim([request('a'), request('b')]);
  wanting.spec.devices!.config = [
    { opaque: opaque(2) },
    { requests: ['b'], opaque: opaque(3) },
    { requests: ['c'] },
  ];
  const [result] = allocate({
    slices: [slice('s', [gpu('a'), gpu('b')])],
    classes: { gpu: { config: [{ opaque: opaque(1) }] } },
    claims: [wanting],
  })!;
  expect(result?.devices?.config).toEqual([
    { source: 'FromClass', requests: ['a', 'b'], opaque: opaque(1) },
    { source: 'FromClaim', opaque: opaque(2) },
    { source: 'FromClaim', requests: ['b'], opaque: opaque(3) },
  ]);
});

describe('errors', () => {
  const slices = [slice('s', [gpu('a')])];
  it.each<[string, World, string]>([
    [
      'an attribute that is not there',
      { slices, claims: [claim([request('r', where('device.attributes["d.com"].x'))])] },
      'claim shop/c: selector #0: CEL runtime error: no such key: x',
    ],
    [
      'a class that does not compile',
      { slices, classes: { gpu: where('1') }, claims: [claim([request('r')])] },
      'class gpu: selector #0: CEL compile error: must evaluate to bool or the unknown type, not int',
    ],
    [
      'too many devices',
      { slices, claims: [claim([request('r', { count: 33 })])] },
      'claim shop/c: number of requested devices 33 exceeds the claim limit of 32',
    ],
  ])('%s', (_, world, message) => {
    expect(() => devices(world)).toThrow(message);
  });

  it('a search that finds no end is given up', () => {
    const many = [
      slice(
        's',
        Array.from({ length: 40 }, (_unused, i) => zoned(`g${i}`, `z${i}`)),
      ),
    ];
    const wanting = claim([request('r', { count: 10 }), request('s', where('false'))]);
    expect(() => devices({ slices: many, claims: [wanting] })).toThrow(
      'node n1: timed out trying to allocate devices',
    );
  });
});

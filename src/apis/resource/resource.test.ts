import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type {
  Device,
  DeviceRequest,
  ResourceClaim,
  ResourceSlice,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { claimState, dropDeallocatedDevices } from './claim-status.ts';
import { validateResourceClaimStatusUpdate } from './claim-status-validation.ts';
import { validateResourceClaim, validateResourceClaimUpdate } from './claim-validation.ts';
import { validateDeviceClass } from './class-validation.ts';
import { defaultClaimSpec, defaultDeviceTaintRule } from './defaults.ts';
import { dropDisabledFields, resourceSliceWarnings } from './slice-strategy.ts';
import { validateResourceSlice, validateResourceSliceUpdate } from './slice-validation.ts';
import { validateDeviceTaintRule } from './taint-validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const ctx = { now: Date.parse('2026-01-02T03:04:05Z') } as StrategyContext;

function claim(requests: DeviceRequest[]): ResourceClaim {
  const object: ResourceClaim = { metadata: { name: 'c' }, spec: { devices: { requests } } };
  defaultClaimSpec(object.spec);
  return object;
}
const gpu = (): ResourceClaim => claim([{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }]);

describe('ResourceClaim', () => {
  it('asks for one device unless it says otherwise', () => {
    expect(gpu().spec.devices?.requests?.[0]?.exactly).toEqual({
      deviceClassName: 'gpu.example.com',
      allocationMode: 'ExactCount',
      count: 1,
    });
    expect(validateResourceClaim(gpu())).toEqual([]);
  });

  it.each<[DeviceRequest[], string[]]>([
    [
      [{ name: 'a' }],
      ['spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required'],
    ],
    [
      [{ name: 'a', exactly: { deviceClassName: '', allocationMode: 'Some' } }],
      [
        'spec.devices.requests[0].exactly.deviceClassName: Required value',
        'spec.devices.requests[0].exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"',
      ],
    ],
    [
      [{ name: 'a', exactly: { deviceClassName: 'x', allocationMode: 'All', count: 2 } }],
      [
        `spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'`,
      ],
    ],
  ])('%j', (requests, errors) => {
    expect(texts(validateResourceClaim(claim(requests)))).toEqual(errors);
  });

  it('names each request once and refers to those there are', () => {
    const object = gpu();
    object.spec.devices!.requests!.push({ ...object.spec.devices!.requests![0]! });
    object.spec.devices!.constraints = [{ requests: ['cpu'], matchAttribute: 'example.com/zone' }];
    expect(texts(validateResourceClaim(object))).toEqual([
      'spec.devices.requests[1]: Duplicate value: "gpu"',
      `spec.devices.constraints[0].requests[0]: Invalid value: "cpu": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'`,
    ]);
  });

  it('cannot change', () => {
    expect(validateResourceClaimUpdate(gpu(), gpu())).toEqual([]);
    expect(validateResourceClaimUpdate(claim([]), gpu()).map((error) => error.field)).toEqual(['spec']);
  });

  const results = [{ request: 'gpu', driver: 'example.com', pool: 'p', device: 'd' }];
  const allocated = (): ResourceClaim => ({ ...gpu(), status: { allocation: { devices: { results } } } });

  it('is reserved once allocated', () => {
    const reservedFor = [{ resource: 'pods', name: 'p', uid: 'u' }];
    expect(
      validateResourceClaimStatusUpdate(
        { ...allocated(), status: { ...allocated().status, reservedFor } },
        gpu(),
      ),
    ).toEqual([]);
    expect(texts(validateResourceClaimStatusUpdate({ ...gpu(), status: { reservedFor } }, gpu()))).toEqual([
      'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
    ]);
    expect(claimState({ ...allocated(), status: { ...allocated().status, reservedFor } })).toBe(
      'allocated,reserved',
    );
    expect(claimState(gpu())).toBe('pending');
  });

  it('forgets devices that are not allocated any more', () => {
    const object = gpu();
    object.status = { devices: [{ driver: 'example.com', pool: 'p', device: 'd' }] };
    dropDeallocatedDevices(object, allocated());
    expect(object.status).toEqual({});
  });
});

describe('ResourceSlice', () => {
  const slice = (devices: Device[], change: Partial<ResourceSlice['spec']> = {}): ResourceSlice => ({
    spec: {
      driver: 'example.com',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      nodeName: 'n',
      devices,
      ...change,
    },
  });

  it.each<[string, ResourceSlice, string[]]>([
    [
      'is valid',
      slice([
        {
          name: 'd',
          attributes: { model: { string: 'a' } },
          capacity: { 'example.com/memory': { value: '1Gi' } },
        },
      ]),
      [],
    ],
    [
      'has nodes in one way',
      slice([], { allNodes: true }),
      [
        'spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set',
      ],
    ],
    [
      'has versions',
      slice([{ name: 'd', attributes: { v: { version: '1' } } }]),
      [
        'spec.devices[0].attributes[v].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      ],
    ],
    [
      'has one value an attribute',
      slice([{ name: 'd', attributes: { v: {} } }]),
      ['spec.devices[0].attributes[v]: Invalid value: "": exactly one value must be specified'],
    ],
    [
      'has no policy for what is not shared',
      slice([{ name: 'd', capacity: { m: { value: '1', requestPolicy: {} } } }]),
      ['spec.devices[0].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be true'],
    ],
    [
      'offers values up to the capacity',
      slice([
        {
          name: 'd',
          allowMultipleAllocations: true,
          capacity: { m: { value: '2', requestPolicy: { default: '3', validValues: ['1', '3'] } } },
        },
      ]),
      [
        'spec.devices[0].capacity[m].requestPolicy.validValues[1]: Invalid value: "3": option is larger than capacity value: 2',
      ],
    ],
    [
      'offers ranges in steps',
      slice([
        {
          name: 'd',
          allowMultipleAllocations: true,
          capacity: {
            m: { value: '10', requestPolicy: { default: '4', validRange: { min: '1', step: '2' } } },
          },
        },
      ]),
      [
        'spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: "4": value is not a multiple of a given step (2) from (1)',
      ],
    ],
  ])('%s', (_, object, errors) => {
    expect(texts(validateResourceSlice(object))).toEqual(errors);
  });

  it('stays in its pool', () => {
    const moved = slice([], { pool: { name: 'q', generation: 1, resourceSliceCount: 1 } });
    expect(texts(validateResourceSliceUpdate(moved, slice([])))).toEqual([
      'spec.pool.name: Invalid value: "q": field is immutable',
    ]);
  });
});

it('DeviceClass selects by expressions and stands for an extended resource', () => {
  expect(validateDeviceClass({ spec: { extendedResourceName: 'example.com/gpu' } })).toEqual([]);
  expect(texts(validateDeviceClass({ spec: { selectors: [{}], extendedResourceName: 'cpu' } }))).toEqual([
    'spec.selectors[0].cel: Required value',
    'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
  ]);
});

it('DeviceTaintRule knows when it was added', () => {
  const rule = { spec: { taint: { key: 'k', effect: 'NoPlace' } } };
  defaultDeviceTaintRule(rule, ctx);
  expect(rule.spec.taint).toEqual({ key: 'k', effect: 'NoPlace', timeAdded: '2026-01-02T03:04:05Z' });
  expect(texts(validateDeviceTaintRule(rule))).toEqual([
    'spec.taint.effect: Unsupported value: "NoPlace": supported values: "NoExecute", "NoSchedule", "None"',
  ]);
});

it('ResourceSlice drops what is off in 1.36, unless the stored one has it, and warns of the driver', () => {
  const make = (): ResourceSlice => ({
    spec: {
      driver: 'Gpu.example.com',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: [
        {
          name: 'd',
          nodeAllocatableResourceMappings: { cpu: {} },
          attributes: { a: { strings: ['x'] }, b: { string: 'x' } },
        },
      ],
    },
  });
  const slice = make();
  dropDisabledFields(slice);
  expect(slice.spec.devices).toEqual([{ name: 'd', attributes: { a: {}, b: { string: 'x' } } }]);
  const stored = make();
  dropDisabledFields(stored, make());
  expect(stored).toEqual(make());
  expect(resourceSliceWarnings(slice)).toEqual([
    'spec.driver: driver names should be lowercase; "Gpu.example.com" contains uppercase characters',
  ]);
});

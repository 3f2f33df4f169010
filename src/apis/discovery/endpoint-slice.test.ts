import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { endpointSlices } from './endpoint-slice.ts';

const ctx = { now: 0 } as StrategyContext;
const { strategy, printer } = endpointSlices;
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const slice = (object: Partial<EndpointSlice>): EndpointSlice => {
  const whole: EndpointSlice = { metadata: {}, addressType: 'IPv4', ...structuredClone(object) };
  strategy.default!(whole, ctx);
  return whole;
};

it('gives ports a name and a protocol', () => {
  expect(slice({ ports: [{ port: 80 }] }).ports).toEqual([{ port: 80, name: '', protocol: 'TCP' }]);
});

it('moves a node out of the deprecated topology', () => {
  const old = slice({
    endpoints: [{ addresses: ['1.2.3.4'], deprecatedTopology: { 'kubernetes.io/hostname': 'n1' } }],
  });
  const changed = structuredClone(old);
  changed.endpoints!.push({ addresses: ['1.2.3.5'], deprecatedTopology: { 'kubernetes.io/hostname': 'n2' } });
  strategy.prepareForUpdate!(changed, old, ctx);
  expect(changed.endpoints).toEqual([{ addresses: ['1.2.3.4'], nodeName: 'n1' }, { addresses: ['1.2.3.5'] }]);
  const same = structuredClone(old);
  strategy.prepareForUpdate!(same, old, ctx);
  expect(same).toEqual(old);
});

describe('validate', () => {
  it.each<[string, Partial<EndpointSlice>, string[]]>([
    [
      'good',
      {
        endpoints: [
          { addresses: ['1.2.3.4'], hints: { forZones: [{ name: 'a' }], forNodes: [{ name: 'n' }] } },
        ],
        ports: [{ port: 80 }],
      },
      [],
    ],
    [
      'type',
      { addressType: 'X' },
      ['addressType: Unsupported value: "X": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [
      'addresses',
      { endpoints: [{ addresses: [] }, { addresses: ['x', 'fd00::1', '127.0.0.1'] }] },
      [
        'endpoints[0].addresses: Required value: must contain at least 1 address',
        'endpoints[1].addresses[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'endpoints[1].addresses: Invalid value: "fd00::1": must be an IPv4 address',
        'endpoints[1].addresses[2]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'names',
      { addressType: 'FQDN', endpoints: [{ addresses: ['a.example.com.', 'a'] }] },
      [
        'endpoints[0].addresses[1]: Invalid value: "a": should be a domain with at least two segments separated by dots',
      ],
    ],
    [
      'too many endpoints',
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: [] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
    [
      'hints and ports',
      {
        endpoints: [{ addresses: ['1.2.3.4'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }],
        ports: [{ name: 'a', protocol: 'X' }, { name: 'a' }],
      },
      [
        'ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
        'ports[1].name: Duplicate value: "a"',
        'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
      ],
    ],
  ])('%s', (_, object, expected) => {
    expect(texts(strategy.validate!(slice(object), ctx))).toEqual(expected);
  });
  it('keeps the type', () => {
    expect(texts(strategy.validateUpdate!(slice({ addressType: 'IPv6' }), slice({}), ctx))).toEqual([
      'addressType: Invalid value: "IPv6": field is immutable',
    ]);
  });
});

it('warns', () => {
  const object = slice({ addressType: 'FQDN' });
  expect(strategy.warningsOnCreate!(object, ctx)).toEqual([
    'spec.addressType: FQDN endpoints are deprecated',
  ]);
  expect(strategy.warningsOnUpdate!(object, object, ctx)).toEqual([]);
  const v6 = slice({ addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1'] }] });
  expect(strategy.warningsOnUpdate!(v6, v6, ctx)).toHaveLength(1);
  const metadata = {
    labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
  };
  expect(strategy.warningsOnUpdate!({ ...v6, metadata }, v6, ctx)).toEqual([]);
});

it.each<[Partial<EndpointSlice>, unknown[]]>([
  [{}, ['', 'IPv4', '<unset>', '<unset>', '<unknown>']],
  [
    {
      ports: [{ port: 80 }, { name: 'x' }, {}, { port: 1 }],
      endpoints: [{ addresses: ['1', '2'] }, { addresses: ['3', '4', '5'] }],
    },
    ['', 'IPv4', '80,x,* + 1 more...', '1,2,3 + 2 more...', '<unknown>'],
  ],
])('cells %#', (object, expected) => {
  expect(printer!.cells({ addressType: 'IPv4', ...object }, 0)).toEqual(expected);
});

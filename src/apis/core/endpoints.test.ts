import { describe, expect, it } from 'vitest';
import type { Endpoints } from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { validateBinding } from './binding.ts';
import { componentStatuses } from './component-status.ts';
import { endpoints } from './endpoints.ts';

const ctx = { now: 0 } as StrategyContext;
const { strategy, printer } = endpoints;
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

describe('endpoints', () => {
  it('have a protocol', () => {
    const object: Endpoints = { subsets: [{ ports: [{ port: 80 }] }] };
    strategy.default!(object, ctx);
    expect(object.subsets![0]!.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });

  const bad: Endpoints = {
    subsets: [
      {},
      { addresses: [{ ip: '127.0.0.1', hostname: 'A', nodeName: '_' }], ports: [{ port: 0, protocol: 'X' }] },
      {
        addresses: [{ ip: '1.2.3.4' }],
        ports: [
          { port: 1, protocol: 'TCP' },
          { name: 'b', port: 2, protocol: 'TCP' },
        ],
      },
    ],
  };
  it('are validated, unless they were so before', () => {
    const errors = texts(strategy.validate!(bad, ctx));
    expect(errors).toHaveLength(7);
    expect(errors[0]).toBe('subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`');
    expect(errors.map((text) => text.split(':')[0])).toEqual([
      'subsets[0]',
      'subsets[1].addresses[0].hostname',
      'subsets[1].addresses[0].nodeName',
      'subsets[1].addresses[0].ip',
      'subsets[1].ports[0].port',
      'subsets[1].ports[0].protocol',
      'subsets[2].ports[0].name',
    ]);
    expect(strategy.validateUpdate!(bad, bad, ctx)).toEqual([]);
  });

  it('warn of odd addresses that are not the controller’s', () => {
    const object: Endpoints = { subsets: [{ notReadyAddresses: [{ ip: '2001:DB8::1' }] }] };
    expect(strategy.warningsOnCreate!(object, ctx)).toEqual([
      'subsets[0].notReadyAddresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
    const metadata = { labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } };
    expect(strategy.warningsOnCreate!({ ...object, metadata }, ctx)).toEqual([]);
  });

  it.each<[Endpoints['subsets'], string]>([
    [undefined, '<none>'],
    [[{ addresses: [{ ip: '1.1.1.1' }] }], '1.1.1.1'],
    [
      [{ addresses: [{ ip: '1.1.1.1' }, { ip: 'fd00::1' }], ports: [{ port: 80 }] }],
      '1.1.1.1:80,[fd00::1]:80',
    ],
    [
      [
        {
          addresses: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }],
          ports: [{ port: 80 }, { port: 81 }, { port: 82 }],
        },
      ],
      '1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 3 more...',
    ],
    [[{ notReadyAddresses: [{ ip: '1.1.1.1' }], ports: [{ port: 80 }] }], ''],
  ])('%j shows as %s', (subsets, expected) => {
    expect(printer!.cells({ subsets }, 0)[1]).toBe(expected);
  });
});

it('bindings name a node', () => {
  expect(texts(validateBinding({ target: { kind: 'Pod' } }))).toEqual([
    'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
    'target.name: Required value',
  ]);
  expect(validateBinding({ target: { name: 'n' } })).toEqual([]);
});

it('component statuses show their health', () => {
  const cells = (status?: string): unknown[] =>
    componentStatuses.printer!.cells(
      { metadata: { name: 'c' }, conditions: status ? [{ type: 'Healthy', status, message: 'ok' }] : [] },
      0,
    );
  expect(cells('True')).toEqual(['c', 'Healthy', 'ok', '']);
  expect(cells('False')).toEqual(['c', 'Unhealthy', 'ok', '']);
  expect(cells()).toEqual(['c', 'Unknown', '', '']);
});

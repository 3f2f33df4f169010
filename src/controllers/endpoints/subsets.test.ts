import { describe, expect, it } from 'vitest';
import type { EndpointSubset, Pod, Service } from '../../apimachinery/types/core.v1.gen.ts';
import { endpointSubsets, truncateSubsets } from './subsets.ts';

const service = (spec: Service['spec'] = {}): Service => ({
  metadata: { namespace: 'ns', name: 'web' },
  spec: {
    clusterIP: '10.0.0.1',
    ipFamilies: ['IPv4'],
    ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }],
    ...spec,
  },
});
const pod = (index: number, ready: boolean, ports: Record<string, number> = { web: 8080 }): Pod => ({
  metadata: { namespace: 'ns', name: `pod-${index}`, uid: `uid-${index}` },
  spec: {
    nodeName: 'n1',
    containers: [
      {
        name: 'c',
        ports: Object.entries(ports).map(([name, containerPort]) => ({
          name,
          containerPort,
          protocol: 'TCP',
        })),
      },
    ],
  },
  status: {
    phase: 'Running',
    podIPs: [{ ip: 'fd00::1' }, { ip: `10.1.0.${index}` }],
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
  },
});
/** `ready ips / not ready ips @ ports` of each subset. */
const shape = (subsets: readonly EndpointSubset[]): string[] =>
  subsets.map(({ addresses, notReadyAddresses, ports }) =>
    [
      (addresses ?? []).map(({ ip }) => ip).join(','),
      (notReadyAddresses ?? []).map(({ ip }) => ip).join(','),
      (ports ?? []).map(({ name, port }) => `${name ?? ''}:${port}`).join(','),
    ].join(' / '),
  );

describe('endpointSubsets', () => {
  it('has one subset for pods with the same ports, ready and not', () => {
    expect(endpointSubsets(service(), [pod(2, true), pod(1, true), pod(3, false)])).toEqual([
      {
        addresses: [1, 2].map((index) => ({
          ip: `10.1.0.${index}`,
          nodeName: 'n1',
          targetRef: { kind: 'Pod', namespace: 'ns', name: `pod-${index}`, uid: `uid-${index}` },
        })),
        notReadyAddresses: [
          {
            ip: '10.1.0.3',
            nodeName: 'n1',
            targetRef: { kind: 'Pod', namespace: 'ns', name: 'pod-3', uid: 'uid-3' },
          },
        ],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  it('separates the ports that not all pods have', () => {
    const svc = service({
      ports: [
        { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' },
        { name: 'admin', port: 81, targetPort: 'admin', protocol: 'TCP' },
      ],
    });
    expect(shape(endpointSubsets(svc, [pod(1, true, { web: 80, admin: 81 }), pod(2, true)]))).toEqual([
      '10.1.0.1 /  / admin:81,http:80',
      '10.1.0.2 /  / http:8080',
    ]);
    expect(
      shape(endpointSubsets(svc, [pod(1, true, { web: 80, admin: 81 }), pod(2, true, { web: 80 })])),
    ).toEqual(['10.1.0.1 /  / admin:81', '10.1.0.1,10.1.0.2 /  / http:80']);
  });

  it.each<[string, Service['spec'], Pod[], string[]]>([
    ['headless without ports', { clusterIP: 'None', ports: [] }, [pod(1, true)], ['10.1.0.1 /  / ']],
    ['a cluster IP without ports', { ports: [] }, [pod(1, true)], []],
    [
      'published though not ready',
      { publishNotReadyAddresses: true },
      [pod(1, false)],
      ['10.1.0.1 /  / http:8080'],
    ],
    ['IPv6', { ipFamilies: ['IPv6'] }, [pod(1, true)], ['fd00::1 /  / http:8080']],
    ['no pod with the port', {}, [pod(1, true, {})], []],
  ])('%s', (_, spec, pods, expected) => {
    expect(shape(endpointSubsets(service(spec), pods))).toEqual(expected);
  });

  it('leaves terminating pods out', () => {
    const going = pod(1, true);
    going.metadata!.deletionTimestamp = 'T';
    expect(endpointSubsets(service(), [going])).toEqual([]);
    expect(endpointSubsets(service({ publishNotReadyAddresses: true }), [going])).toHaveLength(1);
  });
});

describe('truncateSubsets', () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, i) => ({ ip: String(i) }));
  const sizes = (subsets: readonly EndpointSubset[]): unknown[] =>
    subsets.map((one) => [one.addresses?.length ?? 0, one.notReadyAddresses?.length ?? 0]);

  it('keeps what fits', () => {
    const subsets = [{ addresses: addresses(600), notReadyAddresses: addresses(400) }];
    expect(truncateSubsets(subsets)).toEqual({ subsets, truncated: false });
  });

  it.each([
    [[[900, 300]], [[900, 100]]],
    [[[1500, 10]], [[1000, 0]]],
    [
      [
        [1500, 0],
        [500, 0],
      ],
      [
        [750, 0],
        [250, 0],
      ],
    ],
    [
      [
        [1000, 0],
        [0, 50],
      ],
      [[1000, 0]],
    ],
  ])('%j becomes %j', (given, expected) => {
    const subsets = given.map(([ready = 0, notReady = 0]) => ({
      addresses: addresses(ready),
      notReadyAddresses: addresses(notReady),
    }));
    const result = truncateSubsets(subsets);
    expect(sizes(result.subsets)).toEqual(expected);
    expect(result.truncated).toBe(true);
  });
});

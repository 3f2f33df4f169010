import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { Endpoint } from '../../apimachinery/types/discovery.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import type { ServiceObject } from '../service-pods.ts';
import type { SliceObject } from './packing.ts';
import { planSlices, type ServicePlan, serviceAsOwner } from './slices.ts';

const service = (spec: ServiceObject['spec'] = {}): Stored<ServiceObject> => ({
  metadata: { namespace: 'ns', name: 'web', uid: 'svc', labels: { app: 'web' } },
  spec: {
    clusterIP: '10.0.0.1',
    ipFamilies: ['IPv4'],
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
    ...spec,
  },
});
interface PodOptions {
  ready?: boolean;
  ips?: string[];
  phase?: string;
  deleting?: boolean;
  spec?: Partial<NonNullable<Pod['spec']>>;
}
const pod = (index: number, options: PodOptions = {}): Pod => {
  const { ready = true, ips = [`10.1.0.${index}`], phase = 'Running', deleting = false, spec = {} } = options;
  return {
    metadata: {
      namespace: 'ns',
      name: `pod-${index}`,
      uid: `uid-${index}`,
      ...(deleting ? { deletionTimestamp: 'T' } : {}),
    },
    spec: { nodeName: 'n1', containers: [{ name: 'c' }], ...spec },
    status: {
      phase,
      podIPs: ips.map((ip) => ({ ip })),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
};
const NODES: Record<string, Node> = {
  n1: { metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z1' } } },
};
const plan = (
  svc: Stored<ServiceObject>,
  pods: readonly Pod[],
  existing: readonly Stored<SliceObject>[] = [],
): ServicePlan => planSlices(svc, pods, (name) => NODES[name], existing);
/** The slices as they are once the plan is carried out. */
const stored = ({ creates, updates }: ServicePlan, from = 0): Stored<SliceObject>[] => [
  ...updates.map(({ slice, endpoints, ports }) => ({ ...slice, endpoints, ports }) as Stored<SliceObject>),
  ...creates.map(
    (slice, index) =>
      ({ ...slice, metadata: { ...slice.metadata, name: `web-${from + index}` } }) as Stored<SliceObject>,
  ),
];
const range = (from: number, to: number): Pod[] => Array.from({ length: to - from }, (_, i) => pod(from + i));
const sizes = (slices: readonly { endpoints?: Endpoint[] | null }[]): number[] =>
  slices.map(({ endpoints }) => endpoints?.length ?? 0);

describe('planSlices', () => {
  it('creates a slice as upstream writes it', () => {
    expect(plan(service(), [pod(1)]).creates).toEqual([
      {
        metadata: {
          generateName: 'web-',
          labels: {
            app: 'web',
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [
            {
              apiVersion: 'v1',
              kind: 'Service',
              name: 'web',
              uid: 'svc',
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        addressType: 'IPv4',
        endpoints: [
          {
            addresses: ['10.1.0.1'],
            conditions: { ready: true, serving: true, terminating: false },
            targetRef: { kind: 'Pod', namespace: 'ns', name: 'pod-1', uid: 'uid-1' },
            nodeName: 'n1',
            zone: 'z1',
          },
        ],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  it.each<[string, PodOptions, ServiceObject['spec'], unknown]>([
    ['not ready', { ready: false }, {}, { ready: false, serving: false, terminating: false }],
    ['terminating', { deleting: true }, {}, { ready: false, serving: true, terminating: true }],
    [
      'published though not ready',
      { ready: false, deleting: true },
      { publishNotReadyAddresses: true },
      { ready: true, serving: false, terminating: true },
    ],
    ['finished', { phase: 'Succeeded' }, {}, undefined],
    ['without an address', { ips: [] }, {}, undefined],
    ['of another family', { ips: ['fd00::1'] }, {}, undefined],
  ])('conditions: %s', (_, options, spec, expected) => {
    expect(plan(service(spec), [pod(1, options)]).creates[0]?.endpoints?.[0]?.conditions).toEqual(expected);
  });

  it('marks headless services and names the hosts of their subdomain', () => {
    const headless = service({ clusterIP: 'None', ports: [] });
    const host = pod(1, { spec: { hostname: 'a', subdomain: 'web' } });
    const stranger = pod(2, { spec: { hostname: 'b', subdomain: 'other' } });
    const [slice] = plan(headless, [host, stranger]).creates;
    expect(slice?.metadata?.labels).toMatchObject({ 'service.kubernetes.io/headless': '' });
    expect(slice?.ports).toEqual([]);
    expect(slice?.endpoints?.map(({ hostname }) => hostname)).toEqual(['a', undefined]);
  });

  it('finds named ports in each pod, and separates pods whose ports differ', () => {
    const svc = service({ ports: [{ port: 80, targetPort: 'web', protocol: 'TCP' }] });
    const named = (index: number, containerPort: number): Pod =>
      pod(index, {
        spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort, protocol: 'TCP' }] }] },
      });
    const { creates } = plan(svc, [named(1, 80), named(2, 81), named(3, 80), pod(4)]);
    expect(creates.map(({ ports, endpoints }) => [ports, endpoints?.length])).toEqual([
      [[{ name: '', port: 80, protocol: 'TCP' }], 2],
      [[{ name: '', port: 81, protocol: 'TCP' }], 1],
      [[], 1],
    ]);
  });

  it('has a slice for each family', () => {
    const svc = service({ ipFamilies: ['IPv4', 'IPv6'] });
    const { creates } = plan(svc, [pod(1, { ips: ['10.1.0.1', 'fd00::1'] })]);
    expect(creates.map(({ addressType, endpoints }) => [addressType, endpoints?.[0]?.addresses])).toEqual([
      ['IPv4', ['10.1.0.1']],
      ['IPv6', ['fd00::1']],
    ]);
  });

  it('writes an empty slice for a service without pods, once', () => {
    const first = plan(service(), []);
    expect(sizes(first.creates)).toEqual([0]);
    expect(plan(service(), [], stored(first))).toEqual({
      creates: [],
      updates: [],
      deletes: [],
      nodesMissing: false,
    });
  });

  it('puts at most 100 endpoints into a slice and writes nothing when nothing changed', () => {
    const first = plan(service(), range(0, 250));
    expect(sizes(first.creates)).toEqual([100, 100, 50]);
    const again = plan(service(), range(0, 250).reverse(), stored(first));
    expect([again.creates, again.updates, again.deletes]).toEqual([[], [], []]);
  });

  it('fills slices before it makes new ones', () => {
    const slices = stored(plan(service(), range(0, 250)));
    const grown = plan(service(), range(0, 290), slices);
    expect([grown.creates.length, sizes(grown.updates), grown.updates[0]?.slice.metadata.name]).toEqual([
      0,
      [90],
      'web-2',
    ]);
    const more = plan(service(), range(0, 310), slices);
    expect([sizes(more.creates), sizes(more.updates)]).toEqual([[60], []]);
    // A slice that is written anyway is filled first.
    const moved = plan(service(), [...range(1, 250), pod(300)], slices);
    expect([moved.creates.length, sizes(moved.updates), moved.updates[0]?.slice.metadata.name]).toEqual([
      0,
      [100],
      'web-0',
    ]);
  });

  it('writes only the slice of the pod that changed', () => {
    const slices = stored(plan(service(), range(0, 150)));
    const pods = range(0, 150);
    pods[120] = pod(120, { ready: false });
    const { updates, creates, deletes } = plan(service(), pods, slices);
    expect([updates.map(({ slice }) => slice.metadata.name), creates, deletes]).toEqual([['web-1'], [], []]);
  });

  it('deletes slices that have become empty, and the last one becomes the empty one', () => {
    const slices = stored(plan(service(), range(0, 150)));
    const fewer = plan(service(), range(0, 100), slices);
    expect([fewer.deletes.map(({ metadata }) => metadata.name), fewer.updates]).toEqual([['web-1'], []]);
    const none = plan(service(), [], slices);
    expect([none.deletes.length, sizes(none.updates), none.creates.length]).toEqual([1, [0], 0]);
  });

  it('changes a slice rather than replace it when the ports change', () => {
    const slices = stored(plan(service(), [pod(1)]));
    const svc = service({ ports: [{ name: 'http', port: 80, targetPort: 9090, protocol: 'TCP' }] });
    const { updates, creates, deletes } = plan(svc, [pod(1)], slices);
    expect([updates[0]?.ports[0]?.port, updates.length, creates, deletes]).toEqual([9090, 1, [], []]);
  });

  it('follows the labels of the service', () => {
    const slices = stored(plan(service(), [pod(1)]));
    const svc = service();
    svc.metadata.labels = { app: 'new', 'kubernetes.io/service-name': 'no' };
    expect(plan(svc, [pod(1)], slices).updates).toHaveLength(1);
    expect(serviceAsOwner(svc).labels).toEqual({
      app: 'new',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
  });

  it('replaces the slices of an earlier service of the same name', () => {
    const slices = stored(plan(service(), [pod(1)]));
    const svc = { ...service(), metadata: { ...service().metadata, uid: 'later' } };
    const { creates, deletes } = plan(svc, [pod(1)], slices);
    expect([creates.length, deletes.length]).toEqual([1, 1]);
  });

  it('leaves out pods of nodes it does not know and says so', () => {
    const lost = pod(1, { spec: { nodeName: 'nowhere' } });
    const result = plan(service(), [lost]);
    expect([sizes(result.creates), result.nodesMissing]).toEqual([[0], true]);
    const published = plan(service({ publishNotReadyAddresses: true }), [lost]);
    expect([sizes(published.creates), published.nodesMissing]).toEqual([[1], false]);
  });
});

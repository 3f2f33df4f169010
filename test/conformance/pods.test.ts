/**
 * Upstream test/e2e/common/node/{pods,expansion,kubelet}.go, test/e2e/node/pods.go,
 * test/e2e/scheduling/predicates.go, test/e2e/network/{endpointslice,service}.go, test/e2e/storage/empty_dir_wrapper.go:
 * pods that only have to start, or must not.
 */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok } from './suite.ts';

const PAUSE = 'registry.k8s.io/pause:3.10';
const NEWER = 'registry.k8s.io/pause:3.11';

interface Shape {
  readonly labels?: Record<string, string>;
  readonly container?: Record<string, unknown>;
  readonly [field: string]: unknown;
}

/** Makes a pod; what is not said of labels and container belongs to its spec. */
async function make(
  e2e: E2E,
  name: string,
  { labels = {}, container = {}, ...spec }: Shape = {},
): Promise<string> {
  const pod = {
    metadata: { name, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'app', image: PAUSE, ...container }],
      ...spec,
    },
  };
  await ok(e2e.client.post(e2e.at('v1/pods'), pod), 201);
  return `${e2e.at('v1/pods')}/${name}`;
}
const running = (e2e: E2E, own: string): Promise<any> =>
  becomes(e2e, own, 'a running pod', ({ status }) => status.phase === 'Running');

conformance(
  'B',
  '[sig-node] Pods should allow activeDeadlineSeconds to be updated [Conformance] [NodeConformance]',
  async (e2e) => {
    const own = await make(e2e, 'deadline');
    await running(e2e, own);
    await ok(e2e.client.patch(own, 'merge', { spec: { activeDeadlineSeconds: 1 } }));
    const { status } = await becomes(e2e, own, 'its end', ({ status }) => status.phase === 'Failed');
    expect(status.reason).toBe('DeadlineExceeded');
  },
);

conformance(
  'B',
  '[sig-node] Kubelet when scheduling a busybox command that always fails in a pod should be possible to delete [Conformance] [NodeConformance]',
  async (e2e) => {
    const own = await make(e2e, 'fails', { container: { command: ['/bin/false'] } });
    await ok(e2e.client.delete(own));
    await gone(e2e, own);
  },
);

conformance(
  'C1',
  '[sig-node] Kubelet when scheduling a busybox command that always fails in a pod should have an terminated reason [Conformance] [NodeConformance]',
  async (e2e) => {
    const own = await make(e2e, 'fails', { container: { command: ['/bin/false'] }, restartPolicy: 'Never' });
    const { status } = await becomes(
      e2e,
      own,
      'its end',
      ({ status }) => status.containerStatuses?.[0].state.terminated,
    );
    expect(status.containerStatuses).toHaveLength(1);
    expect(status.containerStatuses[0].state.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
  },
);

for (const [how, value] of [
  ['backticks', '..'],
  ['absolute path', '/tmp'],
] as const) {
  conformance(
    'B',
    `[sig-node] Variable Expansion should fail substituting values in a volume subpath with ${how} [Conformance]`,
    async (e2e) => {
      const own = await make(e2e, 'expansion', {
        container: {
          env: [{ name: 'POD_NAME', value }],
          volumeMounts: [{ name: 'dir', mountPath: '/logs', subPathExpr: '$(POD_NAME)' }],
        },
        volumes: [{ name: 'dir', emptyDir: {} }],
      });
      const { status } = await becomes(
        e2e,
        own,
        'a container that cannot be made',
        ({ status }) => status.containerStatuses?.[0].state.waiting?.reason === 'CreateContainerConfigError',
      );
      expect(status.phase).toBe('Pending');
    },
  );
}

conformance(
  'B',
  '[sig-node] Variable Expansion should verify that a failing subpath expansion can be modified during the lifecycle of a container [Conformance] [Slow]',
  async (e2e) => {
    const fieldRef = { apiVersion: 'v1', fieldPath: "metadata.annotations['mysubpath']" };
    const own = await make(e2e, 'expansion', {
      container: {
        env: [
          { name: 'POD_NAME', value: 'foo' },
          { name: 'ANNOTATION', valueFrom: { fieldRef } },
        ],
        volumeMounts: [
          { name: 'dir', mountPath: '/subpath_mount', subPathExpr: '$(ANNOTATION)/$(POD_NAME)' },
          { name: 'dir', mountPath: '/volume_mount' },
        ],
      },
      volumes: [{ name: 'dir', emptyDir: {} }],
    });
    const { status } = await becomes(
      e2e,
      own,
      'a container that cannot be made',
      ({ status }) => status.containerStatuses?.[0].state.waiting?.reason === 'CreateContainerConfigError',
    );
    expect(status.phase).toBe('Pending');
    await ok(e2e.client.patch(own, 'merge', { metadata: { annotations: { mysubpath: 'mypath' } } }));
    await running(e2e, own);
    await ok(e2e.client.delete(own));
    await gone(e2e, own);
  },
);

conformance('B', '[sig-storage] EmptyDir wrapper volumes should not conflict [Conformance]', async (e2e) => {
  const { client } = e2e;
  await ok(client.post(e2e.at('v1/secrets'), { metadata: { name: 'wrapped' } }), 201);
  await ok(client.post(e2e.at('v1/configmaps'), { metadata: { name: 'wrapped' } }), 201);
  const own = await make(e2e, 'wrapper', {
    container: {
      volumeMounts: [
        { name: 'secret', mountPath: '/etc/secret' },
        { name: 'config', mountPath: '/etc/config' },
      ],
    },
    volumes: [
      { name: 'secret', secret: { secretName: 'wrapped' } },
      { name: 'config', configMap: { name: 'wrapped' } },
    ],
  });
  await running(e2e, own);
});

conformance(
  'B',
  '[sig-node] Pods Extended (pod generation) Pod Generation pod generation should start at 1 and increment per update [MinimumKubeletVersion:1.34] [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const own = await make(e2e, 'generation', {
      initContainers: [{ name: 'init', image: 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1' }],
    });
    expect((await running(e2e, own)).metadata.generation).toBe(1);
    const steps: [generation: number, change: (pod: any) => void][] = [
      [1, () => {}],
      [2, ({ spec }) => spec.tolerations.push({ key: 'foo', operator: 'Exists', effect: 'NoSchedule' })],
      [3, ({ spec }) => Object.assign(spec, { activeDeadlineSeconds: 5000 })],
      [4, ({ spec }) => Object.assign(spec.containers[0], { image: NEWER })],
      [5, ({ spec }) => Object.assign(spec.initContainers[0], { image: NEWER })],
      [5, ({ metadata }) => Object.assign(metadata, { annotations: { key: 'value' } })],
      [5, ({ metadata }) => Object.assign(metadata, { generation: 1 })],
    ];
    for (const [generation, change] of steps) {
      const updated = await eventually('an update', async () => {
        const current = await ok(client.get(own));
        change(current);
        const answer = await client.put(own, current);
        return answer.status === 409 ? undefined : ok(answer);
      });
      expect(updated.metadata.generation).toBe(generation);
      await becomes(
        e2e,
        own,
        'a node that has seen it',
        ({ status }) => status.observedGeneration === generation,
      );
    }
  },
);

conformance(
  'B',
  '[sig-node] Pods should run through the lifecycle of Pods and PodStatus [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const label = `labelSelector=test-pod-static%3D${unique}`;
    const watch = await client.watch(`${e2e.at('v1/pods')}?watch=true&timeoutSeconds=60&${label}`);
    const own = await make(e2e, 'lifecycle', { labels: { 'test-pod-static': unique } });
    await running(e2e, own);
    await ok(
      client.patch(own, 'strategic', {
        metadata: { labels: { patched: 'true' } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: NEWER }] },
      }),
    );
    const { metadata, spec } = await ok(client.get(own));
    expect(metadata.labels.patched).toBe('true');
    expect(spec.containers[0].image).toBe(NEWER);
    const condition = { type: 'Ready', status: 'False' };
    const status = await ok(
      client.patch(`${own}/status`, 'strategic', { status: { conditions: [condition] } }),
    );
    expect(status.status.conditions).toContainEqual(expect.objectContaining(condition));
    await ok(client.delete(`${e2e.at('v1/pods')}?${label}`));
    for (let event = await watch.next(); event?.type !== 'DELETED'; event = await watch.next()) {
      expect(event).toBeDefined();
    }
    watch.close();
    expect((await client.get(own)).status).toBe(404);
  },
);

// ---- the scheduler's predicates

conformance(
  'B',
  '[sig-scheduling] SchedulerPredicates validates that NodeSelector is respected if not matching [Conformance] [Serial]',
  async (e2e) => {
    const own = await make(e2e, 'restricted', { nodeSelector: { label: `nonempty-${e2e.unique}` } });
    const isUnschedulable = ({ status }: any): boolean =>
      status.conditions?.some(
        ({ type, status: is, reason }: any) =>
          type === 'PodScheduled' && is === 'False' && reason === 'Unschedulable',
      );
    const { spec } = await becomes(e2e, own, 'a pod that fits nowhere', isUnschedulable);
    expect(spec.nodeName).toBeUndefined();
  },
);

conformance(
  'B',
  '[sig-scheduling] SchedulerPredicates validates that NodeSelector is respected if matching [Conformance] [Serial]',
  async (e2e) => {
    const { client, unique } = e2e;
    const [node] = (await ok(client.get(e2e.all('v1/nodes')))).items;
    const path = `${e2e.all('v1/nodes')}/${node.metadata.name}`;
    const key = `e2e-${unique}`;
    const mark = (value: string | null) =>
      client.patch(path, 'merge', { metadata: { labels: { [key]: value } } });
    await ok(mark('42'));
    try {
      const own = await make(e2e, 'with-labels', { nodeSelector: { [key]: '42' } });
      expect((await running(e2e, own)).spec.nodeName).toBe(node.metadata.name);
    } finally {
      await mark(null);
    }
  },
);

conformance(
  'B',
  '[sig-scheduling] SchedulerPredicates validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP [Conformance] [Serial]',
  async (e2e) => {
    const { client } = e2e;
    const [node] = (await ok(client.get(e2e.all('v1/nodes')))).items;
    const nodeSelector = { 'kubernetes.io/hostname': node.metadata.name };
    const port = (hostIP?: string) => ({
      ports: [{ hostPort: 54322, containerPort: 80, protocol: 'TCP', ...(hostIP ? { hostIP } : {}) }],
    });
    await running(e2e, await make(e2e, 'pod4', { nodeSelector, container: port() }));
    const own = await make(e2e, 'pod5', { nodeSelector, container: port('127.0.0.1') });
    const { status } = await becomes(e2e, own, 'a conflict', ({ status }) =>
      status.conditions?.some(({ reason }: any) => reason === 'Unschedulable'),
    );
    expect(status.conditions[0].message).toContain(
      "node(s) didn't have free ports for the requested pod ports",
    );
  },
);

// ---- endpoints of the pods of a service

const ports = [
  { name: 'example-name', protocol: 'TCP', containerPort: 3000 },
  { name: 'example-other', protocol: 'TCP', containerPort: 3001 },
];

/** Two pods that a service each selects, and one for both. Answers the pods. */
async function serve(e2e: E2E): Promise<any[]> {
  const { client } = e2e;
  const service = async (name: string, selector: Record<string, string>): Promise<void> => {
    const spec = {
      selector,
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'example-name' }],
    };
    await ok(client.post(e2e.at('v1/services'), { metadata: { name }, spec }), 201);
  };
  await service('first', { foo: 'bar' });
  await service('both', { shared: 'yes' });
  const one = await make(e2e, 'pod1', { labels: { foo: 'bar', shared: 'yes' }, container: { ports } });
  const other = await make(e2e, 'pod2', { labels: { baz: 'qux', shared: 'yes' }, container: { ports } });
  return [await running(e2e, one), await running(e2e, other)];
}

conformance(
  'B',
  '[sig-network] EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service [Conformance]',
  async (e2e) => {
    const [one, other] = await serve(e2e);
    const endpointsOf = async (service: string): Promise<string[]> => {
      const path = e2e.at('discovery.k8s.io/v1/endpointslices');
      const { items } = await ok(
        e2e.client.get(`${path}?labelSelector=kubernetes.io%2Fservice-name%3D${service}`),
      );
      return items
        .flatMap(({ endpoints, ports }: any) =>
          (endpoints ?? [])
            .filter(({ conditions }: any) => conditions.ready)
            .map(({ addresses, targetRef }: any) => `${addresses[0]}:${ports[0].port} ${targetRef.name}`),
        )
        .sort();
    };
    await eventually('the pod of one', async () => (await endpointsOf('first')).length === 1);
    expect(await endpointsOf('first')).toEqual([`${one.status.podIP}:3000 pod1`]);
    await eventually('the pods of both', async () => (await endpointsOf('both')).length === 2);
    expect(await endpointsOf('both')).toEqual(
      [`${one.status.podIP}:3000 pod1`, `${other.status.podIP}:3000 pod2`].sort(),
    );
  },
);

conformance(
  'B',
  '[sig-network] EndpointsController should create Endpoints for Pods matching a Service [Conformance]',
  async (e2e) => {
    const [one, other] = await serve(e2e);
    const path = `${e2e.at('v1/endpoints')}/both`;
    const { subsets } = await becomes(
      e2e,
      path,
      'two addresses',
      ({ subsets }) => subsets?.[0].addresses?.length === 2,
    );
    expect(subsets).toHaveLength(1);
    expect(subsets[0].addresses.map(({ ip }: any) => ip).sort()).toEqual(
      [one.status.podIP, other.status.podIP].sort(),
    );
    expect(subsets[0].ports).toEqual([{ name: 'http', port: 3000, protocol: 'TCP' }]);
  },
);

/** Upstream test/e2e/common/node/{configmap,secrets,lease,runtimeclass,podtemplates,node_lifecycle,sysctl,pods}.go. */
import { expect } from 'vitest';
import {
  alone,
  becomes,
  conformance,
  type E2E,
  eventually,
  gone,
  ok,
  refused,
  types,
  until,
} from './suite.ts';

for (const [kind, name] of [
  ['ConfigMap', '[sig-node] ConfigMap should fail to create ConfigMap with empty key [Conformance]'],
  ['Secret', '[sig-node] Secrets should fail to create secret due to empty secret key [Conformance]'],
] as const) {
  conformance('A', name, async (e2e) => {
    const path = e2e.at(kind === 'ConfigMap' ? 'v1/configmaps' : 'v1/secrets');
    const answer = e2e.client.post(path, { metadata: { name: 'empty' }, data: { '': 'dmFsdWUtMQ==' } });
    const status = await refused(answer, 422, 'Invalid');
    expect(status.message).toContain(`${kind} "empty" is invalid: data[]: Invalid value: ""`);
  });
}

conformance(
  'A',
  '[sig-node] ConfigMap should update ConfigMap successfully [Conformance] [NodeConformance]',
  async (e2e) => {
    const { client } = e2e;
    const own = `${e2e.at('v1/configmaps')}/configmap-test`;
    const made = await ok(
      client.post(e2e.at('v1/configmaps'), { metadata: { name: 'configmap-test' } }),
      201,
    );
    expect(made.data).toBeUndefined();
    await ok(client.put(own, { ...made, data: { data: 'value' } }));
    expect((await ok(client.get(own))).data).toEqual({ data: 'value' });
  },
);

conformance(
  'A',
  '[sig-node] ConfigMap should run through a ConfigMap lifecycle [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.at('v1/configmaps');
    const label = `labelSelector=test-configmap-static%3D${unique}`;
    const watch = await client.watch(`${path}?watch=true&timeoutSeconds=60&${label}`);
    await ok(
      client.post(path, {
        metadata: { name: 'test-configmap', labels: { 'test-configmap-static': unique } },
        data: { valueName: 'value' },
      }),
      201,
    );
    await types(watch, 'ADDED');
    await ok(
      client.patch(`${path}/test-configmap`, 'strategic', {
        metadata: { labels: { 'test-configmap': 'patched' } },
        data: { valueName: 'value1' },
      }),
    );
    await types(watch, 'MODIFIED');
    const found = await ok(client.get(`${path}/test-configmap`));
    expect(found.data).toEqual({ valueName: 'value1' });
    expect(found.metadata.labels['test-configmap']).toBe('patched');
    expect((await ok(client.get(`${e2e.all('v1/configmaps')}?${label}`))).items).toHaveLength(1);
    await ok(client.delete(`${path}?${label}`));
    await types(watch, 'DELETED');
    expect((await ok(client.get(`${path}?${label}`))).items).toEqual([]);
    watch.close();
  },
);

conformance('A', '[sig-node] Secrets should patch a secret [Conformance]', async (e2e) => {
  const { client, unique } = e2e;
  const path = e2e.at('v1/secrets');
  const labels = { testsecret: unique };
  await ok(
    client.post(path, {
      metadata: { name: 'test-secret', labels },
      data: { key: 'dmFsdWU=' },
      type: 'Opaque',
    }),
    201,
  );
  const everywhere = `${e2e.all('v1/secrets')}?labelSelector=testsecret%3D${unique}`;
  expect((await ok(client.get(everywhere))).items).toHaveLength(1);
  await ok(
    client.patch(`${path}/test-secret`, 'strategic', {
      metadata: { labels: { 'testsecret-patched': 'true' } },
      data: { key: 'dmFsdWUx' },
    }),
  );
  const found = await ok(client.get(`${path}/test-secret`));
  expect(found.data).toEqual({ key: 'dmFsdWUx' });
  expect(found.metadata.labels['testsecret-patched']).toBe('true');
  const byType = await ok(client.get(`${path}?fieldSelector=type%3DOpaque`));
  expect(byType.items.map(({ metadata }: any) => metadata.name)).toEqual(['test-secret']);
  await ok(client.delete(`${path}?labelSelector=testsecret%3D${unique}`));
  expect((await ok(client.get(everywhere))).items).toEqual([]);
});

conformance('A', '[sig-node] Lease lease API should be available [Conformance]', async (e2e) => {
  const { client } = e2e;
  const path = e2e.at('coordination.k8s.io/v1/leases');
  const own = `${path}/lease`;
  const spec = {
    holderIdentity: 'holder',
    leaseDurationSeconds: 30,
    acquireTime: '2026-01-02T03:04:05.000006Z',
    renewTime: '2026-01-02T03:04:10.000006Z',
    leaseTransitions: 0,
  };
  await ok(client.post(path, { metadata: { name: 'lease' }, spec }), 201);
  const found = await ok(client.get(own));
  expect(found.spec).toEqual(spec);
  const changed = { ...spec, holderIdentity: 'holder2', leaseTransitions: 1 };
  await ok(client.put(own, { ...found, spec: changed }));
  expect((await ok(client.get(own))).spec).toEqual(changed);
  await ok(client.patch(own, 'strategic', { spec: { holderIdentity: 'holder3', leaseDurationSeconds: 60 } }));
  expect((await ok(client.get(own))).spec).toEqual({
    ...changed,
    holderIdentity: 'holder3',
    leaseDurationSeconds: 60,
  });
  const labels = { deletecollection: 'true' };
  await ok(client.post(path, { metadata: { name: 'lease2', labels }, spec }), 201);
  expect((await ok(client.get(path))).items).toHaveLength(2);
  await ok(client.delete(`${path}?labelSelector=deletecollection%3Dtrue`));
  expect((await ok(client.get(path))).items).toHaveLength(1);
  await ok(client.delete(own));
  await gone(e2e, own);
  // A lease of another name is made by an update, as leader election may.
  const bare = await client.put(`${path}/made-by-update`, { metadata: { name: 'made-by-update' }, spec });
  expect(bare.status).toBe(201);
});

conformance(
  'A',
  '[sig-node] Node Lifecycle should run through the lifecycle of a node [Conformance]',
  // Elsewhere, DaemonSets would mind the node.
  () =>
    alone(0, async (e2e) => {
      const { client, unique } = e2e;
      const path = e2e.all('v1/nodes');
      const name = `e2e-fake-node-${unique}`;
      const own = `${path}/${name}`;
      const status = {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', reason: 'E2E', message: 'Set by e2e test' }],
      };
      const made = await ok(
        client.post(path, {
          metadata: { name, labels: { 'e2e-fake': unique } },
          spec: { unschedulable: true },
          status,
        }),
        201,
      );
      expect(made.metadata.name).toBe(name);
      await ok(client.get(own));
      await ok(client.patch(own, 'strategic', { metadata: { labels: { [`${name}`]: 'patched' } } }));
      const patched = await ok(client.get(own));
      expect(patched.metadata.labels[name]).toBe('patched');
      const updated = await eventually('an update', async () => {
        const current = await ok(client.get(own));
        current.metadata.labels.updated = 'true';
        const answer = await client.put(own, current);
        return answer.status === 409 ? undefined : ok(answer);
      });
      expect(updated.metadata.labels.updated).toBe('true');
      await ok(client.delete(`${path}?labelSelector=e2e-fake%3D${unique}`));
      await gone(e2e, own);
    }),
);

const template = (container: string) => ({ spec: { containers: [{ name: container, image: 'nginx' }] } });

conformance(
  'A',
  '[sig-node] PodTemplates should run the lifecycle of PodTemplates [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.at('v1/podtemplates');
    const labels = { 'podtemplate-static': unique };
    await ok(
      client.post(path, { metadata: { name: 'nginx-pod-template', labels }, template: template('nginx') }),
      201,
    );
    const everywhere = `${e2e.all('v1/podtemplates')}?labelSelector=podtemplate-static%3D${unique}`;
    expect((await ok(client.get(everywhere))).items).toHaveLength(1);
    await ok(
      client.patch(`${path}/nginx-pod-template`, 'strategic', {
        metadata: { labels: { podtemplate: 'patched' } },
      }),
    );
    const found = await ok(client.get(`${path}/nginx-pod-template`));
    expect(found.metadata.labels.podtemplate).toBe('patched');
    await ok(client.delete(`${path}/nginx-pod-template`));
    expect((await ok(client.get(everywhere))).items).toEqual([]);
  },
);

conformance(
  'A',
  '[sig-node] PodTemplates should delete a collection of pod templates [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/podtemplates');
    for (const name of ['test-podtemplate-1', 'test-podtemplate-2', 'test-podtemplate-3']) {
      await ok(
        client.post(path, { metadata: { name, labels: { set: 'true' } }, template: template('token-test') }),
        201,
      );
    }
    expect((await ok(client.get(`${path}?labelSelector=set%3Dtrue`))).items).toHaveLength(3);
    await ok(client.delete(`${path}?labelSelector=set%3Dtrue`));
    expect((await ok(client.get(`${path}?labelSelector=set%3Dtrue`))).items).toEqual([]);
  },
);

conformance('A', '[sig-node] PodTemplates should replace a pod template [Conformance]', async (e2e) => {
  const { client } = e2e;
  const path = e2e.at('v1/podtemplates');
  const made = await ok(
    client.post(path, { metadata: { name: 'pod-template' }, template: template('e2e-test') }),
    201,
  );
  const replaced = await ok(
    client.put(`${path}/pod-template`, {
      ...made,
      metadata: { ...made.metadata, annotations: { updated: 'true' } },
    }),
  );
  expect(replaced.metadata.annotations).toEqual({ updated: 'true' });
});

conformance(
  'A',
  '[sig-node] Pods Extended Pods Set QOS Class should be set on Pods with matching resource requests and limits for memory and cpu [Conformance]',
  async (e2e) => {
    const resources = { cpu: '100m', memory: '100Mi' };
    const made = await ok(
      e2e.client.post(e2e.at('v1/pods'), {
        metadata: { name: 'pod-qos-class' },
        spec: {
          containers: [
            { name: 'agnhost', image: 'pause', resources: { limits: resources, requests: resources } },
          ],
        },
      }),
      201,
    );
    expect(made.status.qosClass).toBe('Guaranteed');
    const found = await ok(e2e.client.get(`${e2e.at('v1/pods')}/pod-qos-class`));
    expect(found.status.qosClass).toBe('Guaranteed');
  },
);

const classes = (e2e: E2E): string => e2e.all('node.k8s.io/v1/runtimeclasses');
const classPod = (runtimeClassName: string) => ({
  metadata: { generateName: `test-runtimeclass-` },
  spec: {
    runtimeClassName,
    containers: [{ name: 'test', image: 'registry.k8s.io/e2e-test-images/busybox:1.36', command: ['true'] }],
    restartPolicy: 'Never',
  },
});

conformance(
  'A',
  '[sig-node] RuntimeClass should reject a Pod requesting a non-existent RuntimeClass [Conformance] [NodeConformance]',
  async (e2e) => {
    const status = await refused(
      e2e.client.post(e2e.at('v1/pods'), classPod(`${e2e.unique}-none`)),
      403,
      'Forbidden',
    );
    expect(status.message).toContain(`RuntimeClass "${e2e.unique}-none" not found`);
  },
);

conformance(
  'A',
  '[sig-node] RuntimeClass should reject a Pod requesting a deleted RuntimeClass [Conformance] [NodeConformance]',
  async (e2e) => {
    const name = `${e2e.unique}-deleted`;
    await ok(e2e.client.post(classes(e2e), { metadata: { name }, handler: 'test-handler' }), 201);
    await ok(e2e.client.delete(`${classes(e2e)}/${name}`));
    await refused(e2e.client.post(e2e.at('v1/pods'), classPod(name)), 403, 'Forbidden');
  },
);

for (const [name, overhead] of [
  [
    '[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass without PodOverhead [Conformance] [NodeConformance]',
    undefined,
  ],
  [
    '[sig-node] RuntimeClass should schedule a Pod requesting a RuntimeClass and initialize its Overhead [Conformance] [NodeConformance]',
    { cpu: '10m', memory: '1Mi' },
  ],
] as const) {
  conformance('A', name, async (e2e) => {
    const { client, unique } = e2e;
    const own = { name: unique, labels: { e2e: unique } };
    await ok(
      client.post(classes(e2e), {
        metadata: own,
        handler: 'test-handler',
        ...(overhead ? { overhead: { podFixed: overhead } } : {}),
      }),
      201,
    );
    const pod = await ok(client.post(e2e.at('v1/pods'), classPod(unique)), 201);
    expect(pod.spec.overhead).toEqual(overhead);
    await becomes(e2e, `${e2e.at('v1/pods')}/${pod.metadata.name}`, 'a scheduled pod', ({ status }) =>
      status.conditions?.some(({ type, status: is }: any) => type === 'PodScheduled' && is === 'True'),
    );
    await ok(client.delete(`${classes(e2e)}/${unique}`));
  });
}

conformance(
  'A',
  '[sig-node] Sysctls [LinuxOnly] should reject invalid sysctls [Conformance] [NodeConformance]',
  async (e2e) => {
    const sysctls = [
      { name: 'foo-', value: 'bar' },
      { name: 'kernel.shmmax', value: '100000000' },
      { name: 'safe-and-unsafe', value: '100000000' },
      { name: 'bar..', value: '42' },
    ];
    const spec = { securityContext: { sysctls }, containers: [{ name: 'test', image: 'busybox' }] };
    const status = await refused(
      e2e.client.post(e2e.at('v1/pods'), { metadata: { name: 'sysctl' }, spec }),
      422,
      'Invalid',
    );
    expect(status.message).toContain('Invalid value: "foo-"');
    expect(status.message).toContain('Invalid value: "bar.."');
    expect(status.message).not.toContain('safe-and-unsafe');
    expect(status.message).not.toContain('kernel.shmmax');
  },
);

conformance('B', '[sig-node] Pods should delete a collection of pods [Conformance]', async (e2e) => {
  const { client } = e2e;
  const path = e2e.at('v1/pods');
  for (const name of ['test-pod-1', 'test-pod-2', 'test-pod-3']) {
    await ok(
      client.post(path, {
        metadata: { name, labels: { type: 'Testing' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: 'token-test', image: 'pause' }],
          restartPolicy: 'Never',
        },
      }),
      201,
    );
  }
  await ok(client.delete(`${path}?labelSelector=type%3DTesting`));
  await eventually('no pods', async () => {
    const { items } = await ok(client.get(`${path}?labelSelector=type%3DTesting`));
    return items.length === 0;
  });
});

conformance('B', '[sig-node] Pods should be updated [Conformance] [NodeConformance]', async (e2e) => {
  const { client } = e2e;
  const path = `${e2e.at('v1/pods')}/pod-update`;
  await ok(
    client.post(e2e.at('v1/pods'), {
      metadata: { name: 'pod-update', labels: { name: 'foo', time: 'original' } },
      spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
    }),
    201,
  );
  await becomes(e2e, path, 'a running pod', ({ status }) => status.phase === 'Running');
  await eventually('an update', async () => {
    const current = await ok(client.get(path));
    current.metadata.labels.time = 'updated';
    const answer = await client.put(path, current);
    return answer.status === 409 ? undefined : ok(answer);
  });
  const { items } = await ok(client.get(`${e2e.at('v1/pods')}?labelSelector=time%3Dupdated`));
  expect(items).toHaveLength(1);
  await becomes(e2e, path, 'a running pod', ({ status }) => status.phase === 'Running');
});

conformance(
  'B',
  '[sig-node] Pods should be submitted and removed [Conformance] [NodeConformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.at('v1/pods');
    const label = `labelSelector=time%3D${unique}`;
    const before = await ok(client.get(`${path}?${label}`));
    expect(before.items).toEqual([]);
    const watch = await client.watch(
      `${path}?watch=true&timeoutSeconds=60&${label}&resourceVersion=${before.metadata.resourceVersion}`,
    );
    await ok(
      client.post(path, {
        metadata: { name: 'pod-submit-remove', labels: { time: unique } },
        spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
      }),
      201,
    );
    await types(watch, 'ADDED');
    await until(watch, 'a running pod', ({ object }) => object.status.phase === 'Running');
    await ok(client.delete(`${path}/pod-submit-remove?gracePeriodSeconds=1`));
    const last = await until(watch, 'the deletion', ({ type }) => type === 'DELETED');
    expect(last.object.metadata.deletionTimestamp).toBeDefined();
    expect(last.object.spec.terminationGracePeriodSeconds).not.toBe(0);
    expect((await ok(client.get(`${path}?${label}`))).items).toEqual([]);
    watch.close();
  },
);

conformance('B', '[sig-node] Pods should patch a pod status [Conformance]', async (e2e) => {
  const { client } = e2e;
  const path = `${e2e.at('v1/pods')}/pod-patch-status`;
  await ok(
    client.post(e2e.at('v1/pods'), {
      metadata: { name: 'pod-patch-status' },
      spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
    }),
    201,
  );
  await becomes(e2e, path, 'a running pod', ({ status }) => status.phase === 'Running');
  const patched = await ok(
    client.patch(`${path}/status`, 'strategic', {
      metadata: { labels: { e2e: 'patched' } },
      status: { message: 'Patched by e2e test', reason: 'E2E' },
    }),
  );
  expect(patched.status).toMatchObject({ message: 'Patched by e2e test', reason: 'E2E' });
});

conformance('B', '[sig-node] Pods should get a host IP [Conformance] [NodeConformance]', async (e2e) => {
  await ok(
    e2e.client.post(e2e.at('v1/pods'), {
      metadata: { name: 'pod-hostip' },
      spec: { containers: [{ name: 'test', image: 'registry.k8s.io/pause:3.10' }] },
    }),
    201,
  );
  await becomes(
    e2e,
    `${e2e.at('v1/pods')}/pod-hostip`,
    'a host IP',
    ({ status }) => status.hostIP && status.hostIPs,
  );
});

conformance(
  'B',
  '[sig-node] Pods Extended (pod generation) Pod Generation custom-set generation on new pods and graceful delete [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = `${e2e.at('v1/pods')}/pod-generation`;
    const made = await ok(
      client.post(e2e.at('v1/pods'), {
        metadata: { name: 'pod-generation', generation: 100 },
        spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10' }] },
      }),
      201,
    );
    expect(made.metadata.generation).toBe(1);
    await becomes(e2e, path, 'a running pod', ({ status }) => status.phase === 'Running');
    await ok(client.patch(path, 'merge', { metadata: { finalizers: ['example.com/hold'] } }));
    await ok(client.delete(path));
    const deleted = await ok(client.get(path));
    expect(deleted.metadata.generation).toBe(2);
    await ok(client.patch(path, 'merge', { metadata: { finalizers: null } }));
    await gone(e2e, path);
  },
);

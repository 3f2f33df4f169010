/** Upstream test/e2e/scheduling/{limit_range,preemption}.go and test/e2e/architecture/conformance.go. */
import { expect } from 'vitest';
import { conformance, type E2E, eventually, gone, ok, refused, types } from './suite.ts';

const amounts = (cpu: string, memory: string, storage: string) => ({
  cpu,
  memory,
  'ephemeral-storage': storage,
});
const limits = {
  limits: [
    {
      type: 'Container',
      min: amounts('50m', '100Mi', '100Gi'),
      max: amounts('500m', '500Mi', '500Gi'),
      default: amounts('500m', '500Mi', '500Gi'),
      defaultRequest: amounts('100m', '200Mi', '200Gi'),
    },
  ],
};

const pod = (name: string, resources: Record<string, unknown>) => ({
  metadata: { name },
  spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10', resources }] },
});

conformance(
  'A',
  '[sig-scheduling] LimitRange should create a LimitRange with defaults and ensure pod has those defaults applied. [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const ranges = e2e.at('v1/limitranges');
    const pods = e2e.at('v1/pods');
    const watch = await client.watch(`${ranges}?watch=true&timeoutSeconds=60&labelSelector=time%3D${unique}`);
    const metadata = { name: 'limit-range', labels: { time: unique } };
    const made = await ok(client.post(ranges, { metadata, spec: limits }), 201);
    await types(watch, 'ADDED');
    expect((await ok(client.get(`${ranges}/limit-range`))).spec).toEqual(made.spec);
    const resourcesOf = async (name: string, resources: Record<string, unknown>): Promise<any> =>
      (await ok(client.post(pods, pod(name, resources)), 201)).spec.containers[0].resources;
    expect(await resourcesOf('pod-no-resources', {})).toEqual({
      limits: amounts('500m', '500Mi', '500Gi'),
      requests: amounts('100m', '200Mi', '200Gi'),
    });
    const partial = { limits: { cpu: '300m' }, requests: { memory: '150Mi', 'ephemeral-storage': '150Gi' } };
    expect(await resourcesOf('pod-partial-resources', partial)).toEqual({
      limits: amounts('300m', '500Mi', '500Gi'),
      // A request that is left open follows the limit that was given.
      requests: amounts('300m', '150Mi', '150Gi'),
    });
    await refused(
      client.post(pods, pod('below', { requests: amounts('10m', '50Mi', '50Gi') })),
      403,
      'Forbidden',
    );
    await refused(
      client.post(pods, pod('above', { limits: amounts('600m', '600Mi', '600Gi') })),
      403,
      'Forbidden',
    );
    const min = amounts('9m', '49Mi', '49Gi');
    const lower = { limits: [{ ...limits.limits[0], min }] };
    await ok(client.put(`${ranges}/limit-range`, { ...made, spec: lower }));
    await types(watch, 'MODIFIED');
    await eventually('a pod below the old minimum', async () => {
      const answer = await client.post(pods, pod('below', { requests: amounts('10m', '50Mi', '50Gi') }));
      return answer.status === 201;
    });
    await refused(
      client.post(pods, pod('above', { limits: amounts('600m', '600Mi', '600Gi') })),
      403,
      'Forbidden',
    );
    await ok(client.delete(`${ranges}/limit-range`));
    await types(watch, 'DELETED');
    await gone(e2e, `${ranges}/limit-range`);
    await eventually('a pod above the old maximum', async () => {
      const answer = await client.post(pods, pod('above', { limits: amounts('600m', '600Mi', '600Gi') }));
      return answer.status === 201;
    });
    watch.close();
  },
);

conformance(
  'A',
  '[sig-scheduling] LimitRange should list, patch and delete a LimitRange by collection [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const ranges = e2e.at('v1/limitranges');
    const label = `labelSelector=e2e-limitrange%3D${unique}`;
    await ok(
      client.post(ranges, {
        metadata: { name: 'e2e-limitrange', labels: { 'e2e-limitrange': unique } },
        spec: limits,
      }),
      201,
    );
    expect((await ok(client.get(`${e2e.all('v1/limitranges')}?${label}`))).items).toHaveLength(1);
    const patch = { spec: { limits: [{ ...limits.limits[0], min: amounts('40m', '40Mi', '40Gi') }] } };
    const patched = await ok(
      client.patch(`${ranges}/e2e-limitrange`, 'strategic', {
        metadata: { labels: { patched: 'true' } },
        ...patch,
      }),
    );
    expect(patched.metadata.labels.patched).toBe('true');
    expect(patched.spec.limits[0].min).toEqual(amounts('40m', '40Mi', '40Gi'));
    await ok(client.delete(`${ranges}?${label}`));
    expect((await ok(client.get(`${e2e.all('v1/limitranges')}?${label}`))).items).toEqual([]);
  },
);

conformance(
  'A',
  '[sig-scheduling] SchedulerPreemption PriorityClass endpoints verify PriorityClass endpoints can be operated with different HTTP methods [Conformance] [Serial]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.all('scheduling.k8s.io/v1/priorityclasses');
    const names = ['p1', 'p2'].map((one) => `${one}-${unique}`);
    for (const [index, name] of names.entries()) {
      await ok(client.post(path, { metadata: { name, labels: { e2e: unique } }, value: index + 1 }), 201);
    }
    const { items } = await ok(client.get(`${path}?labelSelector=e2e%3D${unique}`));
    expect(items.map(({ value }: any) => value)).toEqual([1, 2]);
    for (const name of names) {
      const found = await ok(client.get(`${path}/${name}`));
      // A value cannot be changed, by neither method.
      const put = await refused(
        client.put(`${path}/${name}`, { ...found, value: found.value * 10 }),
        422,
        'Invalid',
      );
      expect(put.message).toContain('value: Forbidden: may not be changed in an update.');
      await refused(
        client.patch(`${path}/${name}`, 'json', [{ op: 'replace', path: '/value', value: 42 }]),
        422,
        'Invalid',
      );
      const updated = await ok(client.put(`${path}/${name}`, { ...found, description: 'updated' }));
      expect(updated.description).toBe('updated');
      await ok(client.patch(`${path}/${name}`, 'merge', { metadata: { annotations: { patched: 'yes' } } }));
      await ok(client.delete(`${path}/${name}`));
      await gone(e2e, `${path}/${name}`);
    }
  },
);

conformance(
  'A',
  '[sig-architecture] Conformance Tests should have at least two untainted nodes [Conformance]',
  async (e2e: E2E) => {
    await eventually('two nodes', async () => {
      const { items } = await ok(e2e.client.get(e2e.all('v1/nodes')));
      const usable = items.filter(
        ({ spec, status }: any) =>
          !spec.unschedulable &&
          !(spec.taints ?? []).some(({ effect }: any) => effect !== 'PreferNoSchedule') &&
          status.conditions?.some(({ type, status: is }: any) => type === 'Ready' && is === 'True'),
      );
      return usable.length >= 2;
    });
  },
);

/**
 * Upstream test/e2e/node/pods.go, test/e2e/network/service_latency.go and test/e2e/storage/empty_dir_wrapper.go: what is
 * done hundreds of times.
 */
import { expect } from 'vitest';
import { becomes, conformance, isReady, ok } from './suite.ts';

const PAUSE = 'registry.k8s.io/pause:3.10';

conformance(
  'B',
  '[sig-node] Pods Extended (pod generation) Pod Generation issue 500 podspec updates and verify generation and observedGeneration eventually converge [MinimumKubeletVersion:1.34] [Conformance]',
  async (e2e) => {
    const { client, at } = e2e;
    const own = `${at('v1/pods')}/pod-generation`;
    const spec = {
      activeDeadlineSeconds: 5000,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'agnhost', image: PAUSE }],
    };
    await ok(client.post(at('v1/pods'), { metadata: { name: 'pod-generation' }, spec }), 201);
    let pod = await becomes(e2e, own, 'a running pod', isReady);
    for (let updates = 0; updates < 499; ) {
      const deadline = pod.spec.activeDeadlineSeconds - 1;
      const answer = await client.put(own, {
        ...pod,
        spec: { ...pod.spec, activeDeadlineSeconds: deadline },
      });
      if (answer.status !== 409) updates++;
      pod = answer.status === 409 ? await ok(client.get(own)) : await ok(answer);
    }
    const seen = await becomes(
      e2e,
      own,
      'a node that has seen all',
      ({ status }) => status.observedGeneration === 500,
    );
    expect(seen.metadata.generation).toBe(500);
    expect(seen.spec.activeDeadlineSeconds).toBe(5000 - 499);
  },
);

/** Runs this so many times, and so many of them at the same time. */
async function inParallel(times: number, width: number, run: () => Promise<void>): Promise<void> {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: width }, worker));
}

conformance(
  'B',
  '[sig-network] Service endpoints latency should not be very high [Conformance]',
  async (e2e) => {
    const { client, at } = e2e;
    const labels = { name: 'svc-latency-rc' };
    const containers = [{ name: 'svc-latency-rc', image: PAUSE }];
    const deployment = {
      metadata: { name: 'svc-latency-rc' },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } },
      },
    };
    await ok(client.post(at('apps/v1/deployments'), deployment), 201);
    const own = `${at('apps/v1/deployments')}/svc-latency-rc`;
    await becomes(e2e, own, 'a pod', ({ status }) => status?.availableReplicas === 1);

    // One watch sees the endpoints of all services, as kube-proxy does.
    const seen = new Map<string, () => void>();
    const endpointOf = (service: string): Promise<void> => {
      const early = arrived.delete(service);
      return early ? Promise.resolve() : new Promise((resolve) => seen.set(service, resolve));
    };
    const arrived = new Set<string>();
    const watch = await client.watch(`${at('discovery.k8s.io/v1/endpointslices')}?watch=true`);
    const watching = (async () => {
      for await (const { object } of watch) {
        const service = object.metadata.labels['kubernetes.io/service-name'];
        if (!object.endpoints?.length) continue;
        seen.get(service)?.();
        if (!seen.delete(service)) arrived.add(service);
      }
    })();

    const latencies: number[] = [];
    const once = async (): Promise<void> => {
      const started = performance.now();
      const service = await ok(
        client.post(at('v1/services'), {
          metadata: { generateName: 'latency-svc-' },
          spec: { selector: labels, ports: [{ protocol: 'TCP', port: 80 }] },
        }),
        201,
      );
      await endpointOf(service.metadata.name);
      latencies.push(performance.now() - started);
    };
    // The first shows that everybody knows the pod, and does not count.
    await once();
    latencies.length = 0;
    await inParallel(200, 15, once);
    watch.close();
    await watching;
    latencies.sort((a, b) => a - b);
    expect(latencies).toHaveLength(200);
    expect(latencies[100]).toBeLessThan(20_000);
    expect(latencies[198]).toBeLessThan(50_000);
  },
);

conformance(
  'B',
  '[sig-storage] EmptyDir wrapper volumes should not cause race condition when used for configmaps [Conformance] [Serial]',
  async (e2e) => {
    const { client, at } = e2e;
    const maps = Array.from({ length: 50 }, (_, index) => `racey-configmap-${index}`);
    await Promise.all(
      maps.map((name) =>
        ok(client.post(at('v1/configmaps'), { metadata: { name }, data: { 'data-1': 'value-1' } }), 201),
      ),
    );
    const volumeMounts = maps.map((name, index) => ({ name, mountPath: `/etc/config-${index}` }));
    const volumes = maps.map((name) => ({
      name,
      configMap: { name, items: [{ key: 'data-1', path: 'data-1' }] },
    }));
    const [node] = (await ok(client.get(e2e.all('v1/nodes')))).items;
    for (const name of ['race-1', 'race-2', 'race-3']) {
      const controller = {
        metadata: { name },
        spec: {
          replicas: 5,
          selector: { name },
          template: {
            metadata: { labels: { name } },
            spec: {
              terminationGracePeriodSeconds: 0,
              dnsPolicy: 'Default',
              nodeSelector: { 'kubernetes.io/hostname': node.metadata.labels['kubernetes.io/hostname'] },
              containers: [{ name: 'test-container', image: PAUSE, volumeMounts }],
              volumes,
            },
          },
        },
      };
      await ok(client.post(at('v1/replicationcontrollers'), controller), 201);
      const own = `${at('v1/replicationcontrollers')}/${name}`;
      await becomes(e2e, own, 'five running pods', ({ status }) => status?.readyReplicas === 5);
      await ok(client.delete(own));
    }
  },
);

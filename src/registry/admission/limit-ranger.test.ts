import { beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});
const addRange = (...limits: Record<string, unknown>[]) =>
  cluster.put('', 'limitranges', { metadata: { name: 'range', namespace: NAMESPACE }, spec: { limits } });
const createPod = (resources: unknown = {}, spec: Record<string, unknown> = {}) =>
  cluster.create('', 'pods', testPod('p', { containers: [{ name: 'c', image: 'i', resources }], ...spec }));
const createClaim = (storage: string) =>
  cluster.create('', 'persistentvolumeclaims', {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });

describe('LimitRanger', () => {
  it('fills in what containers do not say and notes it', async () => {
    await addRange({
      type: 'Container',
      default: { memory: '256Mi', cpu: '1' },
      defaultRequest: { cpu: '500m', memory: '128Mi' },
    });
    const { spec, metadata, status } = await createPod(
      { requests: { cpu: '200m' } },
      { initContainers: [{ name: 'i', image: 'i' }] },
    );
    expect(spec.containers[0].resources).toEqual({
      limits: { cpu: '1', memory: '256Mi' },
      requests: { cpu: '200m', memory: '128Mi' },
    });
    expect(metadata.annotations!['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: memory request for container c; cpu, memory limit for container c; cpu, memory request for init container i; cpu, memory limit for init container i',
    );
    expect(status.qosClass).toBe('Burstable');
  });

  it('leaves a pod alone that says everything', async () => {
    await addRange({ type: 'Container', default: { cpu: '1' } });
    const { metadata } = await createPod({ limits: { cpu: '2' } });
    expect(metadata.annotations).toBeUndefined();
  });

  const container = { type: 'Container' };
  it.each([
    [
      { ...container, min: { cpu: '100m' } },
      {},
      'minimum cpu usage per Container is 100m.  No request is specified',
    ],
    [
      { ...container, min: { cpu: '100m' } },
      { requests: { cpu: '50m' } },
      'minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [
      { ...container, max: { memory: '1Gi' } },
      {},
      'maximum memory usage per Container is 1Gi.  No limit is specified',
    ],
    [
      { ...container, max: { memory: '1Gi' } },
      { limits: { memory: '2Gi' } },
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    ],
    [
      { ...container, maxLimitRequestRatio: { cpu: '2' } },
      { limits: { cpu: '1' }, requests: { cpu: '300m' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333',
    ],
    [
      { ...container, maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '300m' } },
      'cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0',
    ],
    [
      { type: 'Pod', max: { cpu: '1' } },
      { limits: { cpu: '1500m' } },
      'maximum cpu usage per Pod is 1, but limit is 1500m',
    ],
    [
      { ...container, min: { cpu: '1', memory: '1Gi' } },
      { requests: { cpu: '500m' } },
      '[minimum cpu usage per Container is 1, but request is 500m, minimum memory usage per Container is 1Gi.  No request is specified]',
    ],
  ])('with %j refuses %j', async (limit, resources, message) => {
    await addRange(limit);
    expect(await refusal(createPod(resources))).toBe(`403 pods "p" is forbidden: ${message}`);
  });

  it('does not count overhead', async () => {
    await addRange({ type: 'Pod', max: { cpu: '1' } });
    await cluster.put('node.k8s.io', 'runtimeclasses', {
      metadata: { name: 'heavy' },
      handler: 'heavy',
      overhead: { podFixed: { cpu: '1' } },
    });
    const created = createPod({ limits: { cpu: '1' } }, { runtimeClassName: 'heavy' });
    expect(await refusal(created)).toBe('not refused');
  });

  it('holds claims to the limits of storage', async () => {
    await addRange({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '10Gi' } });
    expect(await refusal(createClaim('500Mi'))).toBe(
      '403 persistentvolumeclaims "data" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
    );
    expect(await refusal(createClaim('11Gi'))).toBe(
      '403 persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 10Gi, but request is 11Gi',
    );
    expect(await refusal(createClaim('10Gi'))).toBe('not refused');
  });

  it('does not touch updates of pods', async () => {
    await createPod();
    await addRange({ type: 'Container', min: { cpu: '1' } });
    const relabel = cluster.update('', 'pods', 'p', (pod) => {
      pod.metadata.labels = { a: 'b' };
      return pod;
    });
    expect(await refusal(relabel)).toBe('not refused');
  });
});

/** The subresources that change a pod that runs. */
import { beforeEach, describe, expect, it } from 'vitest';
import { resourceNamed } from '../../apis/resources.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from '../admission/testing.ts';
import { guaranteedUpdate } from '../update.ts';
import { EPHEMERAL_CONTAINERS } from './ephemeral-containers.ts';
import { RESIZE } from './resize.ts';
import type { UpdateStrategy } from './strategy.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});
const change = async (strategy: UpdateStrategy, make: (pod: Stored) => KubeObject) =>
  (await guaranteedUpdate(cluster.ctx, resourceNamed('', 'pods'), NAMESPACE, 'p', make, { strategy })).object;

const debug = { name: 'debug', image: 'busybox' };
const addDebug = (pod: Stored): KubeObject => {
  pod.spec.ephemeralContainers = [...(pod.spec.ephemeralContainers ?? []), { ...debug }];
  return pod;
};

describe('ephemeralcontainers', () => {
  it('adds a container, counts the change and drops the rest', async () => {
    const { metadata } = await cluster.create('', 'pods', testPod('p'));
    const updated = await change(EPHEMERAL_CONTAINERS, (pod) => {
      pod.metadata.labels = { sneaked: 'in' };
      pod.spec.activeDeadlineSeconds = 5;
      return addDebug(pod);
    });
    expect(updated.spec.ephemeralContainers).toEqual([
      expect.objectContaining({ ...debug, terminationMessagePolicy: 'File' }),
    ]);
    expect(updated.spec.activeDeadlineSeconds).toBeUndefined();
    expect(updated.metadata.labels).toBeUndefined();
    expect(updated.metadata.generation).toBe(2);
    expect(updated.metadata.uid).toBe(metadata.uid);
    const stored = await cluster.get('', 'pods', NAMESPACE, 'p');
    expect(stored!.metadata!.generation).toBe(2);
    expect(stored!.spec.containers).toEqual(updated.spec.containers);
  });

  it('neither changes nor removes one', async () => {
    await cluster.create('', 'pods', testPod('p'));
    await change(EPHEMERAL_CONTAINERS, addDebug);
    const remove = change(EPHEMERAL_CONTAINERS, (pod) => {
      pod.spec.ephemeralContainers = [];
      return pod;
    });
    expect(await refusal(remove)).toMatch(
      /^422 Pod "p" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed/,
    );
  });

  it('is the only way to add one', async () => {
    await cluster.create('', 'pods', testPod('p'));
    expect(await refusal(cluster.update('', 'pods', 'p', addDebug))).toMatch(/^422/);
  });
});

describe('resize', () => {
  const resources = (cpu: string) => ({ requests: { cpu }, limits: { cpu, memory: '1Gi' } });
  beforeEach(async () => {
    const containers = [{ name: 'c', image: 'i', resources: resources('1') }];
    await cluster.create('', 'pods', testPod('p', { containers }));
  });
  const resizeTo = (cpu: string) =>
    change(RESIZE, (pod) => {
      pod.spec.containers[0].resources.requests.cpu = cpu;
      pod.spec.containers[0].resources.limits.cpu = cpu;
      pod.spec.containers[0].image = 'other';
      return pod;
    });

  it('changes resources only', async () => {
    const { spec, metadata } = await resizeTo('2');
    expect(spec.containers[0].resources.limits.cpu).toBe('2');
    expect(spec.containers[0].image).toBe('i');
    expect(metadata.generation).toBe(2);
  });

  it('is held to limit ranges and quotas', async () => {
    const hard = { 'requests.cpu': '3' };
    await cluster.put('', 'resourcequotas', {
      metadata: { name: 'q', namespace: NAMESPACE },
      spec: { hard },
      status: { hard, used: { 'requests.cpu': '1' } },
    });
    expect(await refusal(resizeTo('4'))).toBe(
      '403 pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=3, used: requests.cpu=1, limited: requests.cpu=3',
    );
    await resizeTo('3');
    const quota = await cluster.get('', 'resourcequotas', NAMESPACE, 'q');
    expect(quota!.status.used).toEqual({ 'requests.cpu': '3' });
    await cluster.put('', 'limitranges', {
      metadata: { name: 'l', namespace: NAMESPACE },
      spec: { limits: [{ type: 'Container', min: { cpu: '1' } }] },
    });
    expect(await refusal(resizeTo('500m'))).toBe(
      '403 pods "p" is forbidden: minimum cpu usage per Container is 1, but request is 500m',
    );
  });

  describe('on a node', () => {
    const put = (allocatable: Record<string, string>, more: object = {}, os = 'linux') =>
      cluster.put('', 'nodes', {
        metadata: { name: 'n', labels: { 'kubernetes.io/os': os } },
        status: { allocatable, ...more },
      });
    const bound = async () => {
      const pod = (await cluster.get('', 'pods', NAMESPACE, 'p'))!;
      await cluster.put('', 'pods', { ...pod, spec: { ...pod.spec, nodeName: 'n' } });
    };

    it('is refused beyond what the node has', async () => {
      await bound();
      expect(await refusal(resizeTo('2'))).toBe('403 pods "p" is forbidden: node "n" not found');
      await put({ cpu: '1500m', memory: '1Mi' });
      expect(await refusal(resizeTo('2'))).toBe(
        '403 pods "p" is forbidden: node didn\'t have enough allocatable resources: cpu, requested: 2000, allocatable: 1500; memory, requested: 1073741824, allocatable: 1048576',
      );
      await expect(resizeTo('2')).rejects.toMatchObject({
        status: { details: { causes: [{ reason: 'NodeCapacity' }] } },
      });
      await put({ cpu: '2', memory: '1Gi' });
      expect((await resizeTo('2')).metadata.generation).toBe(2);
    });

    it('is refused where it cannot be', async () => {
      await bound();
      await put({ cpu: '8', memory: '8Gi' }, {}, 'windows');
      expect(await refusal(resizeTo('2'))).toBe(
        '403 pods "p" is forbidden: pod resize is only supported on linux nodes, node "n" is "windows"',
      );
    });

    it('needs the feature of the node, where it is the pod as a whole', async () => {
      const containers = [{ name: 'c', image: 'i' }];
      const resourcesOfPod = { requests: { cpu: '1' }, limits: { cpu: '1', memory: '1Gi' } };
      await cluster.remove('', 'pods', NAMESPACE, 'p');
      await cluster.create('', 'pods', testPod('p', { containers, resources: resourcesOfPod }));
      await bound();
      const resizePod = () =>
        change(RESIZE, (pod) => {
          pod.spec.resources.requests.cpu = '2';
          pod.spec.resources.limits.cpu = '2';
          return pod;
        });
      await put({ cpu: '8', memory: '8Gi' });
      expect(await refusal(resizePod())).toBe(
        '403 pods "p" is forbidden: pod update requires features InPlacePodLevelResourcesVerticalScaling which are not available on node "n"',
      );
      const declaredFeatures = ['InPlacePodLevelResourcesVerticalScaling'];
      await put({ cpu: '8', memory: '8Gi' }, { declaredFeatures });
      expect((await resizePod()).spec.resources.requests.cpu).toBe('2');
    });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { refusal, type TestCluster, testCluster, testPod } from './testing.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
  await cluster.put('node.k8s.io', 'runtimeclasses', {
    metadata: { name: 'gvisor' },
    handler: 'runsc',
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: {
      nodeSelector: { sandbox: 'yes' },
      tolerations: [{ key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' }],
    },
  });
  await cluster.put('node.k8s.io', 'runtimeclasses', { metadata: { name: 'plain' }, handler: 'runc' });
});
const createPod = (spec: Record<string, unknown>) => cluster.create('', 'pods', testPod('p', spec));

describe('RuntimeClass', () => {
  it('adds overhead, node selector and tolerations', async () => {
    const { spec } = await createPod({ runtimeClassName: 'gvisor', nodeSelector: { disk: 'ssd' } });
    expect(spec.overhead).toEqual({ cpu: '250m' });
    expect(spec.nodeSelector).toEqual({ disk: 'ssd', sandbox: 'yes' });
    expect(spec.tolerations.map(({ key }: { key: string }) => key)).toEqual([
      'node.kubernetes.io/not-ready',
      'node.kubernetes.io/unreachable',
      'sandbox',
    ]);
  });

  it('accepts the same overhead written in another way', async () => {
    expect(await refusal(createPod({ runtimeClassName: 'gvisor', overhead: { cpu: '0.25' } }))).toBe(
      'not refused',
    );
  });

  const DIFFERS = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
  const WITHOUT = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
  it.each([
    [{ runtimeClassName: 'ghost' }, 'pod rejected: RuntimeClass "ghost" not found'],
    [{ runtimeClassName: 'gvisor', overhead: { cpu: '1' } }, DIFFERS],
    [{ runtimeClassName: 'plain', overhead: { cpu: '1' } }, WITHOUT],
    [{ overhead: { cpu: '1' } }, WITHOUT],
    [
      { runtimeClassName: 'gvisor', nodeSelector: { sandbox: 'no' } },
      'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    ],
  ])('refuses %j', async (spec, message) => {
    expect(await refusal(createPod(spec))).toBe(`403 pods "p" is forbidden: ${message}`);
  });
});

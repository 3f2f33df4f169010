import { beforeEach, describe, expect, it } from 'vitest';
import { refusal, type TestCluster, testCluster, testPod } from './testing.ts';

const GROUP = 'scheduling.k8s.io';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});
const addClass = (name: string, fields: Record<string, unknown>) =>
  cluster.create(GROUP, 'priorityclasses', { metadata: { name }, ...fields });
const createPod = (name: string, spec: Record<string, unknown> = {}) =>
  cluster.create('', 'pods', testPod(name, spec));

describe('Priority', () => {
  it('is zero where there is no class', async () => {
    const { spec } = await createPod('p');
    expect(spec).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    expect(spec.priorityClassName).toBeUndefined();
  });

  it('is that of the named class', async () => {
    await addClass('high', { value: 1000, preemptionPolicy: 'Never' });
    const { spec } = await createPod('p', { priorityClassName: 'high' });
    expect(spec).toMatchObject({ priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' });
  });

  it('is that of the default class where none is named', async () => {
    await createPod('before');
    await addClass('usual', { value: 7, globalDefault: true });
    expect((await createPod('p')).spec).toMatchObject({ priorityClassName: 'usual', priority: 7 });
  });

  it('refuses a class that is missing and values that differ', async () => {
    await addClass('high', { value: 1000 });
    expect(await refusal(createPod('p', { priorityClassName: 'ghost' }))).toBe(
      '403 pods "p" is forbidden: no PriorityClass with name ghost was found',
    );
    expect(await refusal(createPod('p', { priorityClassName: 'high', priority: 1 }))).toBe(
      '403 pods "p" is forbidden: the integer value of priority (1) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
    );
    expect(await refusal(createPod('p', { priorityClassName: 'high', preemptionPolicy: 'Never' }))).toBe(
      '403 pods "p" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    );
    expect(await refusal(createPod('p', { priorityClassName: 'high', priority: 1000 }))).toBe('not refused');
  });

  it('stays with a pod whose update leaves it out', async () => {
    await addClass('high', { value: 1000 });
    await createPod('p', { priorityClassName: 'high' });
    const updated = await cluster.update('', 'pods', 'p', (pod) => {
      delete pod.spec.priority;
      delete pod.spec.preemptionPolicy;
      pod.metadata.labels = { a: 'b' };
      return pod;
    });
    expect(updated.spec).toMatchObject({ priority: 1000, preemptionPolicy: 'PreemptLowerPriority' });
  });

  it('has one default class', async () => {
    await addClass('usual', { value: 7, globalDefault: true });
    await addClass('other', { value: 8 });
    expect(await refusal(addClass('second', { value: 9, globalDefault: true }))).toBe(
      '403 priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
    );
    const markDefault = (name: string) =>
      cluster.update(GROUP, 'priorityclasses', name, (one) => ({
        ...one,
        globalDefault: true,
        description: 'x',
      }));
    expect(await refusal(markDefault('other'))).toMatch(/^403 .*usual is already marked as default/);
    expect(await refusal(markDefault('usual'))).toBe('not refused');
  });
});

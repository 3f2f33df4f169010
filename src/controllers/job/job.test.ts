import { beforeEach, describe, expect, it } from 'vitest';
import { formatTime } from '../../apimachinery/time.ts';
import type { Job, JobSpec } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Pod, PodCondition } from '../../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { INDEX_FAILURES } from './backoff.ts';
import { COMPLETION_INDEX } from './indexes.ts';
import { newJobController } from './job.ts';
import { TRACKING_FINALIZER } from './pods.ts';
import { JOBS } from './sync.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [newJobController()] });
});

const create = async (spec: Partial<JobSpec> = {}): Promise<void> => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'work' }] } };
  const job: Job = { metadata: { name: 'work' }, spec: { template, ...spec } };
  await cluster.client.create(JOBS, 'default', job);
  await cluster.settle();
};
const change = async (change: (spec: JobSpec) => void): Promise<void> => {
  await cluster.client.update<Job>(JOBS, 'default', 'work', (job) => {
    change(job.spec!);
    return job;
  });
  await cluster.settle();
};
const get = () => cluster.get<Job>(JOBS, 'work');
const status = async () => (await get()).status!;
const conditions = async () =>
  (await status()).conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const pods = (): Promise<Stored<Pod>[]> => cluster.list<Pod>(PODS);
const unfinished = async () =>
  (await pods()).filter(
    ({ status, metadata }) =>
      status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && !metadata.deletionTimestamp,
  );

interface End {
  phase?: string;
  code?: number;
  conditions?: PodCondition[];
}
/** Ends some of the pods that run, as their node would. */
async function end(
  count: number,
  { phase = 'Succeeded', code = phase === 'Failed' ? 1 : 0, conditions = [] }: End = {},
  index?: number,
): Promise<void> {
  const running = (await unfinished()).filter(
    (pod) => index === undefined || pod.metadata.annotations?.[COMPLETION_INDEX] === String(index),
  );
  for (const { metadata } of running.slice(0, count)) {
    const now = formatTime(cluster.clock.now());
    await cluster.client.updateStatus<Pod>(PODS, 'default', metadata.name!, (pod) => {
      const terminated = { exitCode: code, finishedAt: now };
      const state = {
        name: 'c',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated },
      };
      pod.status = { ...pod.status, phase, conditions, containerStatuses: [state] };
      return pod;
    });
  }
  await cluster.settle();
}

describe('the Job controller', () => {
  it('runs one pod to its end', async () => {
    await create();
    const [pod, ...others] = await pods();
    expect(others).toEqual([]);
    expect(pod!.metadata.name).toMatch(/^work-[a-z0-9]{5}$/);
    expect(pod!.metadata.finalizers).toEqual([TRACKING_FINALIZER]);
    const { metadata } = await get();
    expect(pod!.metadata.labels).toMatchObject({
      'batch.kubernetes.io/controller-uid': metadata.uid,
      'job-name': 'work',
    });
    expect(await status()).toEqual({
      active: 1,
      ready: 0,
      terminating: 0,
      startTime: '2026-01-01T00:00:00Z',
      uncountedTerminatedPods: {},
    });
    await cluster.runPods();
    await cluster.settle();
    expect(await status()).toMatchObject({ active: 1, ready: 1 });
    cluster.clock.advance(5000);
    await end(1);
    expect(await status()).toMatchObject({
      succeeded: 1,
      ready: 0,
      terminating: 0,
      completionTime: '2026-01-01T00:00:05Z',
      uncountedTerminatedPods: {},
    });
    expect((await status()).active).toBeUndefined();
    expect(await conditions()).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    expect((await pods()).map((one) => one.metadata.finalizers)).toEqual([undefined]);
    expect(await cluster.eventsOf('Job')).toEqual([
      `SuccessfulCreate: Created pod: ${pod!.metadata.name}`,
      'Completed: Job completed',
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('runs as many at a time as it may, and no more than are left', async () => {
    await create({ completions: 5, parallelism: 2 });
    for (let succeeded = 0; succeeded < 5; succeeded++) {
      expect(await unfinished()).toHaveLength(Math.min(2, 5 - succeeded));
      await end(1);
      expect((await status()).succeeded).toBe(succeeded + 1);
    }
    expect(await conditions()).toContain('Complete=True CompletionsReached');
    expect(await pods()).toHaveLength(5);
  });

  it('comes up with 1,000 pods, and counts them all', async () => {
    await create({ completions: 1000, parallelism: 1000 });
    expect(await pods()).toHaveLength(1000);
    await end(1000);
    expect(await status()).toMatchObject({ succeeded: 1000 });
    expect(await conditions()).toContain('Complete=True CompletionsReached');
  });

  it('without completions is done when one has succeeded and the others have ended', async () => {
    await create({ parallelism: 3 });
    expect((await get()).spec!.completions).toBeUndefined();
    await end(1);
    expect(await conditions()).toBeUndefined();
    expect(await unfinished()).toHaveLength(2);
    await end(2);
    expect(await conditions()).toContain('Complete=True CompletionsReached');
  });

  it('replaces failed pods, later each time, until there were too many', async () => {
    await create({ backoffLimit: 2 });
    await end(1, { phase: 'Failed' });
    expect(await unfinished()).toHaveLength(0);
    expect(await status()).toMatchObject({ failed: 1 });
    await cluster.advance(9000);
    expect(await unfinished()).toHaveLength(0);
    await cluster.advance(2000);
    expect(await unfinished()).toHaveLength(1);
    await end(1, { phase: 'Failed' });
    await cluster.advance(19_000);
    expect(await unfinished()).toHaveLength(0);
    await cluster.advance(2000);
    await end(1, { phase: 'Failed' });
    expect(await status()).toMatchObject({ failed: 3 });
    expect(await conditions()).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    expect((await cluster.eventsOf('Job')).at(-1)).toBe(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    );
    expect((await status()).completionTime).toBeUndefined();
  });

  it('takes the pods that still run along when it fails', async () => {
    await create({ backoffLimit: 0, completions: 3, parallelism: 3 });
    await end(1, { phase: 'Failed' });
    expect(await unfinished()).toHaveLength(0);
    expect(await status()).toMatchObject({ failed: 3, terminating: 0 });
    expect(await conditions()).toContain('Failed=True BackoffLimitExceeded');
  });

  it('fails when its time is up', async () => {
    await create({ activeDeadlineSeconds: 30 });
    await cluster.advance(29_000);
    expect(await conditions()).toBeUndefined();
    await cluster.advance(1000);
    expect(await conditions()).toEqual([
      'FailureTarget=True DeadlineExceeded',
      'Failed=True DeadlineExceeded',
    ]);
    expect(await pods()).toEqual([]);
  });

  it('replaces a pod that somebody deletes, and counts it as a failure', async () => {
    await create();
    const [pod] = await pods();
    await cluster.client.delete(PODS, 'default', pod!.metadata.name!);
    await cluster.settle();
    expect(await status()).toMatchObject({ failed: 1 });
    await cluster.advance(11_000);
    expect(await unfinished()).toHaveLength(1);
    expect((await pods()).map(({ metadata }) => metadata.uid)).not.toContain(pod!.metadata.uid);
  });

  it('rests while it is suspended, and starts anew when it is resumed', async () => {
    await create({ suspend: true });
    expect(await pods()).toEqual([]);
    expect((await status()).startTime).toBeUndefined();
    expect(await conditions()).toEqual(['Suspended=True JobSuspended']);
    await change((spec) => {
      spec.suspend = false;
    });
    expect(await unfinished()).toHaveLength(1);
    expect(await conditions()).toEqual(['Suspended=False JobResumed']);
    cluster.clock.advance(60_000);
    await change((spec) => {
      spec.suspend = true;
    });
    expect(await pods()).toEqual([]);
    expect((await status()).failed).toBeUndefined();
    await change((spec) => {
      spec.suspend = false;
    });
    expect((await status()).startTime).toBe('2026-01-01T00:01:00Z');
    await end(1);
    expect(await conditions()).toEqual([
      'Suspended=False JobResumed',
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    expect((await cluster.eventsOf('Job')).filter((text) => /^(Suspended|Resumed)/.test(text))).toEqual([
      'Suspended: Job suspended',
      'Resumed: Job resumed',
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('has fewer pods when it is told to', async () => {
    await create({ completions: 10, parallelism: 6 });
    await change((spec) => {
      spec.parallelism = 2;
    });
    expect(await pods()).toHaveLength(2);
    expect(await status()).toMatchObject({ active: 2 });
    expect((await status()).failed).toBeUndefined();
  });

  it('lets pods go when it is gone', async () => {
    await create({ parallelism: 2 });
    await cluster.client.delete(JOBS, 'default', 'work', { propagationPolicy: 'Background' });
    await cluster.settle();
    expect((await pods()).map(({ metadata }) => metadata.finalizers)).toEqual([undefined, undefined]);
  });

  it('leaves the Job of another controller alone', async () => {
    await create({ managedBy: 'example.com/other' });
    expect(await pods()).toEqual([]);
    expect(await status()).toEqual({});
  });

  it('counts each pod once, whatever is lost on the way', async () => {
    await create({ completions: 4, parallelism: 4 });
    const commit = cluster.storage.commit.bind(cluster.storage);
    for (let lost = 0; lost < 6; lost++) {
      let writes = 0;
      cluster.storage.commit = async (transaction) => {
        const own = transaction.writes.some(({ key }) => !key.startsWith('core/events/'));
        if (own && writes++ > lost) return { ok: false, reason: 'unavailable', message: 'down' };
        return commit(transaction);
      };
      const [pod] = await unfinished();
      if (pod) {
        const { key, value, revision } = (await cluster.storage.get(
          `core/pods/default/${pod.metadata.name}`,
        ))!;
        const ended = JSON.stringify({ ...JSON.parse(value), status: { phase: 'Succeeded' } });
        await commit({ writes: [{ key, expect: revision, deleted: false, value: ended, prevValue: value }] });
      }
      await cluster.settle();
      cluster.storage.commit = commit;
      await cluster.restart([newJobController()]);
      await cluster.advance(60_000);
    }
    expect(await status()).toMatchObject({ succeeded: 4 });
    expect(await pods()).toHaveLength(4);
    expect(await conditions()).toContain('Complete=True CompletionsReached');
  });
});

describe('an Indexed Job', () => {
  const indexed = { completionMode: 'Indexed', completions: 4, parallelism: 4 };
  const indexesOf = async () =>
    (await unfinished()).map(({ metadata }) => metadata.annotations![COMPLETION_INDEX]).sort();

  it('has a pod for each index, which knows it', async () => {
    await create(indexed);
    expect(await indexesOf()).toEqual(['0', '1', '2', '3']);
    const pod = (await pods()).find(({ metadata }) => metadata.annotations![COMPLETION_INDEX] === '2')!;
    expect(pod.metadata.name).toMatch(/^work-2-[a-z0-9]{5}$/);
    expect(pod.metadata.labels![COMPLETION_INDEX]).toBe('2');
    expect(pod.spec!.hostname).toBe('work-2');
    expect(pod.spec!.containers![0]!.env).toMatchObject([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
      },
    ]);
    await end(1, {}, 1);
    await end(1, {}, 3);
    expect(await status()).toMatchObject({ completedIndexes: '1,3', succeeded: 2, active: 2 });
    await end(1, {}, 2);
    expect((await status()).completedIndexes).toBe('1-3');
    await end(1, {}, 0);
    expect(await status()).toMatchObject({ completedIndexes: '0-3', succeeded: 4 });
    expect(await conditions()).toContain('Complete=True CompletionsReached');
  });

  it('tries the index of a failed pod again', async () => {
    await create(indexed);
    await end(1, { phase: 'Failed' }, 1);
    expect(await indexesOf()).toEqual(['0', '2', '3']);
    await cluster.advance(11_000);
    expect(await indexesOf()).toEqual(['0', '1', '2', '3']);
  });

  it('counts failures for each index where it has a limit for each', async () => {
    await create({
      ...indexed,
      completions: 2,
      backoffLimitPerIndex: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
    });
    await end(1, { phase: 'Failed' }, 0);
    await cluster.advance(11_000);
    const again = (await unfinished()).find(
      ({ metadata }) => metadata.annotations![COMPLETION_INDEX] === '0',
    )!;
    expect(again.metadata.annotations![INDEX_FAILURES]).toBe('1');
    await end(1, { phase: 'Failed' }, 0);
    await cluster.advance(60_000);
    expect(await indexesOf()).toEqual(['1']);
    expect((await status()).failedIndexes).toBe('0');
    await end(1, {}, 1);
    expect(await conditions()).toEqual(['FailureTarget=True FailedIndexes', 'Failed=True FailedIndexes']);
    expect(await status()).toMatchObject({
      completedIndexes: '1',
      failedIndexes: '0',
      succeeded: 1,
      failed: 2,
    });
  });

  it('is done when its success policy is met', async () => {
    await create({ ...indexed, successPolicy: { rules: [{ succeededIndexes: '0,2', succeededCount: 1 }] } });
    await end(1, {}, 1);
    expect(await conditions()).toBeUndefined();
    await end(1, {}, 2);
    expect(await unfinished()).toEqual([]);
    expect(await conditions()).toEqual([
      'SuccessCriteriaMet=True SuccessPolicy',
      'Complete=True SuccessPolicy',
    ]);
    expect((await status()).conditions![1]!.message).toBe('Matched rules at index 0');
    expect((await status()).failed).toBeUndefined();
  });
});

describe('a policy for failed pods', () => {
  const rules = [
    { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
  ];

  it('fails the Job', async () => {
    await create({ podFailurePolicy: { rules } });
    const [pod] = await pods();
    await end(1, { phase: 'Failed', code: 42 });
    expect(await conditions()).toEqual([
      'FailureTarget=True PodFailurePolicy',
      'Failed=True PodFailurePolicy',
    ]);
    expect((await status()).conditions![1]!.message).toBe(
      `Container c for pod default/${pod!.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it('does not count what it ignores', async () => {
    await create({ podFailurePolicy: { rules }, backoffLimit: 0 });
    const disruption = { type: 'DisruptionTarget', status: 'True' };
    await end(1, { phase: 'Failed', conditions: [disruption] });
    await cluster.advance(11_000);
    expect(await unfinished()).toHaveLength(1);
    expect((await status()).failed).toBeUndefined();
    await end(1, { phase: 'Failed', code: 1 });
    expect(await conditions()).toContain('Failed=True BackoffLimitExceeded');
  });
});

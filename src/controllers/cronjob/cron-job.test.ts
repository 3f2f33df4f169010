import { beforeEach, describe, expect, it } from 'vitest';
import { formatTime } from '../../apimachinery/time.ts';
import type { CronJob, CronJobSpec, Job } from '../../apimachinery/types/batch.v1.gen.ts';
import { JOBS } from '../job/sync.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { CRON_JOBS, newCronJobController } from './cron-job.ts';

/** The test's clock begins at midnight of 2026-01-01, UTC. */
const MIDNIGHT = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const nameAt = (minute: number): string => `tick-${MIDNIGHT / MINUTE + minute}`;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster({ controllers: [newCronJobController()] });
});

const jobTemplate = {
  metadata: { labels: { app: 'tick' } },
  spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'work' }] } } },
};
const create = async (spec: Partial<CronJobSpec> = {}): Promise<void> => {
  const cronJob: CronJob = {
    metadata: { name: 'tick' },
    spec: { schedule: '*/1 * * * *', jobTemplate, ...spec },
  };
  await cluster.client.create(CRON_JOBS, 'default', cronJob);
  await cluster.settle();
};
const change = async (change: (spec: CronJobSpec) => void): Promise<void> => {
  await cluster.client.update<CronJob>(CRON_JOBS, 'default', 'tick', (cronJob) => {
    change(cronJob.spec);
    return cronJob;
  });
  await cluster.settle();
};
const jobs = async (): Promise<string[]> =>
  (await cluster.list<Job>(JOBS)).map(({ metadata }) => metadata.name!).sort();
const status = async () => (await cluster.get<CronJob>(CRON_JOBS, 'tick')).status!;
const active = async () => (await status()).active?.map(({ name }) => name) ?? [];
const finish = async (name: string, type: 'Complete' | 'Failed' = 'Complete'): Promise<void> => {
  const now = formatTime(cluster.clock.now());
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'Test',
    message: '',
    lastProbeTime: now,
    lastTransitionTime: now,
  });
  await cluster.client.updateStatus<Job>(JOBS, 'default', name, (job) => {
    const before = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    job.status = {
      ...job.status,
      startTime: now,
      conditions: [condition(before), condition(type)],
      ...(type === 'Complete' ? { completionTime: now, succeeded: 1 } : {}),
    };
    return job;
  });
  await cluster.settle();
};

describe('the CronJob controller', () => {
  it('starts a Job at each time of the schedule, named after its minute', async () => {
    await create({ timeZone: 'Asia/Kolkata' });
    await cluster.advance(59_000);
    expect(await jobs()).toEqual([]);
    await cluster.advance(2 * MINUTE);
    expect(await jobs()).toEqual([nameAt(1), nameAt(2)]);
    const job = await cluster.get<Job>(JOBS, nameAt(1));
    expect(job.metadata).toMatchObject({
      labels: { app: 'tick' },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T05:31:00+05:30' },
      ownerReferences: [{ kind: 'CronJob', name: 'tick', controller: true, blockOwnerDeletion: true }],
    });
    expect(await status()).toMatchObject({
      lastScheduleTime: '2026-01-01T00:02:00Z',
      active: [
        { kind: 'Job', apiVersion: 'batch/v1', namespace: 'default', name: nameAt(1), uid: job.metadata.uid },
        { name: nameAt(2) },
      ],
    });
    expect(await cluster.eventsOf('CronJob')).toEqual([
      `SuccessfulCreate: Created job ${nameAt(1)}`,
      `SuccessfulCreate: Created job ${nameAt(2)}`,
    ]);
    expect(cluster.errors).toEqual([]);
  });

  it('notes what has completed and keeps only so many', async () => {
    await create({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 });
    await cluster.advance(MINUTE + 1000);
    await finish(nameAt(1));
    expect(await status()).toEqual({
      lastScheduleTime: '2026-01-01T00:01:00Z',
      lastSuccessfulTime: '2026-01-01T00:01:01Z',
    });
    await cluster.advance(MINUTE);
    await finish(nameAt(2));
    expect(await jobs()).toEqual([nameAt(2)]);
    await cluster.advance(MINUTE);
    await finish(nameAt(3), 'Failed');
    expect(await jobs()).toEqual([nameAt(2)]);
    expect(await active()).toEqual([]);
    expect(await cluster.eventsOf('CronJob')).toEqual(
      expect.arrayContaining([
        `SawCompletedJob: Saw completed job: ${nameAt(1)}, condition: Complete`,
        `SuccessfulDelete: Deleted job ${nameAt(1)}`,
        `SuccessfulDelete: Deleted job ${nameAt(3)}`,
      ]),
    );
  });

  it('starts none while another runs and the policy is Forbid', async () => {
    await create({ concurrencyPolicy: 'Forbid' });
    await cluster.advance(2 * MINUTE + 1000);
    expect(await jobs()).toEqual([nameAt(1)]);
    expect(await cluster.eventsOf('CronJob')).toContain(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    await finish(nameAt(1));
    // The time that has come meanwhile is made up for.
    expect(await active()).toEqual([nameAt(2)]);
  });

  it('replaces the one that runs when the policy is Replace', async () => {
    await create({ concurrencyPolicy: 'Replace' });
    await cluster.advance(2 * MINUTE + 1000);
    expect(await jobs()).toEqual([nameAt(2)]);
    expect(await active()).toEqual([nameAt(2)]);
  });

  it('starts none while it is suspended, and one at once when it goes on', async () => {
    await create({ suspend: true });
    await cluster.advance(5 * MINUTE + 1000);
    expect(await jobs()).toEqual([]);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
    await change((spec) => {
      spec.suspend = false;
    });
    expect(await jobs()).toEqual([nameAt(5)]);
  });

  it('leaves out a time that is too long ago', async () => {
    await create({ suspend: true, startingDeadlineSeconds: 10, schedule: '*/10 * * * *' });
    await cluster.advance(12 * MINUTE);
    await change((spec) => {
      spec.suspend = false;
    });
    expect(await jobs()).toEqual([]);
    await cluster.advance(8 * MINUTE + 1000);
    expect(await jobs()).toEqual([nameAt(20)]);
  });

  it('waits for the new time when the schedule is changed', async () => {
    await create({ schedule: '0 0 1 1 *' });
    await cluster.advance(90_000);
    await change((spec) => {
      spec.schedule = '*/1 * * * *';
    });
    expect(await jobs()).toEqual([]);
    await cluster.advance(MINUTE);
    expect(await jobs()).toEqual([nameAt(2)]);
  });

  it('tells of Jobs it does not know and of those that went missing', async () => {
    await create();
    await cluster.advance(MINUTE + 1000);
    const { metadata, spec } = await cluster.get<Job>(JOBS, nameAt(1));
    await cluster.client.create(JOBS, 'default', {
      metadata: { name: 'foreign', ownerReferences: metadata.ownerReferences! },
      spec: { template: { spec: spec!.template.spec! } },
    });
    await cluster.client.delete(JOBS, 'default', nameAt(1), { propagationPolicy: 'Background' });
    await cluster.settle();
    expect(await cluster.eventsOf('CronJob')).toEqual(
      expect.arrayContaining([
        'UnexpectedJob: Saw a job that the controller did not create or forgot: foreign',
        `MissingJob: Active job went missing: ${nameAt(1)}`,
      ]),
    );
    expect(await active()).toEqual([]);
  });

  it('forgets nothing that counts when its memory is lost', async () => {
    await create();
    await cluster.advance(MINUTE + 1000);
    await cluster.restart([newCronJobController()]);
    await cluster.settle();
    expect(await jobs()).toEqual([nameAt(1)]);
    await cluster.advance(MINUTE);
    expect(await jobs()).toEqual([nameAt(1), nameAt(2)]);
  });
});

/**
 * Upstream test/e2e/apps/cronjob.go. The first Job of each is one that its CronJob has missed, so that it is there at
 * once; the second comes with the next minute.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok } from './suite.ts';

const MINUTE_MS = 60_000;
const leftOfMinute = (): number => MINUTE_MS - (Date.now() % MINUTE_MS);
const nextMinute = (): Promise<void> => delay(leftOfMinute());

/** A CronJob for every minute, whose Jobs take longer than that. */
async function make(e2e: E2E, name: string, concurrencyPolicy: string, suspend = false): Promise<string> {
  const container = { name: 'c', image: 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1' };
  const pod = {
    restartPolicy: 'OnFailure',
    terminationGracePeriodSeconds: 0,
    containers: [{ ...container, command: ['sleep', '300'] }],
  };
  const cronJob = {
    metadata: { name },
    spec: {
      schedule: '*/1 * * * ?',
      concurrencyPolicy,
      suspend,
      jobTemplate: { spec: { parallelism: 1, completions: 1, template: { spec: pod } } },
    },
  };
  await ok(e2e.client.post(e2e.at('batch/v1/cronjobs'), cronJob), 201);
  return `${e2e.at('batch/v1/cronjobs')}/${name}`;
}

/** Makes a CronJob miss a minute, when there is time enough to look at what it does before the next. */
async function miss({ client }: E2E, own: string): Promise<void> {
  if (leftOfMinute() < 5000) await nextMinute();
  const lastScheduleTime = new Date(Date.now() - 2 * MINUTE_MS).toISOString().replace(/\.\d+/, '');
  await ok(client.patch(`${own}/status`, 'merge', { status: { lastScheduleTime } }));
}

const activeOf = ({ status }: any): string[] => (status.active ?? []).map(({ name }: any) => name);
/** The names of the Jobs of a namespace that are not finished. */
const running = async ({ client, at }: E2E): Promise<string[]> =>
  (await ok(client.get(at('batch/v1/jobs')))).items
    .filter(
      ({ status }: any) =>
        !status.conditions?.some(({ type }: any) => type === 'Complete' || type === 'Failed'),
    )
    .map(({ metadata }: any) => metadata.name);

/** A CronJob with one active Job. Answers both. */
async function withOneJob(e2e: E2E, policy: string): Promise<{ own: string; job: string }> {
  const own = await make(e2e, policy.toLowerCase(), policy);
  await miss(e2e, own);
  const cronJob = await becomes(e2e, own, 'an active Job', (object) => activeOf(object).length > 0);
  expect(activeOf(cronJob)).toHaveLength(1);
  expect(await running(e2e)).toEqual(activeOf(cronJob));
  return { own, job: activeOf(cronJob)[0]! };
}

async function remove(e2e: E2E, own: string): Promise<void> {
  await ok(e2e.client.delete(own));
  await gone(e2e, own);
}

conformance(
  'B',
  '[sig-apps] CronJob should not schedule jobs when suspended [Conformance] [Slow]',
  async (e2e) => {
    const suspended = await make(e2e, 'suspended', 'Allow', true);
    await miss(e2e, suspended);
    // Another one that has missed as much, and later, has its Job.
    const witness = await make(e2e, 'witness', 'Allow');
    await miss(e2e, witness);
    const [job] = activeOf(await becomes(e2e, witness, 'a Job', (object) => activeOf(object).length === 1));
    expect(activeOf(await ok(e2e.client.get(suspended)))).toEqual([]);
    expect(await running(e2e)).toEqual([job]);
    await remove(e2e, suspended);
  },
);

conformance(
  'B',
  '[sig-apps] CronJob should schedule multiple jobs concurrently [Conformance]',
  async (e2e) => {
    const { own, job } = await withOneJob(e2e, 'Allow');
    await nextMinute();
    const cronJob = await becomes(e2e, own, 'two active Jobs', (object) => activeOf(object).length >= 2);
    expect(activeOf(cronJob)).toContain(job);
    expect((await running(e2e)).sort()).toEqual(activeOf(cronJob).sort());
    await remove(e2e, own);
  },
);

conformance(
  'B',
  '[sig-apps] CronJob should not schedule new jobs when ForbidConcurrent [Conformance] [Slow]',
  async (e2e) => {
    const { own, job } = await withOneJob(e2e, 'Forbid');
    await nextMinute();
    await eventually('the event that says why there is no other', async () => {
      const { items } = await ok(e2e.client.get(e2e.at('v1/events')));
      return items.some(({ reason }: any) => reason === 'JobAlreadyActive');
    });
    expect(activeOf(await ok(e2e.client.get(own)))).toEqual([job]);
    expect(await running(e2e)).toEqual([job]);
    await remove(e2e, own);
  },
);

conformance(
  'B',
  '[sig-apps] CronJob should replace jobs when ReplaceConcurrent [Conformance]',
  async (e2e) => {
    const { own, job } = await withOneJob(e2e, 'Replace');
    await nextMinute();
    await gone(e2e, `${e2e.at('batch/v1/jobs')}/${job}`);
    const cronJob = await becomes(
      e2e,
      own,
      'another Job',
      (object) => activeOf(object).length === 1 && activeOf(object)[0] !== job,
    );
    expect(await running(e2e)).toEqual(activeOf(cronJob));
    await remove(e2e, own);
  },
);

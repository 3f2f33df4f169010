import { beforeEach, describe, expect, it } from 'vitest';
import { formatTime } from '../apimachinery/time.ts';
import type { Job } from '../apimachinery/types/batch.v1.gen.ts';
import { newGarbageCollector } from './garbage-collector/garbage-collector.ts';
import { JOBS } from './job/sync.ts';
import { startCluster, type TestCluster } from './testing.ts';
import { expiryOf, ttlAfterFinishedController } from './ttl-after-finished.ts';

const END = '2026-01-01T00:00:00Z';
const condition = (type: string) => ({
  type,
  status: 'True',
  reason: 'Test',
  message: '',
  lastProbeTime: END,
  lastTransitionTime: END,
});

describe('when a Job expires', () => {
  const job = (ttlSecondsAfterFinished?: number, type = 'Complete'): Job => ({
    metadata: {},
    spec: { template: {}, ...(ttlSecondsAfterFinished === undefined ? {} : { ttlSecondsAfterFinished }) },
    status: { conditions: [condition(type)] },
  });
  it.each([
    ['never without a TTL', job(), undefined],
    ['after it completed', job(5), Date.parse(END) + 5000],
    ['after it failed', job(0, 'Failed'), Date.parse(END)],
    ['not while it runs', job(5, 'Suspended'), undefined],
    ['not when it is going', { ...job(5), metadata: { deletionTimestamp: END } }, undefined],
  ])('%s', (_, object, expected) => {
    expect(expiryOf(object)).toBe(expected);
  });
});

describe('the TTL controller', () => {
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await startCluster({ controllers: [ttlAfterFinishedController, newGarbageCollector()] });
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'work' }] } };
    await cluster.client.create<Job>(JOBS, 'default', {
      metadata: { name: 'work' },
      spec: { template, ttlSecondsAfterFinished: 60 },
    });
    await cluster.client.updateStatus<Job>(JOBS, 'default', 'work', (job) => ({
      ...job,
      status: {
        startTime: END,
        completionTime: formatTime(cluster.clock.now()),
        conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
      },
    }));
    await cluster.settle();
  });

  it('deletes a Job when its time has come', async () => {
    await cluster.advance(59_000);
    expect(await cluster.list(JOBS)).toHaveLength(1);
    await cluster.advance(1000);
    expect(await cluster.list(JOBS)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('heeds a TTL that was changed meanwhile', async () => {
    await cluster.client.update<Job>(JOBS, 'default', 'work', (job) => {
      job.spec!.ttlSecondsAfterFinished = 120;
      return job;
    });
    await cluster.advance(119_000);
    expect(await cluster.list(JOBS)).toHaveLength(1);
    await cluster.advance(1000);
    expect(await cluster.list(JOBS)).toEqual([]);
  });
});

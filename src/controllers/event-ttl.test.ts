import { describe, expect, it } from 'vitest';
import { formatMicroTime, formatTime } from '../apimachinery/time.ts';
import type { Event } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { eventTTLController, lastSeen } from './event-ttl.ts';
import { startCluster, type TestCluster } from './testing.ts';

const EVENTS: ResourceName = ['', 'events'];
const HOUR = 3_600_000;

const makeEvent = (cluster: TestCluster, name: string): Promise<unknown> => {
  const now = formatTime(cluster.clock.now());
  return cluster.client.create<Event & KubeObject>(EVENTS, 'default', {
    metadata: { name },
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
    firstTimestamp: now,
    lastTimestamp: now,
    type: 'Normal',
  });
};
const names = async (cluster: TestCluster): Promise<string[]> =>
  (await cluster.list(EVENTS)).map(({ metadata }) => metadata.name!);

describe('event TTL controller', () => {
  it('deletes events an hour after they were last seen', async () => {
    const cluster = await startCluster({ controllers: [eventTTLController] });
    await makeEvent(cluster, 'a');
    await makeEvent(cluster, 'b');
    await cluster.advance(HOUR / 2);
    await makeEvent(cluster, 'c');
    await cluster.client.update<Event & KubeObject>(EVENTS, 'default', 'b', (event) => ({
      ...event,
      count: 2,
      lastTimestamp: formatTime(cluster.clock.now()),
    }));
    await cluster.advance(HOUR / 2 - 1000);
    expect(await names(cluster)).toEqual(['a', 'b', 'c']);
    await cluster.advance(2000);
    expect(await names(cluster)).toEqual(['b', 'c']);
    await cluster.advance(HOUR);
    expect(await names(cluster)).toEqual([]);
    expect(cluster.errors).toEqual([]);
  });

  it('leaves a cluster without events at rest, until something happens', async () => {
    const cluster = await startCluster({ controllers: [eventTTLController] });
    await cluster.advance(HOUR / 4);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
    await makeEvent(cluster, 'a');
    await cluster.client.create(['', 'namespaces'], '', { metadata: { name: 'shop' } });
    await cluster.advance(2 * HOUR);
    expect(await names(cluster)).toEqual([]);
    expect(cluster.manager.plan.nextDue).toBeUndefined();
  });
});

it('takes the latest of all times', () => {
  const at = (ms: number): string => formatTime(ms);
  expect(lastSeen({ involvedObject: {}, metadata: { creationTimestamp: at(1000) } })).toBe(1000);
  expect(
    lastSeen({
      involvedObject: {},
      metadata: { creationTimestamp: at(1000) },
      lastTimestamp: at(3000),
      eventTime: formatMicroTime(2000),
      series: { count: 2, lastObservedTime: formatMicroTime(5000) },
    }),
  ).toBe(5000);
});

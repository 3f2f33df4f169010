import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../apimachinery/clock.ts';
import { seeded } from '../apimachinery/random.ts';
import type { Event } from '../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../apis/object.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Client } from './client.ts';
import { EventBroadcaster, type EventRecorder } from './event-recorder.ts';

const EVENTS = ['', 'events'] as const;
const pod: Stored = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'web', uid: 'u-1', resourceVersion: '7' },
};

let clock: FakeClock;
let storage: MemoryStorage;
let client: Client;
let recorder: EventRecorder;
let broadcaster: EventBroadcaster;
let idle: () => void;

beforeEach(async () => {
  clock = fakeClock(Date.UTC(2026, 0, 1));
  storage = new MemoryStorage();
  const user = { username: 'admin', groups: ['system:masters'] };
  client = new Client({ cluster: 't', storage, clock, random: seeded(1), user, fieldManager: 'test' });
  await client.create(['', 'namespaces'], '', { metadata: { name: 'default' } });
  idle = () => {};
  broadcaster = new EventBroadcaster(clock, () => idle());
  recorder = broadcaster.recorder('web-controller', client);
});

async function settled(): Promise<Stored<Event>[]> {
  if (broadcaster.pending > 0) {
    await new Promise<void>((resolve) => {
      idle = resolve;
    });
  }
  return (await client.list<Event>(EVENTS, 'default')).items;
}

describe('EventBroadcaster', () => {
  it('writes an event as upstream does', async () => {
    recorder.event(pod, 'Warning', 'BackOff', 'restarting', 'spec.containers{main}');
    const [event] = await settled();
    expect(event).toMatchObject({
      metadata: { namespace: 'default' },
      involvedObject: {
        kind: 'Pod',
        namespace: 'default',
        name: 'web',
        uid: 'u-1',
        apiVersion: 'v1',
        resourceVersion: '7',
        fieldPath: 'spec.containers{main}',
      },
      reason: 'BackOff',
      message: 'restarting',
      source: { component: 'web-controller' },
      reportingComponent: 'web-controller',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 1,
      type: 'Warning',
    });
    expect(event!.metadata.name).toMatch(/^web\.18[0-9a-f]{14}$/);
  });

  it('puts events about cluster-scoped objects into the namespace default', async () => {
    recorder.event(
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', uid: 'n1' } },
      'Normal',
      'Starting',
      'up',
    );
    const [event] = await settled();
    expect(event!.involvedObject).toEqual({ kind: 'Node', name: 'n1', uid: 'n1', apiVersion: 'v1' });
  });

  it('counts what repeats', async () => {
    for (let times = 0; times < 3; times++) {
      recorder.event(pod, 'Normal', 'Pulled', 'image');
      await settled();
      clock.advance(60_000);
    }
    recorder.event(pod, 'Normal', 'Pulled', 'image');
    recorder.event(pod, 'Normal', 'Pulled', 'image');
    const events = await settled();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      count: 5,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:03:00Z',
    });
  });

  it('begins again when the event has expired', async () => {
    recorder.event(pod, 'Normal', 'Pulled', 'image');
    const [first] = await settled();
    await client.delete(EVENTS, 'default', first!.metadata.name!);
    clock.advance(1000);
    recorder.event(pod, 'Normal', 'Pulled', 'image');
    const events = await settled();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ count: 2 });
    expect(events[0]!.metadata.name).not.toBe(first!.metadata.name);
  });

  it('combines the tenth different message for one reason with those that follow', async () => {
    for (let number = 1; number <= 12; number++) recorder.event(pod, 'Normal', 'Created', `pod ${number}`);
    const events = await settled();
    expect(events.map(({ message }) => message).sort()).toEqual(
      [
        ...Array.from({ length: 9 }, (_, index) => `pod ${index + 1}`),
        '(combined from similar events): pod 12',
      ].sort(),
    );
    expect(events.find(({ message }) => message?.startsWith('('))).toMatchObject({ count: 3 });
  });

  it('lets 25 events about an object through at once, then one in five minutes', async () => {
    for (let number = 0; number < 40; number++) recorder.event(pod, 'Normal', `Reason${number}`, 'text');
    expect(await settled()).toHaveLength(25);
    clock.advance(300_000);
    for (let number = 50; number < 60; number++) recorder.event(pod, 'Normal', `Reason${number}`, 'text');
    expect(await settled()).toHaveLength(26);
    recorder.event(
      { ...pod, metadata: { ...pod.metadata, name: 'other', uid: 'u-2' } },
      'Normal',
      'Reason',
      'text',
    );
    expect(await settled()).toHaveLength(27);
  });

  it('never throws', async () => {
    recorder.event({ ...pod, metadata: { name: 'x', namespace: 'missing' } }, 'Normal', 'Reason', 'text');
    recorder.event({ metadata: {} }, 'Normal', '', '');
    await settled();
    expect(broadcaster.pending).toBe(0);
  });
});

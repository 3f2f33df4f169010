/** Upstream test/e2e/instrumentation/{core_events,events}.go: one storage, seen through two groups. */
import { expect } from 'vitest';
import { conformance, type E2E, eventually, gone, ok } from './suite.ts';

const core = ({ namespace }: E2E, name: string, label: string) => ({
  metadata: { name, labels: { testevent: label } },
  involvedObject: { kind: 'Pod', name: 'a', namespace },
  type: 'Normal',
  reason: 'Test',
  message: 'This is a test event',
  source: { component: 'e2e' },
  firstTimestamp: '2026-01-02T03:04:05Z',
});

const modern = ({ namespace }: E2E, name: string, label: string) => ({
  metadata: { name, labels: { 'testevent-constant': label } },
  eventTime: '2026-01-02T03:04:05.000006Z',
  regarding: { kind: 'Pod', name: 'a', namespace },
  reason: 'Test',
  action: 'Do',
  note: 'This is a test event',
  type: 'Normal',
  reportingController: 'test-controller',
  reportingInstance: 'test-node',
});

conformance(
  'A',
  '[sig-instrumentation] Events should manage the lifecycle of an event [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const path = e2e.at('v1/events');
    const own = `${path}/event-test`;
    await ok(client.post(path, core(e2e, 'event-test', unique)), 201);
    const { items } = await ok(client.get(`${e2e.all('v1/events')}?labelSelector=testevent%3D${unique}`));
    expect(items).toHaveLength(1);
    await ok(client.patch(own, 'strategic', { message: 'This is a test event - patched' }));
    const patched = await ok(client.get(own));
    expect(patched.message).toBe('This is a test event - patched');
    patched.message = 'This is a test event - updated';
    patched.series = { count: 100, lastObservedTime: '2026-01-02T03:05:05.000006Z' };
    await ok(client.put(own, patched));
    const updated = await ok(client.get(own));
    expect(updated).toMatchObject({ message: 'This is a test event - updated', series: patched.series });
    await ok(client.delete(own));
    await gone(e2e, own);
  },
);

conformance(
  'A',
  '[sig-instrumentation] Events should delete a collection of events [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/events');
    for (const name of ['1', '2', '3'])
      await ok(client.post(path, core(e2e, `test-event-${name}`, 'set')), 201);
    const selected = `${path}?labelSelector=testevent%3Dset`;
    expect((await ok(client.get(selected))).items).toHaveLength(3);
    await ok(client.delete(selected));
    await eventually('no events', async () => (await ok(client.get(selected))).items.length === 0);
  },
);

conformance(
  'A',
  '[sig-instrumentation] Events API should ensure that an event can be fetched, patched, deleted, and listed [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('events.k8s.io/v1/events');
    const own = `${path}/event-test`;
    const listed = async (collection: string): Promise<any[]> =>
      (await ok(client.get(`${collection}?labelSelector=testevent-constant%3Dtrue`))).items.filter(
        ({ metadata }: any) => metadata.namespace === e2e.namespace,
      );
    const made = await ok(client.post(path, modern(e2e, 'event-test', 'true')), 201);
    expect(await listed(e2e.all('events.k8s.io/v1/events'))).toHaveLength(1);
    expect(await listed(path)).toHaveLength(1);
    // The same event, in the words of the other group.
    const other = await ok(client.get(`${e2e.at('v1/events')}/event-test`));
    expect(other).toMatchObject({
      involvedObject: made.regarding,
      message: made.note,
      reportingComponent: made.reportingController,
    });
    const fields = `involvedObject.name=a,reason=Test,reportingComponent=test-controller`;
    const bySource = await ok(
      client.get(`${e2e.at('v1/events')}?fieldSelector=${encodeURIComponent(fields)}`),
    );
    expect(bySource.items).toHaveLength(1);
    const series = { count: 2, lastObservedTime: '2026-01-02T03:05:05.000006Z' };
    await ok(client.patch(own, 'strategic', { series }));
    expect((await ok(client.get(own))).series).toEqual(series);
    const current = await ok(client.get(own));
    current.series = { count: 100, lastObservedTime: '2026-01-02T03:06:05.000006Z' };
    await ok(client.put(own, current));
    expect((await ok(client.get(own))).series).toEqual(current.series);
    await ok(client.delete(own));
    expect(await listed(e2e.all('events.k8s.io/v1/events'))).toEqual([]);
    expect(await listed(path)).toEqual([]);
  },
);

conformance(
  'A',
  '[sig-instrumentation] Events API should delete a collection of events [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('events.k8s.io/v1/events');
    for (const name of ['1', '2', '3'])
      await ok(client.post(path, modern(e2e, `test-event-${name}`, 'set')), 201);
    const selected = `${path}?labelSelector=testevent-constant%3Dset`;
    expect((await ok(client.get(selected))).items).toHaveLength(3);
    await ok(client.delete(selected));
    await eventually('no events', async () => (await ok(client.get(selected))).items.length === 0);
  },
);

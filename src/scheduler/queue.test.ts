import { describe, expect, it } from 'vitest';
import { Action, type EventRegistration, WILDCARD } from './events.ts';
import { Heap } from './heap.ts';
import { SchedulingQueue } from './queue.ts';
import { podInfo } from './testing.ts';

const REJECTED = new Set(['Fit']);
const nodeAdded = { resource: 'Node', actions: Action.Add };

/** A queue whose plug-in Fit waits for nodes; Pick only for one that says `for: <pod>`. */
function queue(options: { popFromBackoff?: boolean; gated?: Set<string> } = {}): SchedulingQueue {
  return new SchedulingQueue({
    popFromBackoff: options.popFromBackoff ?? false,
    preEnqueue: (pod) =>
      options.gated?.has(pod.name)
        ? { code: 'Unschedulable', plugin: 'Gate', reasons: ['gated'] }
        : undefined,
    registrations: new Map<string, EventRegistration[]>([
      ['Fit', [nodeAdded]],
      ['Pick', [{ ...nodeAdded, hint: (pod, { next }) => next?.for === pod.name }]],
    ]),
  });
}

/** Pops a pod and gives it back as rejected. */
function reject(q: SchedulingQueue, now: number, plugins: ReadonlySet<string> = REJECTED): string {
  const queued = q.pop(now)!;
  queued.unschedulablePlugins = plugins;
  q.addUnschedulable(queued, now);
  return queued.info.name;
}

describe('Heap', () => {
  it('pops in order, whatever is replaced or removed', () => {
    const heap = new Heap<{ key: string; rank: number }>(
      (a, b) => a.rank < b.rank,
      ({ key }) => key,
    );
    for (const rank of [5, 3, 8, 1, 9, 2, 7]) heap.push({ key: `k${rank}`, rank });
    heap.push({ key: 'k9', rank: 0 });
    expect(heap.delete('k3')?.rank).toBe(3);
    expect(heap.delete('k3')).toBeUndefined();
    const order: string[] = [];
    for (let item = heap.pop(); item; item = heap.pop()) order.push(item.key);
    expect(order).toEqual(['k9', 'k1', 'k2', 'k5', 'k7', 'k8']);
  });
});

describe('gates', () => {
  it('are tried again when something happens that their plug-in waits for', () => {
    const gated = new Set(['a', 'b']);
    const q = new SchedulingQueue({
      preEnqueue: ({ name }) =>
        gated.has(name) ? { code: 'Unschedulable', plugin: 'Pick', reasons: ['no'] } : undefined,
      registrations: new Map<string, EventRegistration[]>([
        ['Pick', [{ ...nodeAdded, hint: (pod, { next }) => next?.for === pod.name }]],
      ]),
    });
    for (const name of ['a', 'b']) q.add(podInfo(name), 1);
    gated.clear();
    q.move({ resource: 'Pod', actions: Action.Add }, { next: { for: 'a' } }, 2);
    expect(q.counts).toMatchObject({ active: 0, gated: 2 });
    q.move(nodeAdded, { next: { for: 'a' } }, 2);
    expect(q.counts).toMatchObject({ active: 1, gated: 1 });
    expect(q.pop(2)?.info.name).toBe('a');
  });
});

describe('active', () => {
  it('goes by priority, then by age, then by arrival', () => {
    const q = queue();
    q.add(podInfo('late'), 2);
    q.add(podInfo('first'), 1);
    q.add(podInfo('second'), 1);
    q.add(podInfo('urgent', { priority: 10 }), 3);
    expect([q.pop(3), q.pop(3), q.pop(3), q.pop(3), q.pop(3)].map((queued) => queued?.info.name)).toEqual([
      'urgent',
      'first',
      'second',
      'late',
      undefined,
    ]);
  });

  it('reorders a pod whose priority changed and forgets a deleted one', () => {
    const q = queue();
    q.add(podInfo('a'), 1);
    q.add(podInfo('b'), 2);
    q.add(podInfo('c'), 3);
    q.update(podInfo('c', { priority: 5 }), { resource: 'TargetPod', actions: Action.Update }, {}, 3);
    q.delete('default/a');
    expect([q.pop(3), q.pop(3), q.pop(3)].map((queued) => queued?.info.name)).toEqual(['c', 'b', undefined]);
  });
});

describe('back-off', () => {
  it('doubles from 1 s to 10 s', () => {
    const q = queue();
    q.add(podInfo('a'), 0);
    let now = 0;
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      reject(q, now);
      q.move(nodeAdded, {}, now);
      const next = q.nextWakeup(now)!;
      waits.push(next - now);
      expect(q.pop(next - 1)).toBeUndefined();
      now = next;
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('holds an errored pod back by its own count, even when idle', () => {
    const q = queue({ popFromBackoff: true });
    q.add(podInfo('a'), 0);
    q.addUnschedulable(q.pop(0)!, 0);
    expect(q.counts.backoff).toBe(1);
    expect(q.pop(999)).toBeUndefined();
    expect(q.pop(1000)?.errorCount).toBe(1);
  });

  it('is cut short when there is nothing else to do', () => {
    const q = queue({ popFromBackoff: true });
    q.add(podInfo('a'), 0);
    reject(q, 0);
    q.move(nodeAdded, {}, 0);
    expect(q.nextWakeup(0)).toBe(0);
    expect(q.pop(0)?.info.name).toBe('a');
  });

  it('is over for a pod that waited longer than that', () => {
    const q = queue();
    q.add(podInfo('a'), 0);
    reject(q, 0);
    q.move(nodeAdded, {}, 5000);
    expect(q.counts).toEqual({ active: 1, backoff: 0, unschedulable: 0, gated: 0 });
  });
});

describe('unschedulable', () => {
  it('is moved only by events that its plug-ins wait for', () => {
    const q = queue();
    q.add(podInfo('a'), 0);
    reject(q, 0);
    q.move({ resource: 'Node', actions: Action.UpdateNodeLabel }, {}, 2000);
    q.move({ resource: 'AssignedPod', actions: Action.Add }, {}, 2000);
    expect(q.counts.unschedulable).toBe(1);
    q.move(nodeAdded, {}, 2000);
    expect(q.counts.active).toBe(1);
  });

  it('asks the hint', () => {
    const q = queue();
    for (const name of ['a', 'b']) q.add(podInfo(name), 0);
    const pick = new Set(['Pick']);
    reject(q, 0, pick);
    reject(q, 0, pick);
    q.move(nodeAdded, { next: { for: 'b' } }, 2000);
    expect(q.pop(2000)?.info.name).toBe('b');
    expect(q.pop(2000)).toBeUndefined();
  });

  it('is moved by anything when the plug-in names no events, and by the wildcard', () => {
    const q = queue();
    q.add(podInfo('a'), 0);
    reject(q, 0, new Set(['Silent']));
    q.move({ resource: 'Service', actions: Action.Add }, {}, 2000);
    reject(q, 2000);
    q.move(WILDCARD, {}, 9000);
    expect(q.pop(9000)?.info.name).toBe('a');
  });

  it('skips the back-off when the plug-in was pending', () => {
    const q = queue();
    q.add(podInfo('a'), 0);
    const queued = q.pop(0)!;
    queued.pendingPlugins = REJECTED;
    q.addUnschedulable(queued, 0);
    q.move(nodeAdded, {}, 0);
    expect(q.pop(0)?.info.name).toBe('a');
  });

  it('is flushed after five minutes', () => {
    const q = queue();
    q.add(podInfo('a'), 0);
    reject(q, 0);
    expect(q.nextWakeup(0)).toBe(300_000);
    expect(q.pop(299_999)).toBeUndefined();
    expect(q.pop(300_000)?.info.name).toBe('a');
    expect(q.nextWakeup(300_000)).toBeUndefined();
  });

  it('limits who is asked', () => {
    const q = queue();
    for (const name of ['a', 'b']) q.add(podInfo(name), 0);
    reject(q, 0);
    reject(q, 0);
    q.move(nodeAdded, {}, 2000, (pod) => pod.name === 'b');
    expect(q.pop(2000)?.info.name).toBe('b');
    expect(q.counts.unschedulable).toBe(1);
  });
});

describe('gated', () => {
  it('stays out, whatever happens, until an update lets it in', () => {
    const gated = new Set(['a']);
    const q = queue({ gated });
    expect(q.add(podInfo('a'), 0).gate?.reasons).toEqual(['gated']);
    q.move(WILDCARD, {}, 0);
    expect(q.pop(400_000)).toBeUndefined();
    gated.clear();
    q.update(podInfo('a'), { resource: 'TargetPod', actions: 0 }, {}, 400_000);
    expect(q.pop(400_000)?.info.name).toBe('a');
  });
});

import { describe, expect, it } from 'vitest';
import { seeded } from '../apimachinery/random.ts';
import type { BindDecision, Decision, FailureDecision } from './decisions.ts';
import { Scheduler } from './scheduler.ts';
import { makeNode, makePod } from './testing.ts';

const NOW = 1_700_000_000_000;
const POST = 'no new claims to deallocate, preemption:';

function fresh(nodes = 1): Scheduler {
  const scheduler = new Scheduler({ random: seeded(1) });
  for (let i = 0; i < nodes; i++) scheduler.onNode('ADDED', makeNode(`n${i}`), NOW);
  return scheduler;
}

function bound(decisions: Decision[]): string[] {
  return decisions
    .filter((decision): decision is BindDecision => decision.type === 'bind')
    .map((decision) => `${decision.pod.metadata?.name}->${decision.nodeName}`);
}

function failures(decisions: Decision[]): (string | undefined)[] {
  return decisions
    .filter((decision): decision is FailureDecision => decision.type === 'failure')
    .map((decision) => decision.condition?.message);
}

describe('binding', () => {
  it('binds a pod and says so', () => {
    const scheduler = fresh();
    scheduler.onPod('ADDED', makePod('a'), NOW);
    const decisions = scheduler.run(NOW);
    expect(bound(decisions)).toEqual(['a->n0']);
    expect((decisions[0] as BindDecision).event.note).toBe('Successfully assigned default/a to n0');
    expect(scheduler.counts.binding).toBe(1);
  });

  it('leaves other schedulers’ pods and bound pods alone', () => {
    const scheduler = fresh();
    scheduler.onPod('ADDED', makePod('other', { spec: { schedulerName: 'mine' } }), NOW);
    scheduler.onPod('ADDED', makePod('there', { node: 'n0' }), NOW);
    expect(scheduler.run(NOW)).toEqual([]);
  });

  it('spreads over nodes and keeps to the budget', () => {
    const scheduler = fresh(3);
    for (let i = 0; i < 3; i++) scheduler.onPod('ADDED', makePod(`p${i}`, { requests: { cpu: '1' } }), NOW);
    const first = bound(scheduler.run(NOW, { maxPods: 2 }));
    expect(first).toHaveLength(2);
    const all = [...first, ...bound(scheduler.run(NOW))];
    expect(new Set(all.map((line) => line.split('->')[1])).size).toBe(3);
  });

  it('gives the place back when the binding fails, and tries again after the back-off', () => {
    const scheduler = fresh();
    scheduler.onPod('ADDED', makePod('a', { requests: { cpu: '3' } }), NOW);
    scheduler.run(NOW);
    scheduler.bindingFailed('uid-default-a', 'conflict', NOW);
    const decisions = scheduler.run(NOW);
    expect(failures(decisions)).toEqual(['running Bind plugin "DefaultBinder": conflict']);
    expect((decisions[0] as FailureDecision).condition?.reason).toBe('SchedulerError');
    expect(scheduler.nextWakeup(NOW)).toBe(NOW + 1000);
    expect(bound(scheduler.run(NOW + 1000))).toEqual(['a->n0']);
  });

  it('tries again when a bound pod is never seen', () => {
    const scheduler = fresh();
    scheduler.onPod('ADDED', makePod('a'), NOW);
    scheduler.run(NOW);
    scheduler.bindingDone('uid-default-a', NOW);
    const expiry = scheduler.nextWakeup(NOW)!;
    expect(scheduler.run(expiry - 1)).toEqual([]);
    expect(bound(scheduler.run(expiry))).toEqual(['a->n0']);
  });

  it('counts an assumed pod until its deletion frees the place', () => {
    const scheduler = fresh();
    scheduler.onPod('ADDED', makePod('a', { requests: { cpu: '3' } }), NOW);
    scheduler.onPod('ADDED', makePod('b', { requests: { cpu: '3' } }), NOW);
    const decisions = scheduler.run(NOW);
    expect(bound(decisions)).toEqual(['a->n0']);
    scheduler.onPod('MODIFIED', makePod('a', { requests: { cpu: '3' }, node: 'n0' }), NOW);
    expect(scheduler.run(NOW)).toEqual([]);
    scheduler.onPod('DELETED', makePod('a', { requests: { cpu: '3' }, node: 'n0' }), NOW);
    expect(bound(scheduler.run(NOW))).toEqual(['b->n0']);
  });
});

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

  describe('of a pod whose claim waits for it', () => {
    const claim = (annotations: Record<string, string> = {}, volumeName?: string) => ({
      metadata: { name: 'data', namespace: 'default', uid: 'c', annotations },
      spec: { storageClassName: 'late', ...(volumeName ? { volumeName } : {}) },
    });
    const selected = { 'volume.kubernetes.io/selected-node': 'n0' };
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
    const start = (): Scheduler => {
      const scheduler = fresh();
      const volumeBindingMode = 'WaitForFirstConsumer';
      const late = { metadata: { name: 'late' }, provisioner: 'disks', volumeBindingMode };
      scheduler.onObject('StorageClass', 'ADDED', late, NOW);
      scheduler.onObject('PersistentVolumeClaim', 'ADDED', claim(), NOW);
      scheduler.onPod('ADDED', makePod('a', { spec: { volumes } }), NOW);
      const [decision] = scheduler.run(NOW) as [BindDecision];
      expect(decision).toMatchObject({ nodeName: 'n0', waits: true, preBind: [{ name: 'data' }] });
      scheduler.bindingWaits('uid-default-a', NOW);
      scheduler.onObject('PersistentVolumeClaim', 'MODIFIED', claim(selected), NOW);
      expect(scheduler.run(NOW)).toEqual([]);
      return scheduler;
    };

    it('waits until the claim is bound', () => {
      const scheduler = start();
      const bindCompleted = { ...selected, 'pv.kubernetes.io/bind-completed': 'yes' };
      scheduler.onObject('PersistentVolumeClaim', 'MODIFIED', claim(bindCompleted, 'made'), NOW);
      expect(scheduler.nextWakeup(NOW)).toBe(NOW);
      expect(scheduler.run(NOW)).toMatchObject([{ type: 'bind', nodeName: 'n0', waits: false, preBind: [] }]);
      expect(scheduler.nextWakeup(NOW)).toBeUndefined();
    });

    it('begins anew when no volume could be made there', () => {
      const scheduler = start();
      scheduler.onObject('PersistentVolumeClaim', 'MODIFIED', claim(), NOW);
      const message =
        'running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"';
      expect(failures(scheduler.run(NOW))).toEqual([message]);
      expect(bound(scheduler.run(NOW + 1000))).toEqual(['a->n0']);
    });

    it('does not wait for ever', () => {
      const scheduler = start();
      expect(scheduler.nextWakeup(NOW)).toBe(NOW + 600_000);
      const message = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded';
      expect(failures(scheduler.run(NOW + 600_000))).toEqual([message]);
    });
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

describe('what a pod that fits nowhere is told', () => {
  const big = { requests: { cpu: '3' } };
  it('counts the reasons, sorted', () => {
    const scheduler = fresh(1);
    const taints = [{ key: 'k', value: 'v', effect: 'NoSchedule' }];
    for (const name of ['t1', 't2']) scheduler.onNode('ADDED', makeNode(name, { taints }), NOW);
    scheduler.onPod('ADDED', makePod('there', { node: 'n0', ...big }), NOW);
    scheduler.onPod('ADDED', makePod('a', big), NOW);
    const [decision] = scheduler.run(NOW) as [FailureDecision];
    expect(decision.condition).toEqual({
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint(s). ${POST} 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.`,
      lastTransitionTime: '2023-11-14T22:13:20Z',
      observedGeneration: 1,
    });
    expect(decision.event?.note).toBe(decision.condition?.message);
    expect(decision.nominatedNodeName).toBeUndefined();
  });

  it('says so when there are no nodes, and waits for one', () => {
    const scheduler = fresh(0);
    scheduler.onPod('ADDED', makePod('a'), NOW);
    expect(failures(scheduler.run(NOW))).toEqual(['no nodes available to schedule pods']);
    scheduler.onNode('ADDED', makeNode('n'), NOW);
    expect(bound(scheduler.run(NOW))).toEqual(['a->n']);
  });

  it('names the plug-in that left nodes out', () => {
    const scheduler = fresh(2);
    const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['gone'] }] }];
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
    scheduler.onPod('ADDED', makePod('a', { spec: { affinity: { nodeAffinity } } }), NOW);
    expect(failures(scheduler.run(NOW))).toEqual([
      `0/2 nodes are available: 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${POST} 0/2 nodes are available: 2 Preemption is not helpful for scheduling.`,
    ]);
  });

  it('writes no condition that is there already', () => {
    const scheduler = fresh(1);
    const pod = makePod('a', { requests: { cpu: '9' } });
    scheduler.onPod('ADDED', pod, NOW);
    const [first] = scheduler.run(NOW) as [FailureDecision];
    scheduler.onPod('MODIFIED', { ...pod, status: { conditions: [first.condition!] } }, NOW);
    scheduler.onNode('ADDED', makeNode('n9', { allocatable: { cpu: '16', pods: '0' } }), NOW);
    scheduler.onNode('DELETED', makeNode('n9'), NOW);
    const [second] = scheduler.run(NOW + 300_000) as [FailureDecision];
    expect(second.condition).toBeUndefined();
    expect(second.event?.reason).toBe('FailedScheduling');
  });

  it('tells gated pods by their condition only', () => {
    const scheduler = fresh(1);
    const gated = makePod('a', { spec: { schedulingGates: [{ name: 'x' }] } });
    scheduler.onPod('ADDED', gated, NOW);
    const [decision] = scheduler.run(NOW) as [FailureDecision];
    expect([decision.condition?.reason, decision.event]).toEqual(['SchedulingGated', undefined]);
    scheduler.onPod('MODIFIED', { ...makePod('a'), metadata: { ...gated.metadata, generation: 2 } }, NOW);
    expect(bound(scheduler.run(NOW))).toEqual(['a->n0']);
  });

  it('skips pods that are being deleted', () => {
    const scheduler = fresh(1);
    scheduler.onPod('ADDED', makePod('a', { deletionTimestamp: '2023-11-14T22:13:20Z' }), NOW);
    const [decision] = scheduler.run(NOW) as [FailureDecision];
    expect(decision.event?.note).toBe('skip schedule deleting pod: default/a');
    expect(scheduler.nextWakeup(NOW)).toBeUndefined();
  });
});

describe('preemption', () => {
  const half = { requests: { cpu: '2' } };
  const victims = (decisions: Decision[]) =>
    decisions
      .filter((decision) => decision.type === 'preempt')
      .map((decision) => decision.pod.metadata?.name);

  function full(): Scheduler {
    const scheduler = fresh(1);
    scheduler.onPod('ADDED', makePod('low', { ...half, priority: 1, node: 'n0' }), NOW);
    scheduler.onPod('ADDED', makePod('lower', { ...half, priority: 0, node: 'n0' }), NOW);
    return scheduler;
  }

  it('evicts the least important, keeps the place, and binds when they are gone', () => {
    const scheduler = full();
    scheduler.onPod('ADDED', makePod('high', { ...half, priority: 10 }), NOW);
    const decisions = scheduler.run(NOW);
    expect(victims(decisions)).toEqual(['lower']);
    const [failure, preempt] = decisions;
    expect(failure).toMatchObject({
      nominatedNodeName: 'n0',
      condition: { message: '0/1 nodes are available: 1 Insufficient cpu.' },
    });
    expect(preempt).toMatchObject({
      condition: {
        type: 'DisruptionTarget',
        reason: 'PreemptionByScheduler',
        message: 'default-scheduler: preempting to accommodate a higher priority pod',
      },
      event: { note: 'Preempted by pod uid-default-high on node n0' },
    });
    scheduler.onPod(
      'ADDED',
      makePod('thief', { ...half, priority: 5, spec: { preemptionPolicy: 'Never' } }),
      NOW,
    );
    scheduler.onPod('DELETED', makePod('lower', { ...half, node: 'n0' }), NOW);
    const next = scheduler.run(NOW);
    expect(bound(next)).toEqual(['high->n0']);
    expect(failures(next)).toEqual([
      `0/1 nodes are available: 1 Insufficient cpu. ${POST} not eligible due to preemptionPolicy=Never.`,
    ]);
  });

  it('waits for its victims instead of evicting more', () => {
    const scheduler = full();
    scheduler.onPod('ADDED', makePod('high', { ...half, priority: 10 }), NOW);
    scheduler.run(NOW);
    scheduler.onNode('ADDED', makeNode('small', { allocatable: { cpu: '2', pods: '0' } }), NOW);
    const decisions = scheduler.run(NOW + 300_000);
    expect(victims(decisions)).toEqual([]);
    expect(failures(decisions)[0]).toContain('not eligible due to a terminating pod on the nominated node.');
  });

  it('tries again at once when an eviction fails', () => {
    const scheduler = full();
    scheduler.onPod('ADDED', makePod('high', { ...half, priority: 10 }), NOW);
    scheduler.run(NOW);
    scheduler.preemptionFailed('uid-default-lower');
    expect(victims(scheduler.run(NOW))).toEqual(['lower']);
  });

  it('gives the place to others when the pod it was kept for goes', () => {
    const scheduler = full();
    const high = makePod('high', { ...half, priority: 10 });
    scheduler.onPod('ADDED', high, NOW);
    scheduler.run(NOW);
    scheduler.onPod('DELETED', makePod('lower', { ...half, node: 'n0' }), NOW);
    scheduler.onPod(
      'ADDED',
      makePod('equal', { ...half, priority: 10, spec: { preemptionPolicy: 'Never' } }),
      NOW + 1,
    );
    scheduler.onPod('DELETED', high, NOW + 1);
    expect(bound(scheduler.run(NOW + 1))).toEqual(['equal->n0']);
  });

  it('spares what a disruption budget protects', () => {
    const scheduler = fresh(2);
    const labels = { app: 'guarded' };
    scheduler.onPod('ADDED', makePod('guarded', { requests: { cpu: '4' }, labels, node: 'n0' }), NOW);
    scheduler.onPod('ADDED', makePod('free', { requests: { cpu: '4' }, priority: 5, node: 'n1' }), NOW);
    const budget = {
      metadata: { name: 'b', namespace: 'default' },
      spec: { selector: { matchLabels: labels } },
      status: { disruptionsAllowed: 0 },
    };
    scheduler.onObject('PodDisruptionBudget', 'ADDED', budget, NOW);
    scheduler.onPod('ADDED', makePod('high', { ...half, priority: 10 }), NOW);
    expect(victims(scheduler.run(NOW))).toEqual(['free']);
  });
});

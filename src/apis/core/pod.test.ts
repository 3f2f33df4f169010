import { describe, expect, it } from 'vitest';
import { seeded } from '../../apimachinery/random.ts';
import type { Pod, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { podTemplates } from './pod-template.ts';
import { pods } from './pod.ts';

const ctx: StrategyContext = {
  now: Date.parse('2026-01-02T03:04:05Z'),
  random: seeded(1),
  user: { username: 'u', groups: [] },
  namespace: 'ns',
};
const { strategy } = pods;

function created(spec: Partial<PodSpec> = {}, metadata: Pod['metadata'] = {}): Pod {
  const pod: Pod = {
    metadata: { name: 'p', ...metadata },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
    status: { phase: 'Running' },
  };
  strategy.default!(pod, ctx);
  strategy.prepareForCreate!(pod, ctx);
  return pod;
}

describe('pods', () => {
  it('start pending, with their class', () => {
    expect(created().status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    const resources = { limits: { cpu: '1', memory: '1Gi' } };
    expect(created({ containers: [{ name: 'c', resources }] }).status!.qosClass).toBe('Guaranteed');
  });

  it('say that they are gated', () => {
    expect(created({ schedulingGates: [{ name: 'a' }] }).status!.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'False',
        lastTransitionTime: '2026-01-02T03:04:05Z',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]);
  });

  it('merge label keys into their selectors once', () => {
    const term = { topologyKey: 'z', matchLabelKeys: ['app', 'none'], mismatchLabelKeys: ['tenant'] };
    const pod = created(
      {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, labelSelector: {} }, { ...term }],
          },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 1, podAffinityTerm: { ...term, labelSelector: {} } },
            ],
          },
        },
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'z',
            whenUnsatisfiable: 'ScheduleAnyway',
            matchLabelKeys: ['app'],
            labelSelector: { matchLabels: { a: 'b' } },
          },
        ],
      },
      { labels: { app: 'web', tenant: 't' } },
    );
    const merged = [
      { key: 'app', operator: 'In', values: ['web'] },
      { key: 'tenant', operator: 'NotIn', values: ['t'] },
    ];
    const required = pod.spec!.affinity!.podAffinity!.requiredDuringSchedulingIgnoredDuringExecution!;
    expect(required[0]!.labelSelector!.matchExpressions).toEqual(merged);
    expect(required[1]!.labelSelector).toBeUndefined();
    const preferred = pod.spec!.affinity!.podAntiAffinity!.preferredDuringSchedulingIgnoredDuringExecution!;
    expect(preferred[0]!.podAffinityTerm.labelSelector!.matchExpressions).toEqual(merged);
    expect(pod.spec!.topologySpreadConstraints![0]!.labelSelector).toEqual({
      matchLabels: { a: 'b' },
      matchExpressions: [merged[0]],
    });
    // What was merged is no second naming of the key; keys without a selector are refused.
    const unselected = 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[1]';
    expect(strategy.validate!(pod, ctx).map(({ field }) => field)).toEqual([
      `${unselected}.matchLabelKeys`,
      `${unselected}.mismatchLabelKeys`,
    ]);
  });

  it('turn AppArmor annotations into fields, and warn', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/x' };
    const pod = created({}, { annotations });
    expect(pod.spec!.containers![0]!.securityContext).toEqual({
      appArmorProfile: { type: 'Localhost', localhostProfile: 'x' },
    });
    expect(strategy.warningsOnPrepare!(pod, ctx)).toEqual([
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ]);
  });

  it('warn of names that are no host names', () => {
    expect(strategy.warningsOnCreate!(created({}, { name: 'a.b' }), ctx)).toEqual([
      "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    ]);
  });

  it('keep their status in an update, and repeat the service account in what is stored', () => {
    const old = created();
    const pod: Pod = { ...created({ serviceAccountName: 'a' }), status: { phase: 'Failed' } };
    delete pod.spec!.serviceAccount;
    strategy.prepareForUpdate!(pod, old, ctx);
    strategy.canonicalize!(pod);
    expect(pod.status).toEqual(old.status);
    expect(pod.spec).toMatchObject({ serviceAccount: 'a', serviceAccountName: 'a' });
  });

  it('keep what a status update may not touch', () => {
    expect(strategy.status!.keptMetadata).toEqual(['deletionTimestamp', 'ownerReferences']);
    const old: Pod = {
      metadata: { name: 'p' },
      status: {
        qosClass: 'Burstable',
        observedGeneration: 3,
        conditions: [
          { type: 'Ready', status: 'False', observedGeneration: 2 },
          { type: 'Other', status: 'True', observedGeneration: 1 },
        ],
      },
    };
    const pod: Pod = {
      metadata: { name: 'p' },
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'Other', status: 'True', observedGeneration: 5 },
        ],
      },
    };
    strategy.status!.prepareForUpdate!(pod, old, ctx);
    expect(pod).toEqual({
      metadata: { name: 'p' },
      status: {
        phase: 'Running',
        qosClass: 'Burstable',
        observedGeneration: 3,
        conditions: [
          { type: 'Ready', status: 'True', observedGeneration: 2 },
          { type: 'Other', status: 'True', observedGeneration: 5 },
        ],
      },
    });
  });

  it.each<[string, Partial<PodSpec>, string, number | undefined, number]>([
    ['unscheduled', {}, 'Pending', 60, 0],
    ['finished', { nodeName: 'n' }, 'Succeeded', undefined, 0],
    ['its own', { nodeName: 'n', terminationGracePeriodSeconds: 5 }, 'Running', undefined, 5],
    ['the asked', { nodeName: 'n' }, 'Running', 7, 7],
    ['at once', { nodeName: 'n' }, 'Running', 0, 0],
    ['negative', { nodeName: 'n', terminationGracePeriodSeconds: -3 }, 'Running', undefined, 1],
  ])('take a grace period: %s', (_name, spec, phase, requested, expected) => {
    expect(strategy.gracePeriod!({ ...created(spec), status: { phase } }, requested)).toBe(expected);
  });

  it('are selected by fields', () => {
    const fields = pods.selectableFields!;
    const pod = created({ nodeName: 'n', hostNetwork: true, serviceAccountName: 'a' });
    const values = Object.fromEntries(Object.entries(fields).map(([name, get]) => [name, get(pod)]));
    expect(values).toEqual({
      'spec.host': 'n',
      'spec.hostNetwork': 'true',
      'spec.nodeName': 'n',
      'spec.restartPolicy': 'Always',
      'spec.schedulerName': 'default-scheduler',
      'spec.serviceAccountName': 'a',
      'status.nominatedNodeName': '',
      'status.phase': 'Pending',
      'status.podIP': '',
      'status.podIPs': '',
    });
    for (const get of Object.values(fields)) expect(typeof get({})).toBe('string');
  });
});

describe('podTemplates', () => {
  it('are filled in, checked and shown', () => {
    const object = {
      metadata: { name: 't' },
      template: {
        metadata: { labels: { b: '2', a: '1' } },
        spec: { containers: ['x', 'y'].map((name) => ({ name, image: `${name}:1` })) },
      },
    };
    podTemplates.strategy.default!(object, ctx);
    expect(podTemplates.strategy.validate!(object, ctx)).toEqual([]);
    expect(podTemplates.printer!.cells(object, ctx.now)).toEqual(['t', 'x,y', 'x:1,y:1', 'a=1,b=2']);
    expect(podTemplates.printer!.cells({}, ctx.now)).toEqual(['', '', '', '<none>']);
  });
});

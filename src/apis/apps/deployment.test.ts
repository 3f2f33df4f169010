import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../apimachinery/types/apps.v1.gen.ts';
import { context, messages, podTemplate } from './testing.ts';
import { deployments } from './deployment.ts';

const { strategy, printer, scale } = deployments;

/** A defaulted, valid Deployment with the changes of `change`. */
function deployment(change: (object: any) => void = () => {}): Deployment {
  const object: Deployment = {
    metadata: { name: 'web', namespace: 'shop', generation: 1, creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
  strategy.default!(object, context());
  change(object);
  return object;
}

describe('defaults', () => {
  it('fills in replicas, strategy, limits and the pod template', () => {
    expect(deployment().spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: { spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30 } },
    });
  });
  it('keeps what is there and drops zeros that upstream does not store', () => {
    const object = {
      spec: { replicas: 0, paused: false, minReadySeconds: 0, strategy: { type: 'Recreate' } },
    } as Deployment;
    strategy.default!(object, context());
    expect(object.spec).toMatchObject({ replicas: 0, strategy: { type: 'Recreate' } });
    expect(object.spec).not.toHaveProperty('paused');
    expect(object.spec).not.toHaveProperty('minReadySeconds');
    expect(object.spec!.strategy).not.toHaveProperty('rollingUpdate');
  });
  it('is idempotent', () => {
    const once = deployment();
    const twice = structuredClone(once);
    strategy.default!(twice, context());
    expect(twice).toEqual(once);
  });
});

describe('validation', () => {
  const selects =
    'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`';
  it.each<[string, (object: any) => void, string[]]>([
    ['valid', () => {}, []],
    [
      'replicas',
      ({ spec }) => (spec.replicas = -1),
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    ['no selector', ({ spec }) => delete spec.selector, ['spec.selector: Required value', selects]],
    [
      'empty selector',
      ({ spec }) => (spec.selector = {}),
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    ['other labels', ({ spec }) => (spec.selector.matchLabels.app = 'db'), [selects]],
    [
      'bad operator',
      ({ spec }) => (spec.selector = { matchExpressions: [{ key: 'app', operator: 'Is' }] }),
      [
        'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Is"}]}: invalid label selector',
      ],
    ],
    [
      'restart policy',
      ({ spec }) => (spec.template.spec.restartPolicy = 'Never'),
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'deadline of pods',
      ({ spec }) => (spec.template.spec.activeDeadlineSeconds = 5),
      [
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      ],
    ],
    [
      'strategy',
      ({ spec }) => (spec.strategy = { type: 'Blue' }),
      [
        'spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
      ],
    ],
    [
      'recreate with parameters',
      ({ spec }) => (spec.strategy.type = 'Recreate'),
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'nothing to roll',
      ({ spec }) => (spec.strategy.rollingUpdate = { maxSurge: '0%', maxUnavailable: 0 }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'too much unavailable',
      ({ spec }) => (spec.strategy.rollingUpdate.maxUnavailable = '110%'),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "110%": must not be greater than 100%'],
    ],
    [
      'no percentage',
      ({ spec }) => (spec.strategy.rollingUpdate.maxSurge = 'many'),
      [
        'spec.strategy.rollingUpdate.maxSurge: Invalid value: "many": a valid percent string must be a numeric string followed by an ending \'%\' ' +
          "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    ],
    [
      'progress deadline',
      ({ spec }) => (spec.minReadySeconds = 600),
      ['spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
    ],
  ])('%s', (_, change, expected) => {
    expect(messages(strategy.validate!(deployment(change), context()))).toEqual(expected);
  });

  it('demands a whole object of an empty one', () => {
    const object: Deployment = { metadata: { name: 'web' } };
    strategy.default!(object, context());
    expect(messages(strategy.validate!(object, context()))).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
  });
});

describe('update', () => {
  it('does not let the selector change', () => {
    const changed = deployment(({ spec }) => {
      spec.selector.matchLabels = { app: 'db' };
      spec.template.metadata.labels = { app: 'db' };
    });
    expect(messages(strategy.validateUpdate!(changed, deployment(), context()))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable',
    ]);
  });
  it('restores status, and counts a change of annotations as a new generation', () => {
    const old = deployment((object) => (object.status = { replicas: 3 }));
    const changed = deployment((object) => {
      object.status = { replicas: 9 };
      object.metadata.annotations = { note: 'x' };
    });
    strategy.prepareForUpdate!(changed, old, context());
    expect(changed.status).toEqual({ replicas: 3 });
    expect(changed.metadata!.generation).toBe(2);
  });
  it('through status leaves spec and labels', () => {
    expect(strategy.status!.keptMetadata).toEqual(['labels']);
    const old = deployment(() => {});
    const changed = deployment((object) => {
      object.spec.replicas = 7;
      object.status = { replicas: 1 };
    });
    strategy.status!.prepareForUpdate!(changed, old, context());
    expect(changed).toMatchObject({
      spec: { replicas: 1 },
      status: { replicas: 1 },
    });
  });
  it('checks the counts of status', () => {
    const old = deployment((object) => (object.status = { collisionCount: 2 }));
    const changed = deployment((object) => {
      object.status = {
        replicas: 1,
        readyReplicas: 2,
        availableReplicas: 3,
        updatedReplicas: -1,
        collisionCount: 1,
      };
    });
    expect(messages(strategy.status!.validateUpdate!(changed, old, context()))).toEqual([
      'status.updatedReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
      'status.collisionCount: Invalid value: 1: cannot be decremented',
    ]);
  });
});

it('warns of names that are no DNS labels', () => {
  const object = deployment(({ metadata }) => (metadata.name = 'web.v1'));
  expect(strategy.warningsOnCreate!(object, context())).toEqual([
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
      'a DNS label is recommended: [must not contain dots]',
  ]);
  expect(strategy.warningsOnCreate!(deployment(), context())).toEqual([]);
});

it('prints a row, also of an empty object', () => {
  const now = Date.parse('2024-01-01T00:05:00Z');
  const object = deployment((it) => (it.status = { replicas: 1, readyReplicas: 1, updatedReplicas: 1 }));
  expect(printer!.cells(object, now)).toEqual(['web', '1/1', 1, 0, '5m', 'web', 'nginx', 'app=web']);
  expect(printer!.cells({}, now)).toEqual(['', '0/0', 0, 0, '<unknown>', '', '', '']);
  expect(printer!.columns).toHaveLength(8);
});

it('scales', () => {
  const object = deployment();
  scale!.setReplicas(object, 4);
  expect(scale!.getReplicas(object)).toBe(4);
  expect(scale!.statusReplicas(object)).toBe(0);
  expect(scale!.selector(object)).toBe('app=web');
});

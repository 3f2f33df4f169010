import { describe, expect, it } from 'vitest';
import type { DaemonSet } from '../../apimachinery/types/apps.v1.gen.ts';
import { daemonSets } from './daemon-set.ts';
import { context, messages, podTemplate } from './testing.ts';

const { strategy, printer } = daemonSets;
const GENERATION = 'deprecated.daemonset.template.generation';

function daemonSet(change: (object: any) => void = () => {}): DaemonSet {
  const object: DaemonSet = {
    metadata: { name: 'agent', creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
  strategy.default!(object, context());
  change(object);
  return object;
}

it('counts its template from the first, so that who made it owns the count', () => {
  expect(daemonSet().metadata!.annotations).toEqual({ [GENERATION]: '0' });
});

it('defaults to replacing one pod at a time', () => {
  expect(daemonSet().spec).toMatchObject({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  });
  const object = daemonSet();
  object.spec!.updateStrategy = { type: 'OnDelete' };
  strategy.default!(object, context());
  expect(object.spec!.updateStrategy).toEqual({ type: 'OnDelete' });
});

const rolling = (rollingUpdate: object) => (object: any) => {
  object.spec.updateStrategy.rollingUpdate = rollingUpdate;
};
const ROLLING = 'spec.updateStrategy.rollingUpdate';

it.each<[string, (object: any) => void, string[]]>([
  ['valid', () => {}, []],
  ['surge alone', rolling({ maxUnavailable: 0, maxSurge: '10%' }), []],
  [
    'surge and unavailable',
    rolling({ maxUnavailable: 1, maxSurge: 1 }),
    [`${ROLLING}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`],
  ],
  [
    'neither',
    rolling({ maxUnavailable: 0, maxSurge: '0%' }),
    [`${ROLLING}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`],
  ],
  [
    'more than all',
    rolling({ maxUnavailable: '101%', maxSurge: 0 }),
    [`${ROLLING}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`],
  ],
  ['no parameters', rolling(undefined as never), [`${ROLLING}: Required value`]],
  [
    'unknown strategy',
    ({ spec }) => (spec.updateStrategy = { type: 'Never' }),
    [
      'spec.updateStrategy: Unsupported value: {"Type":"Never","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
    ],
  ],
  [
    'no selector',
    ({ spec }) => delete spec.selector,
    [
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'empty selector',
    ({ spec }) => (spec.selector = {}),
    ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset'],
  ],
  [
    'pods that end',
    ({ spec }) => Object.assign(spec.template.spec, { restartPolicy: 'Never', activeDeadlineSeconds: 1 }),
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
    ],
  ],
])('validates: %s', (_, change, expected) => {
  expect(messages(strategy.validate!(daemonSet(change), context()))).toEqual(expected);
});

describe('the generation of the template', () => {
  it('starts at 1', () => {
    const object = daemonSet();
    strategy.prepareForCreate!(object, context());
    expect(object.metadata!.annotations).toEqual({ [GENERATION]: '1' });
    expect(object.status).toEqual({
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    });
  });
  it('rises with the template only, whatever the client says', () => {
    const old = daemonSet(({ metadata }) => (metadata.annotations = { [GENERATION]: '3' }));
    const same = daemonSet(({ metadata, spec }) => {
      metadata.annotations = { [GENERATION]: '9', note: 'x' };
      spec.minReadySeconds = 5;
    });
    strategy.prepareForUpdate!(same, old, context());
    expect(same.metadata!.annotations).toEqual({ [GENERATION]: '3', note: 'x' });
    const changed = daemonSet(({ spec }) => (spec.template.spec.containers[0].image = 'nginx:2'));
    strategy.prepareForUpdate!(changed, old, context());
    expect(changed.metadata!.annotations).toEqual({ [GENERATION]: '4' });
  });
});

it('does not let the selector change, nor the collision count fall', () => {
  const changed = daemonSet(({ spec }) => (spec.selector.matchLabels = { app: 'web', tier: 'x' }));
  changed.spec!.template.metadata!.labels = { app: 'web', tier: 'x' };
  expect(messages(strategy.validateUpdate!(changed, daemonSet(), context()))).toEqual([
    'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
  ]);
  const old = daemonSet((object) => (object.status = { collisionCount: 1 }));
  const lower = daemonSet((object) => (object.status = { numberReady: -1 }));
  expect(messages(strategy.status!.validateUpdate!(lower, old, context()))).toEqual([
    'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
    'status.collisionCount: Invalid value: 0: cannot be decremented',
  ]);
});

it('prints a row, also of an empty object', () => {
  const now = Date.parse('2024-01-03T01:00:00Z');
  const object = daemonSet(({ spec }) => (spec.template.spec.nodeSelector = { disk: 'ssd', arch: 'arm' }));
  object.status = {
    currentNumberScheduled: 2,
    desiredNumberScheduled: 3,
    numberMisscheduled: 0,
    numberReady: 1,
    updatedNumberScheduled: 2,
  };
  expect(printer!.cells(object, now)).toEqual([
    'agent',
    3,
    2,
    1,
    2,
    0,
    'arch=arm,disk=ssd',
    '2d1h',
    'web',
    'nginx',
    'app=web',
  ]);
  expect(printer!.cells({}, now)).toEqual(['', 0, 0, 0, 0, 0, '<none>', '<unknown>', '', '', '<none>']);
});

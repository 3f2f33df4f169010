import { expect, it } from 'vitest';
import type { ReplicationController } from '../../apimachinery/types/core.v1.gen.ts';
import { context, messages, podTemplate } from '../apps/testing.ts';
import { replicationControllers } from './replication-controller.ts';

const { strategy, printer, scale, selectableFields } = replicationControllers;

function controller(change: (object: any) => void = () => {}): ReplicationController {
  const object: ReplicationController = { metadata: { name: 'web' }, spec: { template: podTemplate() } };
  strategy.default!(object, context());
  change(object);
  return object;
}

it('takes selector and labels from its template', () => {
  expect(controller()).toMatchObject({
    metadata: { labels: { app: 'web' } },
    spec: { replicas: 1, selector: { app: 'web' } },
  });
  const object: ReplicationController = {
    metadata: { labels: { own: '1' } },
    spec: { selector: { app: 'web' }, template: { metadata: { labels: { app: 'web', more: 'x' } } } },
  };
  strategy.default!(object, context());
  expect(object).toMatchObject({ metadata: { labels: { own: '1' } }, spec: { selector: { app: 'web' } } });
});

it.each<[string, (object: any) => void, string[]]>([
  ['valid', () => {}, []],
  [
    'nothing',
    (object) => (object.spec = {}),
    ['spec.selector: Required value', 'spec.template: Required value'],
  ],
  [
    'mismatch',
    ({ spec }) => (spec.selector = { app: 'db' }),
    [
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'replicas and deadline',
    ({ spec }) => {
      spec.replicas = -1;
      spec.template.spec.activeDeadlineSeconds = 1;
    },
    [
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
  ],
])('validates: %s', (_, change, expected) => {
  expect(messages(strategy.validate!(controller(change), context()))).toEqual(expected);
});

it('may change its selector', () => {
  const changed = controller(({ spec }) => {
    spec.selector = { app: 'db' };
    spec.template.metadata.labels = { app: 'db' };
  });
  expect(strategy.validateUpdate!(changed, controller(), context())).toEqual([]);
});

it('has a name of at most 253 bytes', () => {
  expect(strategy.validateName!('a'.repeat(254), false)).toEqual(['must be no more than 253 bytes']);
  expect(strategy.validateName!('A-', true)).toEqual([]);
});

it('warns of the template that was when it changes', () => {
  const old = controller(({ metadata, spec }) => {
    metadata.generation = 1;
    spec.template.spec.nodeSelector = { 'beta.kubernetes.io/os': 'linux' };
  });
  const changed = controller(({ metadata }) => (metadata.generation = 2));
  expect(strategy.warningsOnUpdate!(changed, old, context())).toEqual([
    'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
  expect(strategy.warningsOnUpdate!(old, old, context())).toEqual([]);
});

it('orphans its pods by default', () => {
  expect(strategy.defaultDeletionPolicy).toBe('orphan');
});

it('prints a row, also of an empty object', () => {
  const object = controller((it) => (it.status = { replicas: 1, readyReplicas: 1 }));
  expect(printer!.cells(object, 0)).toEqual(['web', 1, 1, 1, '<unknown>', 'web', 'nginx', 'app=web']);
  expect(printer!.cells({}, 0)).toEqual(['', 0, 0, 0, '<unknown>', '', '', '<none>']);
  expect(scale!.selector(object)).toBe('app=web');
  expect(selectableFields!['status.replicas']!(object)).toBe('1');
});

/**
 * ReplicaSet.
 * Source: kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go,
 * pkg/registry/apps/replicaset/strategy.go, pkg/printers/internalversion/printers.go.
 */
import { child, type FieldError } from '../../apimachinery/field-error.ts';
import type { ReplicaSet, ReplicaSetSpec } from '../../apimachinery/types/apps.v1.gen.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import { validatePodTemplateSpec } from '../core/pod-validation.ts';
import { dropZeros } from '../core/zero-values.ts';
import { ALL_VERBS, define, type Printer, SCALE, statusOf } from '../definition.ts';
import { AGE, age, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import {
  CONTAINERS_COLUMN,
  containerCells,
  IMAGES_COLUMN,
  integerColumn,
  SELECTOR_COLUMN,
} from './printing.ts';
import {
  formatLabelSelector,
  parsedSelector,
  selectorText,
  validateSelector,
  validateSelects,
} from './selector.ts';
import { immutable, nonNegativeFields, notGreater, restartsAlways } from './validation.ts';
import { templateWarningsOnUpdate, workloadWarnings } from './warnings.ts';

function defaultReplicaSet(replicaSet: ReplicaSet): void {
  replicaSet.spec ??= {} as ReplicaSetSpec;
  const { spec } = replicaSet;
  dropZeros(spec, ['minReadySeconds']);
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  spec.replicas ??= 1;
}

function validateSpec(spec: ReplicaSetSpec, path: string): FieldError[] {
  const template = child(path, 'template');
  const errors = nonNegativeFields(path, spec, ['replicas', 'minReadySeconds']);
  // Upstream's text names the deployment here, too.
  errors.push(...validateSelector(spec.selector, child(path, 'selector'), 'deployment'));
  errors.push(...validateSelects(spec.selector, spec.template ?? {}, path, 'invalid label selector'));
  if (parsedSelector(spec.selector)) {
    errors.push(...validatePodTemplateSpec(spec.template ?? {}, template));
    errors.push(...restartsAlways(spec.template ?? {}, template, 'ReplicaSet'));
  }
  return errors;
}

/** Counts of the status of a ReplicaSet or a ReplicationController. */
export function validateReplicaStatus(status: object): FieldError[] {
  const replicas = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];
  return [
    ...nonNegativeFields('status', status, ['replicas', ...replicas, 'observedGeneration']),
    ...notGreater('status', status, replicas, 'replicas', 'cannot be greater than status.replicas'),
    ...notGreater(
      'status',
      status,
      ['availableReplicas'],
      'readyReplicas',
      'cannot be greater than readyReplicas',
    ),
  ];
}

/** Columns of tables of ReplicaSets and ReplicationControllers. */
export const REPLICA_COLUMNS: Printer['columns'] = [
  NAME,
  integerColumn('Desired', 'Number of pods that are wanted'),
  integerColumn('Current', 'Number of pods that there are'),
  integerColumn('Ready', 'Number of pods that are ready'),
  AGE,
  CONTAINERS_COLUMN,
  IMAGES_COLUMN,
  SELECTOR_COLUMN,
];

export const replicaSets = define<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  resource: 'replicasets',
  singular: 'replicaset',
  kind: 'ReplicaSet',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['rs'],
  categories: ['all'],
  typeName: 'apps.v1.ReplicaSet',
  strategy: {
    default: defaultReplicaSet,
    prepareForCreate(replicaSet) {
      replicaSet.status = { replicas: 0 };
    },
    prepareForUpdate: keepStatus,
    validate: (replicaSet) => validateSpec(replicaSet.spec!, 'spec'),
    validateUpdate: (replicaSet, old) => [
      ...validateSpec(replicaSet.spec!, 'spec'),
      ...immutable('spec.selector', replicaSet.spec?.selector, old.spec?.selector),
    ],
    warningsOnCreate: workloadWarnings,
    warningsOnUpdate: templateWarningsOnUpdate,
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: (replicaSet) => validateReplicaStatus(replicaSet.status ?? {}),
    },
  },
  printer: {
    columns: REPLICA_COLUMNS,
    cells: (replicaSet, now) => [
      nameOf(replicaSet),
      replicaSet.spec?.replicas ?? 0,
      replicaSet.status?.replicas ?? 0,
      replicaSet.status?.readyReplicas ?? 0,
      age(replicaSet, now),
      ...containerCells(replicaSet.spec?.template?.spec),
      formatLabelSelector(replicaSet.spec?.selector),
    ],
  },
  scale: {
    getReplicas: ({ spec }) => spec?.replicas ?? 0,
    setReplicas({ spec }, replicas) {
      spec!.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorText(spec?.selector),
  },
  subresources: [SCALE, statusOf('ReplicaSet')],
});

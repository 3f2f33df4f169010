/**
 * What ReplicaSets and ReplicationControllers have in common: all but their selectors.
 * Source: kubernetes pkg/registry/apps/replicaset, pkg/registry/core/replicationcontroller,
 * pkg/apis/apps/validation/validation.go (ValidateReplicaSetStatus), pkg/printers/internalversion/printers.go.
 */
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';
import { dropDisabledTemplateFields } from '../core/pod-disabled-fields.ts';
import type { Printer, ScaleAccess } from '../definition.ts';
import { AGE, age, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import {
  CONTAINERS_COLUMN,
  containerCells,
  IMAGES_COLUMN,
  integerColumn,
  SELECTOR_COLUMN,
} from './printing.ts';
import { nonNegativeFields, notGreater } from './validation.ts';

interface Replicated {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: { replicas?: number; template?: PodTemplateSpec };
  status?: { replicas: number; readyReplicas?: number };
}

/** Parts of the strategy. */
export const replicaStrategy = {
  prepareForCreate(object: Replicated): void {
    object.status = { replicas: 0 };
    dropDisabledTemplateFields(object.spec?.template);
  },
  prepareForUpdate(object: Replicated, old: Replicated): void {
    keepStatus(object, old);
    dropDisabledTemplateFields(object.spec?.template, old.spec?.template);
  },
  status: {
    prepareForUpdate: keepSpec,
    validateUpdate: ({ status }: Replicated): FieldError[] => validateCounts(status ?? {}),
  },
};

function validateCounts(status: object): FieldError[] {
  const path = 'status';
  const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];
  const counts = ['replicas', ...parts, 'observedGeneration', 'terminatingReplicas'];
  return [
    ...nonNegativeFields(path, status, counts),
    ...notGreater(path, status, parts, 'replicas', 'cannot be greater than status.replicas'),
    ...notGreater(
      path,
      status,
      ['availableReplicas'],
      'readyReplicas',
      'cannot be greater than readyReplicas',
    ),
  ];
}

const COLUMNS: Printer['columns'] = [
  NAME,
  integerColumn('Desired', 'Number of pods that are wanted'),
  integerColumn('Current', 'Number of pods that there are'),
  integerColumn('Ready', 'Number of pods that are ready'),
  AGE,
  CONTAINERS_COLUMN,
  IMAGES_COLUMN,
  SELECTOR_COLUMN,
];

/** `selector`: as tables show it. */
export const replicaPrinter = <T extends Replicated>(selector: (object: T) => string): Printer<T> => ({
  columns: COLUMNS,
  cells: (object, now) => [
    nameOf(object),
    object.spec?.replicas ?? 0,
    object.status?.replicas ?? 0,
    object.status?.readyReplicas ?? 0,
    age(object, now),
    ...containerCells(object.spec?.template?.spec),
    selector(object),
  ],
});

/** `selector`: in its text form. */
export const replicaScale = <T extends Replicated>(selector: (object: T) => string): ScaleAccess<T> => ({
  getReplicas: ({ spec }) => spec?.replicas ?? 0,
  setReplicas({ spec }, replicas) {
    spec!.replicas = replicas;
  },
  statusReplicas: ({ status }) => status?.replicas ?? 0,
  selector,
});

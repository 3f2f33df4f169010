/**
 * ReplicationController.
 * Source: kubernetes pkg/apis/core/v1/defaults.go, pkg/apis/core/validation/validation.go,
 * pkg/registry/core/replicationcontroller/strategy.go, pkg/printers/internalversion/printers.go.
 */
import { child, type FieldError, required } from '../../apimachinery/field-error.ts';
import { formatSelector, fromSet, matchesSet } from '../../apimachinery/labels.ts';
import type {
  ReplicationController,
  ReplicationControllerSpec,
} from '../../apimachinery/types/core.v1.gen.ts';
import { containerCells } from '../apps/printing.ts';
import { REPLICA_COLUMNS, validateReplicaStatus } from '../apps/replica-set.ts';
import { formatLabels, mismatch } from '../apps/selector.ts';
import { nonNegativeFields, restartsAlways } from '../apps/validation.ts';
import { templateWarningsOnUpdate, workloadWarnings } from '../apps/warnings.ts';
import { ALL_VERBS, define, SCALE, statusOf } from '../definition.ts';
import { age, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';
import { defaultPodTemplateSpec } from './pod-defaults.ts';
import { dropDisabledTemplateFields } from './pod-disabled-fields.ts';
import {
  type PodValidationOptions,
  templateUpdateOptions,
  validatePodTemplateSpec,
} from './pod-validation.ts';
import { dropZeros } from './zero-values.ts';

const isEmpty = (labels: object | undefined): boolean => Object.keys(labels ?? {}).length === 0;

/** Selector and labels of the controller, where none are given, are the labels of its template. */
function defaultReplicationController(controller: ReplicationController): void {
  controller.spec ??= {};
  const { spec } = controller;
  dropZeros(spec, ['minReadySeconds']);
  if (spec.template) defaultPodTemplateSpec(spec.template);
  const labels = spec.template?.metadata?.labels;
  if (labels) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels };
    controller.metadata ??= {};
    if (isEmpty(controller.metadata.labels)) controller.metadata.labels = { ...labels };
  }
  spec.replicas ??= 1;
}

function validateSpec(
  spec: ReplicationControllerSpec,
  path: string,
  options: PodValidationOptions = {},
): FieldError[] {
  const errors = nonNegativeFields(path, spec, ['minReadySeconds']);
  if (isEmpty(spec.selector)) errors.push(required(child(path, 'selector')));
  errors.push(...nonNegativeFields(path, spec, ['replicas']));
  const { template } = spec;
  const field = child(path, 'template');
  if (!template) return [...errors, required(field)];
  const labels = template.metadata?.labels;
  if (!matchesSet(spec.selector ?? {}, labels)) {
    errors.push(mismatch(labels, field));
  }
  errors.push(...validatePodTemplateSpec(template, field, options));
  errors.push(...restartsAlways(template, field, 'ReplicationController'));
  return errors;
}

export const replicationControllers = define<ReplicationController>({
  group: '',
  version: 'v1',
  resource: 'replicationcontrollers',
  singular: 'replicationcontroller',
  kind: 'ReplicationController',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['rc'],
  categories: ['all'],
  typeName: 'core.v1.ReplicationController',
  strategy: {
    default: defaultReplicationController,
    prepareForCreate(controller) {
      controller.status = { replicas: 0 };
      dropDisabledTemplateFields(controller.spec?.template);
    },
    prepareForUpdate(controller, old) {
      keepStatus(controller, old);
      dropDisabledTemplateFields(controller.spec?.template, old.spec?.template);
    },
    validate: ({ spec }) => validateSpec(spec!, 'spec'),
    validateUpdate: ({ spec }, old) => validateSpec(spec!, 'spec', templateUpdateOptions(old.spec?.template)),
    warningsOnCreate: workloadWarnings,
    warningsOnUpdate: templateWarningsOnUpdate,
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: ({ status }) => validateReplicaStatus(status ?? {}),
    },
    // For clients that are older than garbage collection.
    defaultDeletionPolicy: 'orphan',
  },
  printer: {
    columns: REPLICA_COLUMNS,
    cells: (controller, now) => [
      nameOf(controller),
      controller.spec?.replicas ?? 0,
      controller.status?.replicas ?? 0,
      controller.status?.readyReplicas ?? 0,
      age(controller, now),
      ...containerCells(controller.spec?.template?.spec),
      formatLabels(controller.spec?.selector),
    ],
  },
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  scale: {
    getReplicas: ({ spec }) => spec?.replicas ?? 0,
    setReplicas({ spec }, replicas) {
      spec!.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => formatSelector(fromSet(spec?.selector)),
  },
  subresources: [SCALE, statusOf('ReplicationController')],
});

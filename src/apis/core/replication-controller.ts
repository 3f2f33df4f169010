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
import { isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import { replicaPrinter, replicaScale, replicaStrategy } from '../apps/replicas.ts';
import { formatLabels, mismatch } from '../apps/selector.ts';
import { nonNegativeFields, restartsAlways } from '../apps/validation.ts';
import { templateWarnings, workloadWarnings } from '../apps/warnings.ts';
import { ALL_VERBS, define, SCALE, statusOf } from '../definition.ts';
import { defaultPodTemplateSpec } from './pod-defaults.ts';
import {
  type PodValidationOptions,
  templateUpdateOptions,
  validatePodTemplateSpec,
} from './pod-validation.ts';
import { dropZeros } from './zero-values.ts';

/** A DNS subdomain, by a declared rule: it says bytes, and generateName is not held to it. */
const longName = (name: string, prefix: boolean): readonly string[] =>
  prefix ? [] : isDNS1123Subdomain(name).map((message) => message.replace(/ characters$/, ' bytes'));

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
    ...replicaStrategy,
    validateName: longName,
    default: defaultReplicationController,
    validate: ({ spec }) => validateSpec(spec!, 'spec'),
    validateUpdate: ({ spec }, old) => validateSpec(spec!, 'spec', templateUpdateOptions(old.spec?.template)),
    warningsOnCreate: workloadWarnings,
    // Upstream looks at the template that was, too.
    warningsOnUpdate: (controller, old) =>
      controller.metadata?.generation === old.metadata?.generation
        ? []
        : templateWarnings(old.spec?.template),
    // For clients that are older than garbage collection.
    defaultDeletionPolicy: 'orphan',
  },
  printer: replicaPrinter<ReplicationController>(({ spec }) => formatLabels(spec?.selector)),
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  scale: replicaScale<ReplicationController>(({ spec }) => formatSelector(fromSet(spec?.selector))),
  subresources: [SCALE, statusOf('ReplicationController')],
});

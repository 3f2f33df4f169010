/**
 * ReplicaSet.
 * Source: kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go,
 * pkg/registry/apps/replicaset/strategy.go, pkg/printers/internalversion/printers.go.
 */
import { child, type FieldError } from '../../apimachinery/field-error.ts';
import type { ReplicaSet, ReplicaSetSpec } from '../../apimachinery/types/apps.v1.gen.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import {
  type PodValidationOptions,
  templateUpdateOptions,
  validatePodTemplateSpec,
} from '../core/pod-validation.ts';
import { dropZeros } from '../core/zero-values.ts';
import { ALL_VERBS, define, SCALE, statusOf } from '../definition.ts';
import { replicaPrinter, replicaScale, replicaStrategy } from './replicas.ts';
import {
  formatLabelSelector,
  parsedSelector,
  selectorText,
  validateSelector,
  validateSelects,
} from './selector.ts';
import { immutable, nonNegativeFields, restartsAlways } from './validation.ts';
import { templateWarningsOnUpdate, workloadWarnings } from './warnings.ts';

function defaultReplicaSet(replicaSet: ReplicaSet): void {
  replicaSet.spec ??= {} as ReplicaSetSpec;
  const { spec } = replicaSet;
  dropZeros(spec, ['minReadySeconds']);
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  spec.replicas ??= 1;
}

function validateSpec(spec: ReplicaSetSpec, path: string, options?: PodValidationOptions): FieldError[] {
  const template = child(path, 'template');
  const errors = nonNegativeFields(path, spec, ['replicas', 'minReadySeconds']);
  // Upstream's text names the deployment here, too.
  errors.push(...validateSelector(spec.selector, child(path, 'selector'), 'deployment'));
  errors.push(...validateSelects(spec.selector, spec.template ?? {}, path, 'invalid label selector'));
  if (parsedSelector(spec.selector)) {
    errors.push(...validatePodTemplateSpec(spec.template ?? {}, template, options));
    errors.push(...restartsAlways(spec.template ?? {}, template, 'ReplicaSet'));
  }
  return errors;
}

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
    ...replicaStrategy,
    default: defaultReplicaSet,
    validate: (replicaSet) => validateSpec(replicaSet.spec!, 'spec'),
    validateUpdate: (replicaSet, old) => [
      ...validateSpec(replicaSet.spec!, 'spec', templateUpdateOptions(old.spec?.template)),
      ...immutable('spec.selector', replicaSet.spec?.selector, old.spec?.selector, '*L'),
    ],
    warningsOnCreate: workloadWarnings,
    warningsOnUpdate: templateWarningsOnUpdate,
  },
  printer: replicaPrinter<ReplicaSet>(({ spec }) => formatLabelSelector(spec?.selector)),
  scale: replicaScale<ReplicaSet>(({ spec }) => selectorText(spec?.selector)),
  subresources: [SCALE, statusOf('ReplicaSet')],
});

/**
 * Deployment.
 * Source: kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go,
 * pkg/registry/apps/deployment/strategy.go, pkg/printers/internalversion/printers.go.
 */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type { Deployment, DeploymentSpec, DeploymentStrategy } from '../../apimachinery/types/apps.v1.gen.ts';
import {
  isNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../apimachinery/validation/int-or-percent.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../core/pod-disabled-fields.ts';
import { internalForm } from '../core/internal-form.ts';
import {
  type PodValidationOptions,
  templateUpdateOptions,
  validatePodTemplateSpec,
} from '../core/pod-validation.ts';
import { dropZeros } from '../core/zero-values.ts';
import { ALL_VERBS, define, type Printer, SCALE, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus, semanticEqual } from '../strategy.ts';
import { CONTAINERS_COLUMN, containerCells, IMAGES_COLUMN, SELECTOR_COLUMN } from './printing.ts';
import { parsedSelector, selectorText, validateSelector, validateSelects } from './selector.ts';
import {
  immutable,
  intOrPercentValue,
  nonNegativeFields,
  notDecremented,
  notGreater,
  restartsAlways,
} from './validation.ts';
import { templateWarningsOnUpdate, workloadWarnings } from './warnings.ts';

function defaultDeployment(deployment: Deployment): void {
  deployment.spec ??= {} as DeploymentSpec;
  const { spec } = deployment;
  dropZeros(spec, ['minReadySeconds', 'paused']);
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  const { strategy } = spec;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= '25%';
    strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
}

function validateStrategy(strategy: DeploymentStrategy, path: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const rolling = child(path, 'rollingUpdate');
  switch (type) {
    case 'Recreate':
      if (!rollingUpdate) return [];
      return [forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate':
      if (!rollingUpdate) return [required(rolling, 'this should be defaulted and never be nil')];
      return validateRollingUpdate(rollingUpdate, rolling);
    default:
      return [unsupported(path, internalForm('DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate'])];
  }
}

function validateRollingUpdate(
  { maxUnavailable = 0, maxSurge = 0 }: NonNullable<DeploymentStrategy['rollingUpdate']>,
  path: string,
): FieldError[] {
  const field = child(path, 'maxUnavailable');
  const errors = validatePositiveIntOrPercent(maxUnavailable, field);
  errors.push(...validatePositiveIntOrPercent(maxSurge, child(path, 'maxSurge')));
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    errors.push(invalid(field, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  errors.push(...isNotMoreThan100Percent(maxUnavailable, field));
  return errors;
}

/** Upstream's ValidateDeploymentSpec; the selector is checked with the template it must match. */
function validateSpec(spec: DeploymentSpec, path: string, options?: PodValidationOptions): FieldError[] {
  const template = child(path, 'template');
  const errors = nonNegativeFields(path, spec, ['replicas']);
  errors.push(...validateSelector(spec.selector, child(path, 'selector'), 'deployment'));
  errors.push(...validateSelects(spec.selector, spec.template, path, 'invalid label selector'));
  if (parsedSelector(spec.selector)) {
    errors.push(...validatePodTemplateSpec(spec.template, template, options));
    errors.push(...restartsAlways(spec.template, template, 'ReplicaSet'));
  }
  errors.push(...validateStrategy(spec.strategy ?? {}, child(path, 'strategy')));
  errors.push(
    ...nonNegativeFields(path, spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
  );
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
    const field = child(path, 'progressDeadlineSeconds');
    errors.push(invalid(field, deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

const STATUS_COUNTS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];

function validateStatusUpdate(deployment: Deployment, old: Deployment): FieldError[] {
  const status = deployment.status ?? {};
  const exceeds = 'cannot be greater than status.replicas';
  return [
    ...nonNegativeFields('status', status, STATUS_COUNTS),
    ...notGreater(
      'status',
      status,
      ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
      'replicas',
      exceeds,
    ),
    ...notGreater(
      'status',
      status,
      ['availableReplicas'],
      'readyReplicas',
      'cannot be greater than readyReplicas',
    ),
    ...notDecremented('status.collisionCount', status.collisionCount, old.status?.collisionCount),
  ];
}

const printer: Printer<Deployment> = {
  columns: [
    NAME,
    column('Ready', 'Ready pods of the wanted ones'),
    column('Up-to-date', 'Pods that have the newest template'),
    column('Available', 'Pods that have been ready for minReadySeconds'),
    AGE,
    CONTAINERS_COLUMN,
    IMAGES_COLUMN,
    SELECTOR_COLUMN,
  ],
  cells(deployment, now) {
    const { spec, status } = deployment;
    return [
      nameOf(deployment),
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      age(deployment, now),
      ...containerCells(spec?.template?.spec),
      parsedSelector(spec?.selector) ? selectorText(spec?.selector) : '<invalid>',
    ];
  },
};

export const deployments = define<Deployment>({
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['deploy'],
  categories: ['all'],
  typeName: 'apps.v1.Deployment',
  strategy: {
    default: defaultDeployment,
    prepareForCreate(deployment) {
      deployment.status = {};
      dropDisabledTemplateFields(deployment.spec?.template);
    },
    prepareForUpdate(deployment, old) {
      keepStatus(deployment, old);
      dropDisabledTemplateFields(deployment.spec?.template, old.spec?.template);
      // Annotations are copied to the ReplicaSets, so that a change of them is something to observe as well.
      if (!semanticEqual(deployment.metadata?.annotations, old.metadata?.annotations)) {
        deployment.metadata!.generation = (old.metadata?.generation ?? 0) + 1;
      }
    },
    validate: (deployment) => validateSpec(deployment.spec!, 'spec'),
    validateUpdate: (deployment, old) => [
      ...validateSpec(deployment.spec!, 'spec', templateUpdateOptions(old.spec?.template)),
      ...immutable('spec.selector', deployment.spec?.selector, old.spec?.selector, '*L'),
    ],
    warningsOnCreate: workloadWarnings,
    warningsOnUpdate: templateWarningsOnUpdate,
    status: {
      keptMetadata: ['labels'],
      prepareForUpdate: keepSpec,
      validateUpdate: validateStatusUpdate,
    },
  },
  printer,
  scale: {
    getReplicas: ({ spec }) => spec?.replicas ?? 0,
    setReplicas({ spec }, replicas) {
      spec!.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => selectorText(spec?.selector),
  },
  subresources: [SCALE, statusOf('Deployment')],
});

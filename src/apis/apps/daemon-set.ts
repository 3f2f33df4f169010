/**
 * DaemonSet.
 * Source: kubernetes pkg/apis/apps/v1/defaults.go and conversion.go, pkg/apis/apps/validation/validation.go,
 * pkg/registry/apps/daemonset/strategy.go, pkg/printers/internalversion/printers.go.
 */
import { child, type FieldError, invalid, required, unsupported } from '../../apimachinery/field-error.ts';
import { matches } from '../../apimachinery/labels.ts';
import type {
  DaemonSet,
  DaemonSetSpec,
  DaemonSetUpdateStrategy,
} from '../../apimachinery/types/apps.v1.gen.ts';
import {
  isNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../apimachinery/validation/int-or-percent.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { defaultPodTemplateSpec } from '../core/pod-defaults.ts';
import { dropDisabledTemplateFields } from '../core/pod-disabled-fields.ts';
import { internalForm } from '../core/internal-form.ts';
import {
  type PodValidationOptions,
  templateUpdateOptions,
  validatePodTemplateSpec,
} from '../core/pod-validation.ts';
import { dropZeros } from '../core/zero-values.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { labelSelectorForm } from '../meta-forms.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus, semanticEqual } from '../strategy.ts';
import {
  CONTAINERS_COLUMN,
  containerCells,
  IMAGES_COLUMN,
  integerColumn,
  SELECTOR_COLUMN,
} from './printing.ts';
import { formatLabelSelector, formatLabels, isEmptySelector, parsedSelector, mismatch } from './selector.ts';
import { templateWarnings, templateWarningsOnUpdate } from './warnings.ts';
import {
  immutable,
  intOrPercentValue,
  nonNegativeFields,
  notDecremented,
  restartsAlways,
} from './validation.ts';

/**
 * Counts the changes of the template. The internal type upstream has a field for it; in v1 it is this annotation,
 * which clients cannot set.
 */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

const templateGeneration = ({ metadata }: DaemonSet): number =>
  Number.parseInt(metadata?.annotations?.[TEMPLATE_GENERATION] ?? '', 10) || 0;

function setTemplateGeneration(daemonSet: DaemonSet, generation: number): void {
  const metadata = daemonSet.metadata!;
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

function defaultDaemonSet(daemonSet: DaemonSet): void {
  daemonSet.metadata ??= {};
  // What comes out of the internal type has it, before anybody is recorded for what a client sent.
  setTemplateGeneration(daemonSet, templateGeneration(daemonSet));
  daemonSet.spec ??= {} as DaemonSetSpec;
  const { spec } = daemonSet;
  dropZeros(spec, ['minReadySeconds']);
  spec.template ??= {};
  defaultPodTemplateSpec(spec.template);
  spec.updateStrategy ??= {};
  const { updateStrategy } = spec;
  updateStrategy.type ||= 'RollingUpdate';
  if (updateStrategy.type === 'RollingUpdate') {
    updateStrategy.rollingUpdate ??= {};
    updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    updateStrategy.rollingUpdate.maxSurge ??= 0;
  } else if (updateStrategy.rollingUpdate) {
    // Internally both are numbers, so that what was not said is 0.
    updateStrategy.rollingUpdate.maxUnavailable ??= 0;
    updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
}

function validateSpec(spec: DaemonSetSpec, path: string, options?: PodValidationOptions): FieldError[] {
  const template = child(path, 'template');
  const { selector } = spec;
  const errors = validateLabelSelector(selector, child(path, 'selector'));
  const parsed = parsedSelector(selector);
  const labels = spec.template.metadata?.labels;
  if (parsed && !matches(parsed, labels)) {
    errors.push(mismatch(labels, template));
  }
  if (selector && isEmptySelector(selector)) {
    errors.push(
      invalid(
        child(path, 'selector'),
        labelSelectorForm(selector),
        'empty selector is invalid for daemonset',
      ),
    );
  }
  errors.push(...validatePodTemplateSpec(spec.template, template, options));
  errors.push(...restartsAlways(spec.template, template, 'DaemonSet'));
  errors.push(...nonNegativeFields(path, spec, ['minReadySeconds']));
  errors.push(...validateUpdateStrategy(spec.updateStrategy ?? {}, child(path, 'updateStrategy')));
  errors.push(...nonNegativeFields(path, spec, ['revisionHistoryLimit']));
  return errors;
}

function validateUpdateStrategy(strategy: DaemonSetUpdateStrategy, path: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  const rolling = child(path, 'rollingUpdate');
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    const shown = internalForm('DaemonSetUpdateStrategy', strategy);
    return [unsupported(path, shown, ['RollingUpdate', 'OnDelete'])];
  }
  if (!rollingUpdate) return [required(rolling)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const unavailable = child(rolling, 'maxUnavailable');
  const surge = child(rolling, 'maxSurge');
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, unavailable),
    ...validatePositiveIntOrPercent(maxSurge, surge),
    ...isNotMoreThan100Percent(maxUnavailable, unavailable),
    ...isNotMoreThan100Percent(maxSurge, surge),
  ];
  const hasUnavailable = intOrPercentValue(maxUnavailable) !== 0;
  const hasSurge = intOrPercentValue(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    errors.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

const STATUS_COUNTS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

export const daemonSets = define<DaemonSet>({
  group: 'apps',
  version: 'v1',
  resource: 'daemonsets',
  singular: 'daemonset',
  kind: 'DaemonSet',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['ds'],
  categories: ['all'],
  typeName: 'apps.v1.DaemonSet',
  strategy: {
    default: defaultDaemonSet,
    prepareForCreate(daemonSet) {
      daemonSet.status = {
        currentNumberScheduled: 0,
        desiredNumberScheduled: 0,
        numberMisscheduled: 0,
        numberReady: 0,
      };
      dropDisabledTemplateFields(daemonSet.spec?.template);
      setTemplateGeneration(daemonSet, Math.max(1, templateGeneration(daemonSet)));
    },
    prepareForUpdate(daemonSet, old) {
      keepStatus(daemonSet, old);
      dropDisabledTemplateFields(daemonSet.spec?.template, old.spec?.template);
      const changed = !semanticEqual(daemonSet.spec?.template, old.spec?.template);
      setTemplateGeneration(daemonSet, templateGeneration(old) + (changed ? 1 : 0));
    },
    validate: (daemonSet) => validateSpec(daemonSet.spec!, 'spec'),
    validateUpdate: (daemonSet, old) => [
      ...immutable('spec.selector', daemonSet.spec?.selector, old.spec?.selector, '*L'),
      ...validateSpec(daemonSet.spec!, 'spec', templateUpdateOptions(old.spec?.template)),
    ],
    warningsOnCreate: (daemonSet) => templateWarnings(daemonSet.spec?.template),
    warningsOnUpdate: templateWarningsOnUpdate,
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: ({ status }, old) => [
        ...nonNegativeFields('status', status, STATUS_COUNTS),
        ...notDecremented('status.collisionCount', status?.collisionCount, old.status?.collisionCount),
      ],
    },
  },
  printer: {
    columns: [
      NAME,
      integerColumn('Desired', 'Number of nodes that should run the pod'),
      integerColumn('Current', 'Number of nodes that run the pod and should'),
      integerColumn('Ready', 'Number of nodes on which the pod is ready'),
      integerColumn('Up-to-date', 'Number of nodes whose pod has the newest template'),
      integerColumn('Available', 'Number of nodes whose pod has been ready for minReadySeconds'),
      column('Node Selector', 'Labels of the nodes that run the pod'),
      AGE,
      CONTAINERS_COLUMN,
      IMAGES_COLUMN,
      SELECTOR_COLUMN,
    ],
    cells(daemonSet, now) {
      const { spec, status } = daemonSet;
      return [
        nameOf(daemonSet),
        status?.desiredNumberScheduled ?? 0,
        status?.currentNumberScheduled ?? 0,
        status?.numberReady ?? 0,
        status?.updatedNumberScheduled ?? 0,
        status?.numberAvailable ?? 0,
        formatLabels(spec?.template?.spec?.nodeSelector),
        age(daemonSet, now),
        ...containerCells(spec?.template?.spec),
        formatLabelSelector(spec?.selector),
      ];
    },
  },
  subresources: [statusOf('DaemonSet')],
});

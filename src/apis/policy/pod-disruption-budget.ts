/**
 * PodDisruptionBudget.
 * Source: kubernetes pkg/apis/policy/validation/validation.go, pkg/registry/policy/poddisruptionbudget/strategy.go,
 * pkg/printers/internalversion/printers.go.
 */
import { child, type FieldError, invalid, notSupported } from '../../apimachinery/field-error.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../apimachinery/types/policy.v1.gen.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import {
  isNotMoreThan100Percent,
  validatePositiveIntOrPercent,
} from '../../apimachinery/validation/int-or-percent.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { nameIsPathSegment } from '../../apimachinery/validation/names.ts';
import { nonNegativeFields } from '../apps/validation.ts';
import { internalForm } from '../core/internal-form.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

function validateSpec(spec: PodDisruptionBudgetSpec, path: string): FieldError[] {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = internalForm('PodDisruptionBudgetSpec', spec);
    errors.push(invalid(path, shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const name of ['minAvailable', 'maxUnavailable'] as const) {
    const value = spec[name];
    if (value === undefined) continue;
    errors.push(...validatePositiveIntOrPercent(value, child(path, name)));
    errors.push(...isNotMoreThan100Percent(value, child(path, name)));
  }
  errors.push(...validateLabelSelector(spec.selector, child(path, 'selector')));
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy)) {
    errors.push(notSupported(child(path, 'unhealthyPodEvictionPolicy'), policy, EVICTION_POLICIES));
  }
  return errors;
}

const STATUS_COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];

export const podDisruptionBudgets = define<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  kind: 'PodDisruptionBudget',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['pdb'],
  typeName: 'policy.v1.PodDisruptionBudget',
  strategy: {
    // Upstream asks no more of the name of a budget than of any object's.
    validateName: nameIsPathSegment,
    default(budget) {
      budget.spec ??= {};
    },
    prepareForCreate(budget) {
      budget.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
    },
    prepareForUpdate: keepStatus,
    validate: ({ spec }) => validateSpec(spec ?? {}, 'spec'),
    validateUpdate: ({ spec }) => validateSpec(spec ?? {}, 'spec'),
    allowUnconditionalUpdate: false,
    status: {
      prepareForUpdate: keepSpec,
      validateUpdate: ({ status }) => [
        ...validateConditions(status?.conditions, 'status.conditions'),
        ...nonNegativeFields('status', status, STATUS_COUNTS),
      ],
    },
  },
  printer: {
    columns: [
      NAME,
      column('Min Available', 'Number or share of pods that must be available'),
      column('Max Unavailable', 'Number or share of pods that may be unavailable'),
      column('Allowed Disruptions', 'Number of pods that may be evicted now', 'integer'),
      AGE,
    ],
    cells: (budget, now) => [
      nameOf(budget),
      String(budget.spec?.minAvailable ?? 'N/A'),
      String(budget.spec?.maxUnavailable ?? 'N/A'),
      budget.status?.disruptionsAllowed ?? 0,
      age(budget, now),
    ],
  },
  subresources: [statusOf('PodDisruptionBudget')],
});

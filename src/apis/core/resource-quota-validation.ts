/** Validation of quotas. Source: kubernetes pkg/apis/core/validation/validation.go (ValidateResourceQuota…). */
import { at, child, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import { cmp, formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type {
  ResourceQuota,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../../apimachinery/types/core.v1.gen.ts';
import { validateResourceName, validateResourceQuantity } from './resources-requirements-validation.ts';

const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const QUOTA_RESOURCES = new Set([
  ...COMPUTE,
  'ephemeral-storage',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
]);
const isQuotaResource = (name: string): boolean =>
  QUOTA_RESOURCES.has(name) || name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');

const PODS: ReadonlySet<string> = new Set(['pods', ...COMPUTE]);
/** The resources each scope can be applied to. */
const SCOPES: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: PODS,
  NotTerminating: PODS,
  BestEffort: new Set(['pods']),
  NotBestEffort: PODS,
  PriorityClass: PODS,
  CrossNamespacePodAffinity: PODS,
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
};
const EXCLUSIVE = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
/** Scopes that either hold or do not: they have no values to choose from. */
const WITHOUT_VALUES = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
];

function validateList(list: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.entries(list ?? {}).flatMap(([name, text]) => {
    const here = at(path, name);
    const errors = validateResourceName(name, here);
    if (!name.includes('/') && !isQuotaResource(name)) {
      errors.push(invalid(here, name, 'must be a standard resource for quota'));
    }
    return [...errors, ...validateResourceQuantity(name, parseQuantity(text), here)];
  });
}

function validateSpec(spec: ResourceQuotaSpec): FieldError[] {
  return [
    ...validateList(spec.hard, 'spec.hard'),
    ...validateScopes(spec),
    ...(spec.scopeSelector ? validateSelector(spec, 'spec.scopeSelector.matchExpressions') : []),
  ];
}

/** Whether a resource of the quota cannot have the scope. */
const misapplied = (spec: ResourceQuotaSpec, scope: string): string[] =>
  Object.keys(spec.hard ?? {}).filter((name) => isQuotaResource(name) && SCOPES[scope]?.has(name) === false);
const conflicting = (scopes: ReadonlySet<string>): boolean[] =>
  EXCLUSIVE.filter(([one, other]) => scopes.has(one) && scopes.has(other)).map(() => true);

function validateScopes(spec: ResourceQuotaSpec): FieldError[] {
  const { scopes = [] } = spec;
  const wrong = (detail: string): FieldError => invalid('spec.scopes', scopes, detail);
  const errors = scopes.flatMap((scope) => [
    ...(SCOPES[scope] ? [] : [wrong('unsupported scope')]),
    ...misapplied(spec, scope).map(() => wrong('unsupported scope applied to resource')),
  ]);
  return [...errors, ...conflicting(new Set(scopes)).map(() => wrong('conflicting scopes'))];
}

function validateSelector(spec: ResourceQuotaSpec, path: string): FieldError[] {
  const expressions = spec.scopeSelector?.matchExpressions ?? [];
  const errors = expressions.flatMap((expression) => [
    ...(SCOPES[expression.scopeName]
      ? []
      : [invalid(child(path, 'scopeName'), expression.scopeName ?? '', 'unsupported scope')]),
    ...misapplied(spec, expression.scopeName).map(() =>
      invalid(path, shownSelector(expressions), 'unsupported scope applied to resource'),
    ),
    ...validateOperator(expression, path),
  ]);
  const scopes = new Set(expressions.map(({ scopeName }) => scopeName));
  const clash = conflicting(scopes).map(() => invalid(path, spec.scopes ?? null, 'conflicting scopes'));
  return [...errors, ...clash];
}

/** A selector as upstream's internal type is written. */
const shownSelector = (expressions: readonly ScopedResourceSelectorRequirement[]): unknown => ({
  MatchExpressions: expressions.map(({ scopeName, operator, values }) => ({
    ScopeName: scopeName,
    Operator: operator,
    Values: values ?? null,
  })),
});

function validateOperator(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (WITHOUT_VALUES.includes(scopeName) && operator !== 'Exists') {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalid(child(path, 'operator'), operator ?? '', detail));
  }
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (values.length === 0) errors.push(required(child(path, 'values'), detail));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length > 0) errors.push(invalid(child(path, 'values'), values, detail));
  } else errors.push(invalid(child(path, 'operator'), operator ?? '', 'not a valid selector operator'));
  return errors;
}

export const validateResourceQuotaStatus = ({ status }: ResourceQuota): FieldError[] => [
  ...validateList(status?.hard, 'status.hard'),
  ...validateList(status?.used, 'status.used'),
];

export const validateResourceQuota = (quota: ResourceQuota): FieldError[] => [
  ...validateSpec(quota.spec ?? {}),
  ...validateResourceQuotaStatus(quota),
];

/** Scopes decide what a quota counts: they stay. */
export function validateResourceQuotaUpdate({ spec = {} }: ResourceQuota, old: ResourceQuota): FieldError[] {
  const before = new Set(old.spec?.scopes ?? []);
  const after = new Set(spec.scopes ?? []);
  const same = before.size === after.size && [...before].every((scope) => after.has(scope));
  return [
    ...validateSpec(spec),
    ...(same ? [] : [invalid('spec.scopes', spec.scopes ?? null, 'field is immutable')]),
  ];
}

const COMPARED = ['cpu', 'memory', 'storage', 'ephemeral-storage'];

/** Warnings for a new quota. Source: kubernetes pkg/registry/core/resourcequota/strategy.go. */
export function resourceQuotaWarnings({ spec }: ResourceQuota): string[] {
  const hard = spec?.hard ?? {};
  return COMPARED.flatMap((name) => {
    const bare = name === 'cpu' || name === 'memory' ? [name] : [];
    const requests = [`requests.${name}`, ...bare].find((one) => hard[one] !== undefined);
    const limits = `limits.${name}`;
    if (requests === undefined || hard[limits] === undefined) return [];
    const request = parseQuantity(hard[requests]!);
    const limit = parseQuantity(hard[limits]);
    if (cmp(request, limit) <= 0) return [];
    return [
      `ResourceQuota ${requests} (${formatQuantity(request)}) should be less than ${limits} (${formatQuantity(limit)})`,
    ];
  });
}

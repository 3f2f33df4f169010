/** Which requests a webhook or a policy is asked about. Source: kubernetes pkg/apis/admissionregistration/validation/validation.go. */
import { boolType } from '../../apimachinery/cel/types.ts';
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import type {
  MatchCondition,
  MatchResources,
  NamedRuleWithOperations,
  RuleWithOperations,
} from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { policyEnvironment } from './expressions/environment.ts';
import { expressionErrors } from './expressions/expressions.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isPathSegmentName } from '../../apimachinery/validation/content.ts';
import { invalidEach, validateQualifiedName } from '../meta-validation.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
export const FAILURE_POLICIES = ['Fail', 'Ignore'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
export const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const MAX_MATCH_CONDITIONS = 64;

const onlyWildcard = (values: readonly string[], path: string, what: string): FieldError[] =>
  values.length > 1 && values.includes('*')
    ? [invalid(path, values, `if '*' is present, must not specify other ${what}`)]
    : [];

export function validateRuleWithOperations(rule: RuleWithOperations, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  const operationsPath = child(path, 'operations');
  if (!operations.length) errors.push(required(operationsPath));
  errors.push(...onlyWildcard(operations, operationsPath, 'operations'));
  for (const [index, operation] of operations.entries()) {
    if (OPERATIONS.includes(operation)) continue;
    errors.push(notSupported(at(operationsPath, index), operation, OPERATIONS));
  }
  const groupsPath = child(path, 'apiGroups');
  if (!apiGroups.length) errors.push(required(groupsPath));
  errors.push(...onlyWildcard(apiGroups, groupsPath, 'API groups'));
  const versionsPath = child(path, 'apiVersions');
  if (!apiVersions.length) errors.push(required(versionsPath));
  errors.push(...onlyWildcard(apiVersions, versionsPath, 'API versions'));
  for (const [index, version] of apiVersions.entries()) {
    if (version === '') errors.push(required(at(versionsPath, index)));
  }
  errors.push(...validateResources(resources, child(path, 'resources')));
  if (scope !== undefined && !SCOPES.includes(scope)) {
    errors.push(notSupported(child(path, 'scope'), scope, SCOPES));
  }
  return errors;
}

/** `pods`, `pods/status`, `*`, `pods/*`, `*` + `/scale`, `*` + `/*`: none may say again what another says. */
function validateResources(resources: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!resources.length) errors.push(required(path));
  const allSubresources = new Set<string>();
  const allResources = new Set<string>();
  for (const [index, resource] of resources.entries()) {
    const here = at(path, index);
    if (resource === '') {
      errors.push(required(here));
      continue;
    }
    const slash = resource.indexOf('/');
    if (slash < 0) continue;
    const [name, subresource] = [resource.slice(0, slash), resource.slice(slash + 1)];
    const covered = (by: string): FieldError =>
      invalid(here, resource, `if '${by}' is present, must not specify ${resource}`);
    if (allSubresources.has(name)) errors.push(covered(`${name}/*`));
    if (allResources.has(subresource)) errors.push(covered(`*/${subresource}`));
    if (subresource === '*') allSubresources.add(name);
    if (name === '*') allResources.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  // As upstream has it, the last resource without a subresource decides.
  const plain = resources.filter((resource) => resource !== '' && !resource.includes('/')).at(-1);
  if (resources.includes('*') && plain !== undefined && plain !== '*') {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalid(path, resources, detail));
  }
  return errors;
}

function validateNamedRule(rule: NamedRuleWithOperations, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = rule.resourceNames ?? [];
  for (const [index, name] of names.entries()) {
    const here = at(child(path, 'resourceNames'), index);
    errors.push(...invalidEach(here, name, isPathSegmentName(name)));
    if (names.indexOf(name) < index) errors.push(duplicate(here, name));
  }
  return [...errors, ...validateRuleWithOperations(rule, path)];
}

export function validateMatchResources(match: MatchResources, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { matchPolicy } = match;
  if (matchPolicy === undefined) errors.push(required(child(path, 'matchPolicy')));
  else if (!MATCH_POLICIES.includes(matchPolicy)) {
    errors.push(notSupported(child(path, 'matchPolicy'), matchPolicy, MATCH_POLICIES));
  }
  for (const field of ['namespaceSelector', 'objectSelector'] as const) {
    if (match[field]) errors.push(...validateLabelSelector(match[field], child(path, field)));
    else errors.push(required(child(path, field)));
  }
  for (const field of ['resourceRules', 'excludeResourceRules'] as const) {
    for (const [index, rule] of (match[field] ?? []).entries()) {
      errors.push(...validateNamedRule(rule, at(child(path, field), index)));
    }
  }
  return errors;
}

/** `params`: whether they may read the parameters of a policy. */
export function validateMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  path: string,
  params = false,
): FieldError[] {
  const environment = policyEnvironment({ params, authorizer: true });
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const count = conditions?.length ?? 0;
  if (count > MAX_MATCH_CONDITIONS) errors.push(tooMany(path, count, MAX_MATCH_CONDITIONS));
  for (const [index, { name = '', expression = '' }] of (conditions ?? []).entries()) {
    const here = at(path, index);
    if (expression.trim() === '') errors.push(required(child(here, 'expression')));
    else errors.push(...expressionErrors(expression, environment, [boolType], child(here, 'expression')));
    if (name === '') errors.push(required(child(here, 'name')));
    else errors.push(...validateQualifiedName(name, child(here, 'name')));
    if (seen.has(name)) errors.push(duplicate(child(here, 'name'), name));
    if (name !== '') seen.add(name);
  }
  return errors;
}

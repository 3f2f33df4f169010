/** Source: kubernetes pkg/apis/rbac/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from '../../apimachinery/types/rbac.v1.gen.ts';
import { isPathSegmentName } from '../../apimachinery/validation/content.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { validateServiceAccountName } from '../../apimachinery/validation/names.ts';
import { parsedSelector } from '../apps/selector.ts';
import { internalForm } from '../core/internal-form.ts';
import { type Binding, RBAC_GROUP } from './binding.ts';

/** Names of RBAC objects need only be path segments: `system:node` is one. A prefix is held to the same rule. */
export const validateRbacName = (name: string): readonly string[] => isPathSegmentName(name);

export const validateRole = (role: Role): FieldError[] => validateRules(role.rules, true);

export function validateClusterRole(role: ClusterRole): FieldError[] {
  const errors = validateRules(role.rules, false);
  if (role.aggregationRule) {
    const path = 'aggregationRule.clusterRoleSelectors';
    const selectors = role.aggregationRule.clusterRoleSelectors ?? [];
    if (selectors.length === 0) {
      errors.push(required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'));
    }
    for (const [index, selector] of selectors.entries()) {
      errors.push(...validateLabelSelector(selector, at(path, index)));
      if (!parsedSelector(selector)) errors.push(invalid(at(path, index), null, 'invalid label selector.'));
    }
  }
  return errors;
}

const validateRules = (rules: readonly PolicyRule[] | null | undefined, namespaced: boolean): FieldError[] =>
  (rules ?? []).flatMap((rule, index) => validateRule(rule, namespaced, at('rules', index)));

function validateRule(rule: PolicyRule, namespaced: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const resources = rule.resources ?? [];
  const resourceNames = rule.resourceNames ?? [];
  if (!rule.verbs?.length)
    errors.push(required(child(path, 'verbs'), 'verbs must contain at least one value'));
  if (rule.nonResourceURLs?.length) {
    const urls = child(path, 'nonResourceURLs');
    if (namespaced) {
      errors.push(invalid(urls, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (rule.apiGroups?.length || resources.length || resourceNames.length) {
      const detail = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalid(urls, rule.nonResourceURLs, detail));
    }
    return errors;
  }
  if (!rule.apiGroups?.length) {
    errors.push(required(child(path, 'apiGroups'), 'resource rules must supply at least one api group'));
  }
  if (!resources.length) {
    errors.push(required(child(path, 'resources'), 'resource rules must supply at least one resource'));
  }
  return errors;
}

export const validateRoleBinding = (binding: RoleBinding): FieldError[] =>
  validateBinding(binding, ['Role', 'ClusterRole'], true);

export const validateClusterRoleBinding = (binding: ClusterRoleBinding): FieldError[] =>
  validateBinding(binding, ['ClusterRole'], false);

function validateBinding(binding: Binding, kinds: readonly string[], namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroup = '', kind = '', name = '' }: Partial<RoleRef> = binding.roleRef ?? {};
  if (apiGroup !== RBAC_GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [RBAC_GROUP]));
  if (!kinds.includes(kind)) errors.push(unsupported('roleRef.kind', kind, kinds));
  if (name === '') errors.push(required('roleRef.name'));
  else for (const message of isPathSegmentName(name)) errors.push(invalid('roleRef.name', name, message));
  for (const [index, subject] of (binding.subjects ?? []).entries()) {
    errors.push(...validateSubject(subject, namespaced, at('subjects', index)));
  }
  return errors;
}

/** What a binding grants cannot change: whoever may edit the subjects does not hold every role. */
export function validateBindingUpdate(binding: Binding, old: Binding): FieldError[] {
  const [now, before] = [binding.roleRef, old.roleRef];
  const same = now?.apiGroup === before?.apiGroup && now?.kind === before?.kind && now?.name === before?.name;
  return same ? [] : [invalid('roleRef', internalForm('RoleRef', now), 'cannot change roleRef')];
}

function validateSubject(subject: Subject, namespaced: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { kind = '', name = '', apiGroup = '', namespace = '' }: Partial<Subject> = subject;
  if (name === '') errors.push(required(child(path, 'name')));
  if (kind === 'ServiceAccount') {
    if (name !== '') {
      for (const message of validateServiceAccountName(name, false)) {
        errors.push(invalid(child(path, 'name'), name, message));
      }
    }
    if (apiGroup !== '') errors.push(notSupported(child(path, 'apiGroup'), apiGroup, ['']));
    if (!namespaced && namespace === '') errors.push(required(child(path, 'namespace')));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC_GROUP) errors.push(notSupported(child(path, 'apiGroup'), apiGroup, [RBAC_GROUP]));
  } else {
    errors.push(unsupported(child(path, 'kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

/** Source: kubernetes pkg/apis/flowcontrol/validation/validation.go. */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  FlowSchema,
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  ServiceAccountSubject,
  Subject,
} from '../../apimachinery/types/flowcontrol.v1.gen.ts';
import {
  nameIsDNSSubdomain,
  validateNamespaceName,
  validateServiceAccountName,
} from '../../apimachinery/validation/names.ts';
import { invalidEach } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { validateConditionTypes } from './conditions.ts';
import { MANDATORY_FLOW_SCHEMAS } from './mandatory.ts';

const MAX_PRECEDENCE = 10_000;
const DISTINGUISHERS = ['ByNamespace', 'ByUser'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

export function validateFlowSchema(schema: FlowSchema): FieldError[] {
  const name = schema.metadata?.name ?? '';
  const spec: Partial<FlowSchemaSpec> = schema.spec ?? {};
  const errors = validateSpec(name, spec);
  const fixed = Object.hasOwn(MANDATORY_FLOW_SCHEMAS, name) ? MANDATORY_FLOW_SCHEMAS[name] : undefined;
  if (fixed && !semanticEqual(spec, fixed)) {
    errors.push(invalid('spec', spec, `spec of '${name}' must equal the fixed value`));
  }
  return [...errors, ...validateFlowSchemaStatus(schema)];
}

export const validateFlowSchemaStatus = (schema: FlowSchema): FieldError[] =>
  validateConditionTypes(schema.status?.conditions);

function validateSpec(name: string, spec: Partial<FlowSchemaSpec>): FieldError[] {
  const errors: FieldError[] = [];
  const precedence = spec.matchingPrecedence ?? 0;
  const precedenceProblem = (detail: string): FieldError =>
    invalid('spec.matchingPrecedence', precedence, detail);
  if (precedence <= 0) errors.push(precedenceProblem('must be a positive value'));
  if (precedence > MAX_PRECEDENCE)
    errors.push(precedenceProblem(`must not be greater than ${MAX_PRECEDENCE}`));
  if (precedence === 1 && name !== 'exempt') {
    errors.push(precedenceProblem("only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  const method = spec.distinguisherMethod;
  if (method && !DISTINGUISHERS.includes(method.type)) {
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, DISTINGUISHERS));
  }
  const level = spec.priorityLevelConfiguration?.name ?? '';
  const levelPath = 'spec.priorityLevelConfiguration.name';
  if (level === '') errors.push(required(levelPath, 'must reference a priority level'));
  else errors.push(...invalidEach(levelPath, level, nameIsDNSSubdomain(level, false)));
  for (const [index, rule] of (spec.rules ?? []).entries()) {
    errors.push(...validateRules(rule, at('spec.rules', index)));
  }
  return errors;
}

function validateRules(rule: PolicyRulesWithSubjects, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { resourceRules = [], nonResourceRules = [] } = rule;
  const subjects = rule.subjects ?? [];
  if (!subjects.length) {
    errors.push(required(child(path, 'subjects'), 'subjects must contain at least one value'));
  }
  for (const [index, subject] of subjects.entries()) {
    errors.push(...validateSubject(subject, at(child(path, 'subjects'), index)));
  }
  if (!resourceRules.length && !nonResourceRules.length) {
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  for (const [index, one] of resourceRules.entries()) {
    errors.push(...validateResourceRule(one, at(child(path, 'resourceRules'), index)));
  }
  for (const [index, one] of nonResourceRules.entries()) {
    errors.push(...validateNonResourceRule(one, at(child(path, 'nonResourceRules'), index)));
  }
  return errors;
}

/** Kinds of subjects and the field that goes with each, in the order the errors have. */
const SUBJECT_FIELDS = [
  ['ServiceAccount', 'serviceAccount'],
  ['User', 'user'],
  ['Group', 'group'],
] as const;

function validateSubject(subject: Subject, path: string): FieldError[] {
  const own = SUBJECT_FIELDS.find(([kind]) => kind === subject.kind);
  if (!own) {
    const kinds = SUBJECT_FIELDS.map(([kind]) => kind);
    return [notSupported(child(path, 'kind'), subject.kind ?? '', kinds)];
  }
  const [kind, field] = own;
  const errors: FieldError[] = [];
  const ownPath = child(path, field);
  const named = subject[field];
  if (!named) errors.push(required(ownPath, `${field} is required when subject kind is '${kind}'`));
  else if (field === 'serviceAccount')
    errors.push(...validateServiceAccount(subject.serviceAccount ?? {}, ownPath));
  else if (!named.name) errors.push(required(child(ownPath, 'name')));
  for (const [otherKind, other] of SUBJECT_FIELDS) {
    if (other === field || !subject[other]) continue;
    const detail = `${other} is forbidden when subject kind is not '${otherKind}'`;
    errors.push(forbidden(child(path, other), detail));
  }
  return errors;
}

function validateServiceAccount(subject: Partial<ServiceAccountSubject>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', namespace = '' } = subject;
  if (name === '') errors.push(required(child(path, 'name')));
  else if (name !== '*') {
    errors.push(...invalidEach(child(path, 'name'), name, validateServiceAccountName(name, false)));
  }
  const namespacePath = child(path, 'namespace');
  if (namespace === '') errors.push(required(namespacePath, 'must specify namespace for service account'));
  else errors.push(...invalidEach(namespacePath, namespace, validateNamespaceName(namespace, false)));
  return errors;
}

function validateVerbs(verbs: readonly string[], path: string): FieldError[] {
  if (!verbs.length) return [required(path, 'verbs must contain at least one value')];
  const alone = validateWildcard(verbs, path, 'verbs');
  if (alone.length || verbs.includes('*')) return alone;
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [notSupported(path, verbs, VERBS)];
}

const validateWildcard = (values: readonly string[], path: string, what: string): FieldError[] =>
  values.length > 1 && values.includes('*')
    ? [invalid(path, values, `if '*' is present, must not specify other ${what}`)]
    : [];

function validateResourceRule(rule: Partial<ResourcePolicyRule>, path: string): FieldError[] {
  const { clusterScope = false } = rule;
  const apiGroups = rule.apiGroups ?? [];
  const resources = rule.resources ?? [];
  const namespaces = rule.namespaces ?? [];
  const errors = validateVerbs(rule.verbs ?? [], child(path, 'verbs'));
  const groupsPath = child(path, 'apiGroups');
  if (!apiGroups.length)
    errors.push(required(groupsPath, 'resource rules must supply at least one api group'));
  errors.push(...validateWildcard(apiGroups, groupsPath, 'api groups'));
  const resourcesPath = child(path, 'resources');
  if (!resources.length)
    errors.push(required(resourcesPath, 'resource rules must supply at least one resource'));
  errors.push(...validateWildcard(resources, resourcesPath, 'resources'));
  const namespacesPath = child(path, 'namespaces');
  if (!namespaces.length && !clusterScope) {
    const detail = 'resource rules that are not cluster scoped must supply at least one namespace';
    errors.push(required(namespacesPath, detail));
  }
  if (namespaces.includes('*'))
    return [...errors, ...validateWildcard(namespaces, namespacesPath, 'namespaces')];
  for (const [index, namespace] of namespaces.entries()) {
    const messages = validateNamespaceName(namespace, false).map(
      (message) => `each member of this list must be '*' or a DNS-1123 label; ${message}`,
    );
    errors.push(...invalidEach(at(namespacesPath, index), namespace, messages));
  }
  return errors;
}

function validateNonResourceRule(rule: Partial<NonResourcePolicyRule>, path: string): FieldError[] {
  const urls = rule.nonResourceURLs ?? [];
  const errors = validateVerbs(rule.verbs ?? [], child(path, 'verbs'));
  const urlsPath = child(path, 'nonResourceURLs');
  if (!urls.length) errors.push(required(urlsPath, 'nonResourceURLs must contain at least one value'));
  if (urls.includes('*')) return [...errors, ...validateWildcard(urls, urlsPath, 'non-resource URLs')];
  for (const [index, url] of urls.entries()) {
    const problem = urlProblem(url);
    if (problem !== undefined) errors.push(invalid(at(urlsPath, index), url, problem));
  }
  return errors;
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const first = url.indexOf('*');
  return first >= 0 && (first < url.length - 1 || !url.endsWith('/*'))
    ? 'wildcard can only do suffix matching'
    : undefined;
}

/** Source: kubernetes pkg/apis/admissionregistration/validation/validation.go. */
import type { Environment } from '../../apimachinery/cel/cel.ts';
import { jsonPatchType, resolveMutationType } from '../../apimachinery/cel/mutation.ts';
import { boolType, listType, nullType, stringType } from '../../apimachinery/cel/types.ts';
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import { goQuote } from '../../apimachinery/go-quote.ts';
import type {
  AuditAnnotation,
  MatchResources,
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingAdmissionPolicySpec,
  Mutation,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import {
  byteLength,
  isDNS1035Label,
  isDNS1123Subdomain,
  isPathSegmentName,
} from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { internalForm } from '../core/internal-form.ts';
import { invalidEach, validateQualifiedName } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { policyEnvironment } from './expressions/environment.ts';
import { expressionErrors, Variables } from './expressions/expressions.ts';
import {
  FAILURE_POLICIES,
  REINVOCATION_POLICIES,
  validateMatchConditions,
  validateMatchResources,
} from './rule-validation.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];
const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_AUDIT_EXPRESSION_BYTES = 5 * 1024;

type PolicySpec = ValidatingAdmissionPolicySpec | MutatingAdmissionPolicySpec;

/** What policies of both kinds have in common. */
function validatePolicySpec(
  spec: PolicySpec,
  old: PolicySpec | undefined,
  variables: Variables,
  operations?: readonly string[],
): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.failurePolicy === undefined) errors.push(required('spec.failurePolicy'));
  else if (!FAILURE_POLICIES.includes(spec.failurePolicy)) {
    errors.push(notSupported('spec.failurePolicy', spec.failurePolicy, FAILURE_POLICIES));
  }
  if (spec.paramKind) errors.push(...validateParamKind(spec.paramKind, 'spec.paramKind'));
  if (!spec.matchConstraints) {
    errors.push(required('spec.matchConstraints'));
  } else {
    errors.push(...validateMatchResources(spec.matchConstraints, 'spec.matchConstraints'));
    if (!spec.matchConstraints.resourceRules?.length)
      errors.push(required('spec.matchConstraints.resourceRules'));
    if (operations)
      errors.push(...validateOperations(spec.matchConstraints, operations, 'spec.matchConstraints'));
  }
  // What depends on nothing that has changed stays acceptable.
  const same =
    old &&
    semanticEqual(spec.paramKind, old.paramKind) &&
    semanticEqual(spec.matchConditions, old.matchConditions);
  if (!same)
    errors.push(
      ...validateMatchConditions(spec.matchConditions, 'spec.matchConditions', Boolean(spec.paramKind)),
    );
  for (const [index, variable] of (spec.variables ?? []).entries()) {
    errors.push(...validateVariable(variable, variables, at('spec.variables', index)));
  }
  return errors;
}

/** `path` is that of what is matched. */
const validateOperations = (
  { resourceRules }: MatchResources,
  supported: readonly string[],
  path: string,
): FieldError[] =>
  (resourceRules ?? [])
    .flatMap(({ operations }) => operations ?? [])
    .filter((operation) => !supported.includes(operation))
    .map((operation) => notSupported(child(path, 'resourceRules', 'operations'), operation, supported));

const hasNewlines = (text: string): boolean => /[\n\r]/.test(text);

export const validateValidatingAdmissionPolicy = (policy: ValidatingAdmissionPolicy): FieldError[] =>
  validateValidatingAdmissionPolicyUpdate(policy, undefined);

export function validateValidatingAdmissionPolicyUpdate(
  policy: ValidatingAdmissionPolicy,
  old: ValidatingAdmissionPolicy | undefined,
): FieldError[] {
  const spec = policy.spec ?? {};
  const params = Boolean(spec.paramKind);
  const variables = new Variables(spec.variables ?? [], policyEnvironment({ params, authorizer: true }));
  const messages = new Variables(spec.variables ?? [], policyEnvironment({ params })).environment;
  const errors = validatePolicySpec(spec, old?.spec, variables);
  const { validations = [], auditAnnotations = [] } = spec;
  if (!validations.length && !auditAnnotations.length) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    return [...errors, required('spec.validations', detail), required('spec.auditAnnotations', detail)];
  }
  for (const [index, validation] of validations.entries()) {
    errors.push(
      ...validateValidation(validation, variables.environment, messages, at('spec.validations', index)),
    );
  }
  const path = 'spec.auditAnnotations';
  if (auditAnnotations.length > MAX_AUDIT_ANNOTATIONS) {
    const detail = `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`;
    errors.push(invalid(path, internalForm('[]AuditAnnotation', auditAnnotations), detail));
  }
  const seen = new Set<string>();
  for (const [index, annotation] of auditAnnotations.entries()) {
    const here = at(path, index);
    errors.push(
      ...validateAuditAnnotation(annotation, policy.metadata?.name ?? '', variables.environment, here),
    );
    if (seen.has(annotation.key)) errors.push(duplicate(child(here, 'key'), annotation.key));
    seen.add(annotation.key);
  }
  return errors;
}

export function validateValidatingAdmissionPolicyStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, warning] of (status?.typeChecking?.expressionWarnings ?? []).entries()) {
    const path = at('status.typeChecking.expressionWarnings', index);
    if (!warning.warning) errors.push(required(child(path, 'warning')));
    if (!warning.fieldRef?.trim()) errors.push(required(child(path, 'fieldRef')));
  }
  return [...errors, ...validateConditions(status?.conditions, 'status.conditions')];
}

/** `messages`: what expressions of messages may use. */
function validateValidation(
  validation: Validation,
  environment: Environment,
  messages: Environment,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const { expression = '', message = '', messageExpression = '', reason }: Partial<Validation> = validation;
  if (expression.trim() === '') {
    errors.push(required(child(path, 'expression'), 'expression is not specified'));
  } else errors.push(...expressionErrors(expression, environment, [boolType], child(path, 'expression')));
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(
      invalid(child(path, 'messageExpression'), messageExpression, 'must be non-empty if specified'),
    );
  } else if (messageExpression !== '') {
    const here = child(path, 'messageExpression');
    errors.push(...expressionErrors(messageExpression, messages, [stringType], here));
  }
  if (message !== '' && message.trim() === '') {
    errors.push(invalid(child(path, 'message'), message, 'must be non-empty if specified'));
  } else if (hasNewlines(message.trim())) {
    errors.push(invalid(child(path, 'message'), message, 'must not contain line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupported(child(path, 'reason'), reason, REASONS));
  }
  return errors;
}

function validateAuditAnnotation(
  annotation: AuditAnnotation,
  policy: string,
  environment: Environment,
  path: string,
): FieldError[] {
  const { key = '', valueExpression = '' }: Partial<AuditAnnotation> = annotation;
  const keyPath = child(path, 'key');
  const errors =
    policy === ''
      ? [invalid(keyPath, key, 'requires metadata.name be non-empty')]
      : validateQualifiedName(`${policy}/${key}`, keyPath);
  const expression = valueExpression.trim();
  const expressionPath = child(path, 'valueExpression');
  if (expression === '') errors.push(required(expressionPath, 'valueExpression is not specified'));
  else if (byteLength(expression) > MAX_AUDIT_EXPRESSION_BYTES) {
    errors.push(required(expressionPath, `must not exceed ${MAX_AUDIT_EXPRESSION_BYTES} bytes in length`));
  } else {
    const types = [stringType, nullType];
    for (const error of expressionErrors(expression, environment, types, expressionPath)) {
      // Compiled without the blanks around it, but shown with them.
      const { message } = error;
      errors.push({ ...error, message: message.replace(goQuote(expression), goQuote(valueExpression)) });
    }
  }
  return errors;
}

const CEL_RESERVED = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

function validateVariable(
  { name = '', expression = '' }: Partial<Variable>,
  variables: Variables,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name.trim() === '') errors.push(required(child(path, 'name'), 'name is not specified'));
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || CEL_RESERVED.has(name)) {
    errors.push(invalid(child(path, 'name'), name, 'must be a valid CEL identifier'));
  }
  if (expression.trim() === '') {
    errors.push(required(child(path, 'expression'), 'expression is not specified'));
  } else {
    const { problem } = variables.get(name) ?? {};
    if (problem !== undefined) errors.push(invalid(child(path, 'expression'), expression, problem));
  }
  return errors;
}

function validateParamKind({ apiVersion = '', kind = '' }: ParamKind, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const versionPath = child(path, 'apiVersion');
  const parts = apiVersion.split('/');
  const joined = (value: string, messages: readonly string[]): void => {
    if (messages.length) errors.push(invalid(versionPath, value, messages.join(',')));
  };
  if (apiVersion === '') {
    errors.push(required(versionPath));
  } else if (parts.length > 2) {
    errors.push(invalid(versionPath, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  } else {
    const version = parts.at(-1) ?? '';
    const group = parts.length === 2 ? (parts[0] ?? '') : '';
    if (group !== '') joined(group, isDNS1123Subdomain(group));
    if (version === '') errors.push(invalid(versionPath, apiVersion, 'version must be specified'));
    else joined(version, isDNS1035Label(version));
  }
  if (kind === '') return [...errors, required(child(path, 'kind'))];
  const messages = isDNS1035Label(kind.toLowerCase());
  if (messages.length) {
    const detail = `may have mixed case, but should otherwise match: ${messages.join(',')}`;
    errors.push(invalid(child(path, 'kind'), kind, detail));
  }
  return errors;
}

export const validateMutatingAdmissionPolicy = (policy: MutatingAdmissionPolicy): FieldError[] =>
  validateMutatingAdmissionPolicyUpdate(policy, undefined);

/** What can be changed on its way: everything but deletions. */
const MUTATING_OPERATIONS = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

export function validateMutatingAdmissionPolicyUpdate(
  policy: MutatingAdmissionPolicy,
  old: MutatingAdmissionPolicy | undefined,
): FieldError[] {
  const spec = policy.spec ?? {};
  const params = Boolean(spec.paramKind);
  const environment = policyEnvironment({ params, authorizer: true, patches: true });
  const variables = new Variables(spec.variables ?? [], environment);
  const errors = validatePolicySpec(spec, old?.spec, variables, MUTATING_OPERATIONS);
  const { reinvocationPolicy = '', mutations = [] } = spec;
  if (!mutations.length) errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  for (const [index, mutation] of mutations.entries()) {
    errors.push(...validateMutation(mutation, variables.environment, at('spec.mutations', index)));
  }
  if (reinvocationPolicy === '') errors.push(required('spec.reinvocationPolicy'));
  else if (!REINVOCATION_POLICIES.includes(reinvocationPolicy)) {
    errors.push(notSupported('spec.reinvocationPolicy', reinvocationPolicy, REINVOCATION_POLICIES));
  }
  return errors;
}

/** What the expression of each patch type makes. */
const PATCHES = {
  applyConfiguration: resolveMutationType('Object')!,
  jsonPatch: listType(jsonPatchType),
};

function validateMutation(mutation: Mutation, environment: Environment, path: string): FieldError[] {
  const { patchType = '' }: Partial<Mutation> = mutation;
  if (patchType === '') return [required(child(path, 'patchType'))];
  if (!PATCH_TYPES.includes(patchType))
    return [notSupported(child(path, 'patchType'), patchType, PATCH_TYPES)];
  const errors: FieldError[] = [];
  const [own, other] =
    patchType === 'JSONPatch'
      ? (['jsonPatch', 'applyConfiguration'] as const)
      : (['applyConfiguration', 'jsonPatch'] as const);
  const patch = mutation[own];
  if (!patch) errors.push(required(child(path, own), `must be specified when patchType is ${patchType}`));
  else if (!patch.expression?.trim()) {
    errors.push(required(child(path, own, 'expression')));
  } else {
    const source = patch.expression.trim();
    errors.push(...expressionErrors(source, environment, [PATCHES[own]], child(path, own, 'expression')));
  }
  if (mutation[other]) {
    errors.push(
      invalid(child(path, other), `{${other}}`, `must not be specified when patchType is ${patchType}`),
    );
  }
  return errors;
}

function validateBindingSpec(
  spec: ValidatingAdmissionPolicyBinding['spec'] | MutatingAdmissionPolicyBinding['spec'],
): FieldError[] {
  const errors: FieldError[] = [];
  const policyName = spec?.policyName ?? '';
  if (policyName === '') errors.push(required('spec.policyName'));
  else errors.push(...invalidEach('spec.policyName', policyName, nameIsDNSSubdomain(policyName, false)));
  if (spec?.paramRef) errors.push(...validateParamRef(spec.paramRef, 'spec.paramRef'));
  if (spec?.matchResources)
    errors.push(...validateMatchResources(spec.matchResources, 'spec.matchResources'));
  return errors;
}

export const validateValidatingAdmissionPolicyBinding = (
  binding: ValidatingAdmissionPolicyBinding,
): FieldError[] => [
  ...validateBindingSpec(binding.spec),
  ...validateActions(binding.spec?.validationActions ?? [], 'spec.validationActions'),
];
export const validateValidatingAdmissionPolicyBindingUpdate = validateValidatingAdmissionPolicyBinding;

export const validateMutatingAdmissionPolicyBinding = (
  binding: MutatingAdmissionPolicyBinding,
): FieldError[] => [
  ...validateBindingSpec(binding.spec),
  ...validateOperations(binding.spec?.matchResources ?? {}, MUTATING_OPERATIONS, 'spec.matchResources'),
];
export const validateMutatingAdmissionPolicyBindingUpdate = validateMutatingAdmissionPolicyBinding;

function validateActions(actions: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) errors.push(notSupported(at(path, index), action, ACTIONS));
    if (actions.indexOf(action) < index) errors.push(duplicate(at(path, index), action));
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalid(path, actions, detail));
  }
  if (!actions.length) errors.push(required(path, 'at least one validation action is required'));
  return errors;
}

function validateParamRef(paramRef: ParamRef, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', selector, parameterNotFoundAction: action = '' } = paramRef;
  const exclusive = 'name and selector are mutually exclusive';
  if (name !== '') {
    errors.push(...invalidEach(child(path, 'name'), name, isPathSegmentName(name)));
    if (selector) errors.push(forbidden(child(path, 'name'), exclusive));
  }
  if (selector) {
    errors.push(...validateLabelSelector(selector, child(path, 'selector')));
    if (name !== '') errors.push(forbidden(child(path, 'selector'), exclusive));
  }
  if (name === '' && !selector) errors.push(required(path, 'one of name or selector must be specified'));
  const actionPath = child(path, 'parameterNotFoundAction');
  if (action === '') errors.push(required(actionPath));
  else if (action !== 'Deny' && action !== 'Allow') {
    errors.push(unsupported(actionPath, action, ['Deny', 'Allow']));
  }
  return errors;
}

/**
 * ValidatingAdmissionPolicy: refuses what the policies of the cluster do not want.
 * Sources: apiserver pkg/admission/plugin/policy/validating (plugin.go, dispatcher.go, validator.go).
 */
import type { Activation } from '../../../apimachinery/cel/cel.ts';
import { boolType, nullType, stringType } from '../../../apimachinery/cel/types.ts';
import { StatusError } from '../../../apimachinery/status.ts';
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { KubeObject, Stored } from '../../../apis/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../plugin.ts';
import { refuse } from '../plugin.ts';
import { conditionsOf, type Conditions, matchConditions } from './conditions.ts';
import { policyEnvironment } from './environment.ts';
import {
  BudgetError,
  COST_BUDGET,
  type Compiled,
  compileExpression,
  Evaluation,
  Variables,
} from './expressions.ts';
import { inputsOf, namespaceObject } from './inputs.ts';
import { isExempt, matchedAs } from './matching.ts';
import { collectParams, ConfigurationError } from './params.ts';

const GROUP = 'admissionregistration.k8s.io';

type Policy = ValidatingAdmissionPolicy & KubeObject;
type Binding = ValidatingAdmissionPolicyBinding & KubeObject;

interface Denial {
  readonly policy: Policy;
  readonly binding?: Binding;
  readonly message: string;
  readonly reason?: string;
}

interface CompiledPolicy {
  readonly variables: Variables;
  readonly conditions: Conditions;
  readonly validations: readonly { validation: Validation; expression: Compiled; message?: Compiled }[];
  readonly annotations: readonly Compiled[];
}

/** By the object the cache holds: a policy is compiled once in each server, as long as it does not change. */
const compiled = new WeakMap<Stored<Policy>, CompiledPolicy>();

function compiledOf(policy: Stored<Policy>): CompiledPolicy {
  let known = compiled.get(policy);
  if (!known) {
    const { spec = {} } = policy;
    const params = spec.paramKind !== undefined;
    const variables = new Variables(spec.variables ?? [], policyEnvironment({ params, authorizer: true }));
    const messages = new Variables(spec.variables ?? [], policyEnvironment({ params, authorizer: false }))
      .environment;
    known = {
      variables,
      conditions: conditionsOf(spec.matchConditions ?? [], variables.environment),
      validations: (spec.validations ?? []).map((validation) => ({
        validation,
        expression: compileExpression(validation.expression, variables.environment, [boolType]),
        ...(validation.messageExpression
          ? { message: compileExpression(validation.messageExpression, messages, [stringType]) }
          : {}),
      })),
      annotations: (spec.auditAnnotations ?? []).map(({ valueExpression }) =>
        compileExpression(valueExpression, variables.environment, [stringType, nullType]),
      ),
    };
    compiled.set(policy, known);
  }
  return known;
}

async function validate(attributes: AdmissionAttributes): Promise<void> {
  const { reads } = attributes;
  const bindings = await reads.list<Binding>(GROUP, 'validatingadmissionpolicybindings');
  if (bindings.length === 0) return;
  const policies = await reads.list<Policy>(GROUP, 'validatingadmissionpolicies');
  const denials: Denial[] = [];
  for (const policy of policies) {
    const own = bindings.filter(({ spec }) => spec?.policyName === policy.metadata.name);
    if (own.length > 0) await consult(attributes, policy, own, denials);
  }
  const [first] = denials;
  if (first) throw denied(attributes, first);
}

async function consult(
  attributes: AdmissionAttributes,
  policy: Stored<Policy>,
  bindings: readonly Binding[],
  denials: Denial[],
): Promise<void> {
  const { spec = {} } = policy;
  const matched = await matchedAs(attributes, spec.matchConstraints ?? {});
  if (!matched) return;
  for (const binding of bindings) {
    const resources = binding.spec?.matchResources;
    if (resources && !(await matchedAs(attributes, resources))) continue;
    let params: (KubeObject | undefined)[];
    try {
      params = await collectParams(
        attributes,
        spec.paramKind,
        binding.spec?.paramRef,
        await attributes.findKind(spec.paramKind?.apiVersion ?? '', spec.paramKind?.kind ?? ''),
      );
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      if (spec.failurePolicy !== 'Ignore') {
        denials.push({ policy, binding, message: `failed to configure binding: ${error.message}` });
      }
      continue;
    }
    const namespace = params.length > 0 ? await namespaceObject(attributes) : undefined;
    for (const param of params) {
      const inputs = inputsOf(attributes, matched, namespace, spec.paramKind ? { value: param } : undefined);
      for (const { message, reason } of failures(policy, inputs)) {
        const actions = binding.spec?.validationActions ?? [];
        if (actions.includes('Deny'))
          denials.push({ policy, binding, message, ...(reason ? { reason } : {}) });
        if (actions.includes('Warn')) {
          attributes.warnings.push(
            `Validation failed for ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata?.name}': ${message}`,
          );
        }
      }
    }
  }
}

interface Failure {
  readonly message: string;
  readonly reason?: string;
}

/** What the policy has against an object. What goes wrong on the way counts as the failure policy says. */
function failures(policy: Stored<Policy>, inputs: Activation): Failure[] {
  const ignored = policy.spec?.failurePolicy === 'Ignore';
  const { variables, conditions, validations, annotations } = compiledOf(policy);
  const wrong = (message: string): Failure[] => (ignored ? [] : [{ message }]);
  try {
    const matching = matchConditions(conditions, inputs, variables);
    if (matching.problem !== undefined) return wrong(matching.problem);
    if (!matching.matches) return [];
    const evaluation = new Evaluation(inputs, variables, COST_BUDGET);
    const found = validations.flatMap(({ validation, expression, message }): Failure[] => {
      const outcome = evaluation.evaluate(expression);
      if (!outcome.ok) return wrong(outcome.message);
      if (outcome.value === true) return [];
      const reason = validation.reason ?? 'Invalid';
      return [{ message: messageOf(validation, message, evaluation), reason }];
    });
    for (const annotation of annotations) {
      const outcome = evaluation.evaluate(annotation);
      if (!outcome.ok) found.push(...wrong(outcome.message));
    }
    return found;
  } catch (error) {
    if (error instanceof BudgetError) return wrong(error.message);
    throw error;
  }
}

/** Bytes a computed message may have. */
const MAX_MESSAGE = 5 * 1024;

function messageOf(validation: Validation, expression: Compiled | undefined, evaluation: Evaluation): string {
  const computed = expression ? evaluation.evaluate(expression) : undefined;
  if (computed?.ok && typeof computed.value === 'string') {
    const text = computed.value.trim();
    if (text && text.length <= MAX_MESSAGE && !text.includes('\n')) return text;
  }
  return validation.message?.trim() || `failed expression: ${validation.expression.trim()}`;
}

/** Status codes of the reasons a validation may give. */
const CODES: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

function denied(attributes: AdmissionAttributes, { policy, binding, message, reason }: Denial): StatusError {
  const by = binding ? ` with binding '${binding.metadata?.name}'` : '';
  const text = `ValidatingAdmissionPolicy '${policy.metadata?.name}'${by} denied request: ${message}`;
  const { status } = refuse(attributes, text);
  const given = reason ?? 'Invalid';
  return new StatusError(CODES[given] ?? 422, given as 'Invalid', status.message!, {
    ...status.details,
    causes: [...(status.details?.causes ?? []), { message: text }],
  });
}

export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  handles: (attributes) => !isExempt(attributes),
  validate,
};

/**
 * ValidatingAdmissionPolicy: refuses what the policies of the cluster do not want.
 * Sources: apiserver pkg/admission/plugin/policy/validating (plugin.go, dispatcher.go, validator.go).
 */
import type { Activation } from '../../../apimachinery/cel/cel.ts';
import { Allowance } from '../../../apimachinery/cel/work.ts';
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
import {
  conditionsOf,
  type Conditions,
  matchConditions,
} from '../../../apis/admissionregistration/expressions/conditions.ts';
import { policyEnvironment } from '../../../apis/admissionregistration/expressions/environment.ts';
import {
  asksAuthorizer,
  BudgetError,
  COST_BUDGET,
  type Compiled,
  compileExpression,
  Evaluation,
  Variables,
} from '../../../apis/admissionregistration/expressions/expressions.ts';
import { invocationsOf, type PolicyResources } from './invocations.ts';
import { isExempt } from './matching.ts';

type Policy = ValidatingAdmissionPolicy & KubeObject;
type Binding = ValidatingAdmissionPolicyBinding & KubeObject;

const RESOURCES: PolicyResources = {
  policies: 'validatingadmissionpolicies',
  bindings: 'validatingadmissionpolicybindings',
  asksAuthorizer: (policy) => compiledOf(policy as Stored<Policy>).asksAuthorizer,
};

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
  readonly asksAuthorizer: boolean;
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
    const conditions = conditionsOf(spec.matchConditions ?? [], variables.environment);
    const validations = (spec.validations ?? []).map((validation) => ({
      validation,
      expression: compileExpression(validation.expression, variables.environment, [boolType]),
      ...(validation.messageExpression
        ? { message: compileExpression(validation.messageExpression, messages, [stringType]) }
        : {}),
    }));
    const annotations = (spec.auditAnnotations ?? []).map(({ valueExpression }) =>
      compileExpression(valueExpression, variables.environment, [stringType, nullType]),
    );
    const expressions = [...conditions, ...validations.map(({ expression }) => expression), ...annotations];
    known = {
      variables,
      conditions,
      validations,
      annotations,
      asksAuthorizer: asksAuthorizer(expressions, variables),
    };
    compiled.set(policy, known);
  }
  return known;
}

async function validate(attributes: AdmissionAttributes): Promise<void> {
  const denials: Denial[] = [];
  const allowance = new Allowance();
  for (const found of await invocationsOf(attributes, RESOURCES)) {
    const policy = found.policy as Stored<Policy>;
    const binding = found.binding as Stored<Binding>;
    if ('problem' in found) {
      if (policy.spec?.failurePolicy !== 'Ignore') denials.push({ policy, binding, message: found.problem });
      continue;
    }
    for (const { message, reason } of failures(policy, found.inputs(), allowance)) {
      const actions = binding.spec?.validationActions ?? [];
      if (actions.includes('Deny')) denials.push({ policy, binding, message, ...(reason ? { reason } : {}) });
      if (actions.includes('Warn')) {
        attributes.warnings.push(
          `Validation failed for ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}': ${message}`,
        );
      }
    }
  }
  const [first] = denials;
  if (first) throw denied(attributes, first);
}

interface Failure {
  readonly message: string;
  readonly reason?: string;
}

/** What the policy has against an object. What goes wrong on the way counts as the failure policy says. */
function failures(policy: Stored<Policy>, inputs: Activation, allowance: Allowance): Failure[] {
  const ignored = policy.spec?.failurePolicy === 'Ignore';
  const { variables, conditions, validations, annotations } = compiledOf(policy);
  const wrong = (message: string): Failure[] => (ignored ? [] : [{ message }]);
  try {
    const matching = matchConditions(conditions, inputs, variables, allowance);
    if (matching.problem !== undefined) return wrong(matching.problem);
    if (!matching.matches) return [];
    const evaluation = new Evaluation(inputs, variables, COST_BUDGET, allowance);
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

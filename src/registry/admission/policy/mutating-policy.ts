/**
 * MutatingAdmissionPolicy: changes objects as the policies of the cluster say. What it sets nobody owns.
 * Sources: apiserver pkg/admission/plugin/policy/mutating (plugin.go, compilation.go, dispatcher.go), policy/generic.
 */
import { deepCopy } from '../../../apimachinery/deep-copy.ts';
import { jsonPatchType, resolveMutationType } from '../../../apimachinery/cel/mutation.ts';
import { listType } from '../../../apimachinery/cel/types.ts';
import { Allowance } from '../../../apimachinery/cel/work.ts';
import { normalize } from '../../../apimachinery/serializer/unknown-fields.ts';
import { requestEntityTooLarge, StatusError } from '../../../apimachinery/status.ts';
import type {
  MutatingAdmissionPolicy,
  Mutation,
} from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import {
  type Conditions,
  conditionsOf,
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
import { schemaOf } from '../../../apis/definition.ts';
import type { KubeObject, Stored } from '../../../apis/object.ts';
import { equalJSON } from '../../../apis/strategy.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../plugin.ts';
import { refuse } from '../plugin.ts';
import { type Invocation, invocationsOf, type PolicyResources } from './invocations.ts';
import { inVersion, isExempt } from './matching.ts';
import { applyConfiguration, applyOperations } from './patches.ts';

type Policy = MutatingAdmissionPolicy & KubeObject;

interface CompiledMutation {
  readonly apply: typeof applyConfiguration | typeof applyOperations;
  readonly expression: Compiled;
}
interface CompiledPolicy {
  readonly variables: Variables;
  readonly conditions: Conditions;
  readonly mutations: readonly CompiledMutation[];
  readonly asksAuthorizer: boolean;
}

const OBJECT = resolveMutationType('Object')!;
const PATCH = listType(jsonPatchType);

const compiled = new WeakMap<Stored, CompiledPolicy>();

function compiledOf(policy: Stored): CompiledPolicy {
  let known = compiled.get(policy);
  if (!known) {
    const { spec = {} } = policy as Stored<Policy>;
    const variables = new Variables(
      spec.variables ?? [],
      policyEnvironment({ params: spec.paramKind !== undefined, authorizer: true, patches: true }),
    );
    const conditions = conditionsOf(spec.matchConditions ?? [], variables.environment);
    const mutations = (spec.mutations ?? []).map((mutation) => compileMutation(mutation, variables));
    const expressions = [...conditions, ...mutations.map(({ expression }) => expression)];
    known = { variables, conditions, mutations, asksAuthorizer: asksAuthorizer(expressions, variables) };
    compiled.set(policy, known);
  }
  return known;
}

function compileMutation(mutation: Mutation, { environment }: Variables): CompiledMutation {
  if (mutation.patchType === 'JSONPatch') {
    const source = mutation.jsonPatch?.expression ?? '';
    return { apply: applyOperations, expression: compileExpression(source, environment, [PATCH]) };
  }
  const source = mutation.applyConfiguration?.expression ?? '';
  return { apply: applyConfiguration, expression: compileExpression(source, environment, [OBJECT]) };
}

/** Characters of an object, as of a request's body. */
const MAX_SIZE = 3_145_728;

const RESOURCES: PolicyResources = {
  policies: 'mutatingadmissionpolicies',
  bindings: 'mutatingadmissionpolicybindings',
  asksAuthorizer: (policy) => compiledOf(policy).asksAuthorizer,
};

async function admit(attributes: AdmissionAttributes): Promise<void> {
  const { object } = attributes;
  if (!object) return;
  const problems: string[] = [];
  const allowance = new Allowance();
  for (const found of await invocationsOf(attributes, RESOURCES)) {
    const policy = found.policy as Stored<Policy>;
    const report = (problem: string): void => {
      if (policy.spec?.failurePolicy === 'Ignore') return;
      const { name } = found.binding.metadata;
      problems.push(`policy '${policy.metadata.name}' with binding '${name}' denied request: ${problem}`);
    };
    if ('problem' in found) {
      report(found.problem);
      continue;
    }
    // The second time only those that want to see what the others did.
    if (attributes.again && policy.spec?.reinvocationPolicy !== 'IfNeeded') continue;
    invoke(attributes, object, found, allowance, report);
  }
  if (problems.length > 0) throw denied(attributes, problems);
}

function invoke(
  attributes: AdmissionAttributes,
  object: KubeObject,
  { policy, matched, inputs }: Invocation,
  allowance: Allowance,
  report: (problem: string) => void,
): void {
  const { variables, conditions, mutations } = compiledOf(policy);
  try {
    const matching = matchConditions(conditions, inputs(), variables, allowance);
    if (matching.problem !== undefined) report(matching.problem);
    if (!matching.matches) return;
    const before = JSON.stringify(object);
    for (const { apply, expression } of mutations) {
      // Each sees what the one before it made.
      const outcome = new Evaluation(inputs(), variables, COST_BUDGET, allowance).evaluate(expression);
      if (!outcome.ok) {
        report(expression.problem ?? outcome.message);
        continue;
      }
      try {
        const versioned = inVersion(object, attributes.definition, matched);
        const changed = apply(versioned, outcome.value, schemaOf(matched));
        take(attributes, object, inVersion(changed, matched, attributes.definition));
        checkSize(object, allowance);
      } catch (error) {
        if (error instanceof StatusError) throw error;
        report((error as Error).message);
      }
    }
    if (!equalJSON(JSON.parse(before), object)) attributes.mutated?.();
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    report(error.message);
  }
}

/** What no request could bring does not grow further; whatever is large is much work for the next ones. */
function checkSize(object: KubeObject, allowance: Allowance): void {
  const size = JSON.stringify(object).length;
  if (size > MAX_SIZE) throw requestEntityTooLarge(`Request entity too large: limit is ${MAX_SIZE}`);
  allowance.left -= size >> 4;
}

/** Gives the object its new content, brought to the form and with the defaults of its kind. */
function take(
  { definition, namespace, now, random, user }: AdmissionAttributes,
  object: KubeObject,
  next: KubeObject,
): void {
  const content: KubeObject = deepCopy(next);
  if (definition.custom) definition.custom.admitFields(content);
  else normalize(content, schemaOf(definition));
  definition.strategy.default?.(content, { now, random, user, namespace });
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, content);
}

/** Unlike all other refusals it does not say what is forbidden, but who forbids it. */
function denied(attributes: AdmissionAttributes, problems: readonly string[]): StatusError {
  const { status } = refuse(attributes, '');
  return new StatusError(403, 'Invalid', problems[0]!, {
    ...status.details,
    causes: problems.map((message) => ({ message })),
  });
}

export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: 'MutatingAdmissionPolicy',
  handles: (attributes) => attributes.object !== undefined && !isExempt(attributes),
  admit,
};

/**
 * Type checks the expressions of ValidatingAdmissionPolicies against the kinds they are about, and tells in their status
 * what it found. The policies work all the same: their expressions see objects without types.
 * Sources: kubernetes pkg/controller/validatingadmissionpolicystatus/controller.go, apiserver
 * pkg/admission/plugin/policy/validating/typechecking.go.
 */
import type { Environment } from '../apimachinery/cel/cel.ts';
import { schemaType } from '../apimachinery/cel/schema-type.ts';
import type {
  ExpressionWarning,
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
} from '../apimachinery/types/admissionregistration.v1.gen.ts';
import { policyEnvironment } from '../apis/admissionregistration/expressions/environment.ts';
import { compileExpression, Variables } from '../apis/admissionregistration/expressions/expressions.ts';
import type { ResourceCatalog } from '../apis/catalog.ts';
import { type ResourceDefinition, schemaOf } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import { type Controller, type ControllerContext, itself } from './framework.ts';

const POLICIES: ResourceName = ['admissionregistration.k8s.io', 'validatingadmissionpolicies'];

/** Kinds looked at for one rule. */
const MAX_KINDS = 10;

type Policy = ValidatingAdmissionPolicy & KubeObject;

/** The resources a rule names; none when it means more than it names. */
function resourcesOf(rule: NamedRuleWithOperations, catalog: ResourceCatalog): ResourceDefinition[] {
  const groups = [...(rule.apiGroups ?? [])].sort();
  const versions = [...(rule.apiVersions ?? [])].sort();
  if ([...groups, ...versions].some((name) => name.includes('*'))) return [];
  const names = (rule.resources ?? []).filter((name) => !/[*/]/.test(name)).sort();
  const found = groups.flatMap((group) =>
    versions.flatMap((version) => names.flatMap((name) => catalog.find(group, version, name) ?? [])),
  );
  return found.slice(0, MAX_KINDS);
}

const shown = ({ group, version, kind }: ResourceDefinition): string => `${group}/${version}, Kind=${kind}`;

/** What type checking has to say of a policy. */
export function typeWarnings({ spec }: Policy, catalog: ResourceCatalog): ExpressionWarning[] {
  const rules = spec?.matchConstraints?.resourceRules ?? [];
  const kinds = [...new Set(rules.flatMap((rule) => resourcesOf(rule, catalog)))].sort((a, b) =>
    shown(a) < shown(b) ? -1 : 1,
  );
  const { paramKind } = spec ?? {};
  const params = paramKind && catalog.findKind(paramKind.apiVersion ?? '', paramKind.kind ?? '');
  const environments = kinds.map((kind): [string, Environment] => {
    const object = schemaType(schemaOf(kind));
    const typed = policyEnvironment({ params: paramKind !== undefined, authorizer: true }).extend({
      variables: {
        object,
        oldObject: object,
        ...(params ? { params: schemaType(schemaOf(params)) } : {}),
      },
    });
    return [shown(kind), new Variables(spec?.variables ?? [], typed).environment];
  });
  const warnings: ExpressionWarning[] = [];
  const check = (expression: string | undefined, fieldRef: string): void => {
    if (!expression) return;
    const texts = environments.flatMap(([kind, environment]) => {
      const { problem } = compileExpression(expression, environment, []);
      return problem === undefined ? [] : [`${kind}: ${problem}\n`];
    });
    if (texts.length > 0) warnings.push({ fieldRef, warning: texts.join('\n') });
  };
  for (const [index, { expression, messageExpression }] of (spec?.validations ?? []).entries()) {
    check(expression, `spec.validations[${index}].expression`);
    check(messageExpression, `spec.validations[${index}].messageExpression`);
  }
  return warnings;
}

async function reconcile(name: string, ctx: ControllerContext): Promise<void> {
  const policy = ctx.lister<Policy>(POLICIES).get('', name);
  const { generation } = policy?.metadata ?? {};
  if (!policy || policy.metadata.deletionTimestamp) return;
  if (generation !== undefined && (policy.status?.observedGeneration ?? 0) >= generation) return;
  const warnings = typeWarnings(policy, ctx.catalog);
  const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
  await ignoring(
    ctx.client.updateStatus<Policy>(
      POLICIES,
      '',
      name,
      (object) =>
        object.metadata.generation === generation
          ? { ...object, status: { ...object.status, observedGeneration: generation!, typeChecking } }
          : object,
      policy,
    ),
    isNotFound,
  );
}

export const validatingPolicyStatusController: Controller = {
  name: 'validatingadmissionpolicy-status-controller',
  watches: [{ resource: POLICIES, keys: itself }],
  reconcile,
};

/**
 * Which policies a request has to pass, with which parameters: the same for those that validate and those that mutate.
 * Source: apiserver pkg/admission/plugin/policy/generic/policy_dispatcher.go (Dispatch).
 */
import type { Activation } from '../../../apimachinery/cel/cel.ts';
import type {
  MatchResources,
  ParamKind,
  ParamRef,
} from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { ResourceDefinition } from '../../../apis/definition.ts';
import type { KubeObject, Stored } from '../../../apis/object.ts';
import type { AdmissionAttributes } from '../plugin.ts';
import { authorizerInputs, type AuthorizerInputs } from './authorizer.ts';
import { inputsOf, namespaceObject } from './inputs.ts';
import { matchedAs } from './matching.ts';
import { collectParams, ConfigurationError } from './params.ts';

const GROUP = 'admissionregistration.k8s.io';

/** What both kinds of policies have in common. */
interface PolicySpec {
  readonly matchConstraints?: MatchResources;
  readonly paramKind?: ParamKind;
}
interface BindingSpec {
  readonly policyName?: string;
  readonly matchResources?: MatchResources;
  readonly paramRef?: ParamRef;
}

export interface Invocation {
  readonly policy: Stored;
  readonly binding: Stored;
  /** The version of the resource the policy is about. */
  readonly matched: ResourceDefinition;
  /** Identity of the parameter; '' without one. */
  readonly param: string;
  /** What its expressions see, of the object as it is when this is called. */
  inputs(): Activation;
}

/** A policy that is for the request and cannot be asked. */
export interface Misconfigured {
  readonly policy: Stored;
  readonly binding: Stored;
  /** `failed to configure binding: …` */
  readonly problem: string;
}

export interface PolicyResources {
  readonly policies: string;
  readonly bindings: string;
  /** Whether expressions of the policy ask the authorizer: its roles are then read. */
  asksAuthorizer(policy: Stored): boolean;
}

/** In the order of the policies' names, then of the bindings'. */
export async function invocationsOf(
  attributes: AdmissionAttributes,
  resources: PolicyResources,
): Promise<(Invocation | Misconfigured)[]> {
  const { reads } = attributes;
  const bindings = await reads.list<KubeObject>(GROUP, resources.bindings);
  if (bindings.length === 0) return [];
  const found: (Invocation | Misconfigured)[] = [];
  let roles: AuthorizerInputs | undefined;
  for (const policy of await reads.list<KubeObject>(GROUP, resources.policies)) {
    const own = bindings.filter(({ spec }) => (spec as BindingSpec)?.policyName === policy.metadata.name);
    const spec: PolicySpec = policy.spec ?? {};
    const matched = own.length > 0 ? await matchedAs(attributes, spec.matchConstraints ?? {}) : undefined;
    if (!matched) continue;
    const namespace = await namespaceObject(attributes);
    for (const binding of own) {
      const { matchResources, paramRef }: BindingSpec = binding.spec ?? {};
      if (matchResources && !(await matchedAs(attributes, matchResources))) continue;
      const params = await paramsOf(attributes, spec.paramKind, paramRef);
      if (params instanceof ConfigurationError) {
        found.push({ policy, binding, problem: `failed to configure binding: ${params.message}` });
        continue;
      }
      if (resources.asksAuthorizer(policy)) roles ??= await authorizerInputs(attributes);
      for (const value of params) {
        found.push({
          policy,
          binding,
          matched,
          param: value ? `${value.metadata?.namespace ?? ''}/${value.metadata?.name}` : '',
          inputs: () => ({
            ...inputsOf(attributes, matched, namespace, spec.paramKind ? { value } : undefined),
            ...roles,
          }),
        });
      }
    }
  }
  return found;
}

async function paramsOf(
  attributes: AdmissionAttributes,
  paramKind: ParamKind | undefined,
  paramRef: ParamRef | undefined,
): Promise<(KubeObject | undefined)[] | ConfigurationError> {
  try {
    const { apiVersion = '', kind = '' } = paramKind ?? {};
    const definition = paramKind && (await attributes.findKind(apiVersion, kind));
    return await collectParams(attributes, paramKind, paramRef, definition);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

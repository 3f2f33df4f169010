/** The parameters a binding gives its policy. Source: apiserver pkg/admission/plugin/policy/generic/policy_dispatcher.go (CollectParams). */
import { deepCopy } from '../../../apimachinery/deep-copy.ts';
import { fromLabelSelector, matches } from '../../../apimachinery/labels.ts';
import type { ParamKind, ParamRef } from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { ResourceDefinition } from '../../../apis/definition.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { apiVersionOf, storageOf } from '../../../apis/resources.ts';
import type { AdmissionAttributes } from '../plugin.ts';
import { namespaceOf } from './matching.ts';

/** A policy or binding that cannot be used as it is. */
export class ConfigurationError extends Error {}

/**
 * The policy is evaluated once for each; undefined stands for no parameter.
 * `definition`: the resource of the paramKind; undefined when the cluster does not have it.
 * @throws ConfigurationError
 */
export async function collectParams(
  attributes: AdmissionAttributes,
  paramKind: ParamKind | undefined,
  paramRef: ParamRef | undefined,
  definition: ResourceDefinition | undefined,
): Promise<(KubeObject | undefined)[]> {
  if (!paramKind || !paramRef) return [undefined];
  if (!definition) throw new ConfigurationError(`paramKind kind \`${shown(paramKind)}\` not known`);
  const namespace = namespaceFor(attributes, paramRef, definition);
  const { name, selector } = paramRef;
  const { group, resource } = storageOf(definition);
  const type = { apiVersion: apiVersionOf(definition), kind: definition.kind };
  const shape = (stored: KubeObject): KubeObject => {
    const param: KubeObject = { ...deepCopy(stored), ...type };
    definition.custom?.fromStorage(param);
    return param;
  };
  let params: KubeObject[] = [];
  if (name) {
    const param = await attributes.reads.get<KubeObject>(group, resource, namespace, name);
    if (param) params = [shape(param)];
  } else if (selector) {
    const wanted = fromLabelSelector(selector);
    const all = await attributes.reads.list<KubeObject>(group, resource, namespace || undefined);
    params = all.filter(({ metadata }) => matches(wanted, metadata.labels)).map((param) => shape(param));
  } else throw new ConfigurationError('one of name or selector must be provided');
  if (params.length === 0 && paramRef.parameterNotFoundAction === 'Deny') {
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return params;
}

function namespaceFor(
  attributes: AdmissionAttributes,
  { namespace }: ParamRef,
  { namespaced }: ResourceDefinition,
): string {
  if (!namespaced) {
    if (!namespace) return '';
    throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const chosen = namespace || namespaceOf(attributes);
  if (chosen) return chosen;
  throw new ConfigurationError(
    'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
  );
}

/** As Go prints the struct. */
const shown = ({ apiVersion = '', kind = '' }: ParamKind): string =>
  `&ParamKind{APIVersion:${apiVersion},Kind:${kind},}`;

/** What expressions of a policy see of a request. Source: apiserver pkg/admission/plugin/cel/condition.go (CreateAdmissionRequest). */
import type { Activation } from '../../../apimachinery/cel/cel.ts';
import type { ResourceDefinition } from '../../../apis/definition.ts';
import type { KubeObject } from '../../../apis/object.ts';
import type { AdmissionAttributes } from '../plugin.ts';
import { inVersion, namespaceOf } from './matching.ts';

const kindOf = ({ group, version, kind }: ResourceDefinition) => ({ group, version, kind });
const resourceOf = ({ group, version, resource }: ResourceDefinition) => ({ group, version, resource });

const optionsOf = (operation: AdmissionAttributes['operation']) => ({
  apiVersion: 'meta.k8s.io/v1',
  kind: { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions', CONNECT: '' }[operation],
});

/** The namespace of the object, read once; undefined for cluster-scoped objects and for namespaces. */
export async function namespaceObject({
  definition,
  namespace,
  reads,
}: AdmissionAttributes): Promise<KubeObject | undefined> {
  if (!namespace || !definition.namespaced) return undefined;
  const found = await reads.get<KubeObject>('', 'namespaces', '', namespace);
  if (!found) return undefined;
  const { uid: UID, managedFields: _m, ownerReferences: _o, ...metadata } = found.metadata;
  return { ...found, metadata: { ...metadata, UID } } as KubeObject;
}

/** `matched`: the version of the resource that the policy is about. */
export function inputsOf(
  attributes: AdmissionAttributes,
  matched: ResourceDefinition,
  namespace: KubeObject | undefined,
  params?: { readonly value: KubeObject | undefined },
): Activation {
  const { definition, subresource = '', operation, name, user, dryRun, object, old, view } = attributes;
  const shown = (one: KubeObject | undefined) =>
    (one && view ? view.of(definition, one) : inVersion(one, definition, matched)) ?? null;
  const namespaceName = namespaceOf(attributes);
  return {
    object: shown(object),
    oldObject: shown(old),
    namespaceObject: namespace ?? null,
    ...(params ? { params: params.value ?? null } : {}),
    request: {
      kind: view?.kind ?? kindOf(matched),
      resource: resourceOf(matched),
      ...(subresource ? { subResource: subresource, requestSubResource: subresource } : {}),
      requestKind: view?.kind ?? kindOf(definition),
      requestResource: resourceOf(definition),
      // What is empty is not there.
      ...(name ? { name } : {}),
      ...(namespaceName ? { namespace: namespaceName } : {}),
      operation,
      userInfo: {
        username: user.username,
        groups: user.groups,
        ...(user.uid ? { uid: user.uid } : {}),
        ...(user.extra ? { extra: user.extra } : {}),
      },
      dryRun,
      options: { ...optionsOf(operation), ...attributes.options },
    },
  };
}

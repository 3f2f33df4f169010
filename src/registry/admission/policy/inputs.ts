/** What expressions of a policy see of a request. Source: apiserver pkg/admission/plugin/cel/condition.go (CreateAdmissionRequest). */
import type { Activation } from '../../../apimachinery/cel/cel.ts';
import type { ResourceDefinition } from '../../../apis/definition.ts';
import type { KubeObject } from '../../../apis/object.ts';
import type { AdmissionAttributes } from '../plugin.ts';
import { inVersion, namespaceOf } from './matching.ts';

const kindOf = ({ group, version, kind }: ResourceDefinition) => ({ group, version, kind });
const resourceOf = ({ group, version, resource }: ResourceDefinition) => ({ group, version, resource });

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
  const { definition, subresource = '', operation, name, user, dryRun, object, old } = attributes;
  return {
    object: inVersion(object, definition, matched) ?? null,
    oldObject: inVersion(old, definition, matched) ?? null,
    namespaceObject: namespace ?? null,
    ...(params ? { params: params.value ?? null } : {}),
    request: {
      kind: kindOf(matched),
      resource: resourceOf(matched),
      ...(subresource ? { subResource: subresource, requestSubResource: subresource } : {}),
      requestKind: kindOf(definition),
      requestResource: resourceOf(definition),
      name,
      namespace: namespaceOf(attributes),
      operation,
      userInfo: {
        username: user.username,
        groups: user.groups,
        ...(user.uid ? { uid: user.uid } : {}),
        ...(user.extra ? { extra: user.extra } : {}),
      },
      dryRun,
      options: {},
    },
  };
}

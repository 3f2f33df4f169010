import type { ManagedFieldsEntry } from '../types/meta.v1.gen.ts';
import { difference, EMPTY_SET, fromPaths, has } from './field-set.ts';
import {
  encodeManagedFields,
  type Manager,
  type Managers,
  trustedManagedFields,
  withoutEmpty,
} from './managed-fields.ts';
import type { Path } from './path-element.ts';

/**
 * The scale subresource is an object of another kind, whose only field is the replicas of its parent: the owners of that
 * field are lent to it for a write and taken back.
 * Source: kubernetes/apimachinery pkg/util/managedfields/scalehandler.go. Upstream lists an owner twice that wrote the
 * parent by an update and kept its replicas; here it keeps its entry.
 */

const SCALE_VERSION = 'autoscaling/v1';
const SCALE_REPLICAS = fromPaths(['f:spec', 'f:replicas']);

/** Where a parent has its replicas, by apiVersion: `{ 'apps/v1': ['f:spec', 'f:replicas'] }`. */
export type ReplicasPaths = Readonly<Record<string, Path>>;

const owns = ({ apiVersion, fields }: Manager, paths: ReplicasPaths): boolean =>
  Object.hasOwn(paths, apiVersion) && has(fields, paths[apiVersion]!);

/** The managedFields of the Scale of an object with these entries. */
export function managedFieldsOfScale(
  parent: readonly ManagedFieldsEntry[] | undefined,
  paths: ReplicasPaths,
): ManagedFieldsEntry[] | undefined {
  return encodeManagedFields(
    trustedManagedFields(parent)
      .filter((manager) => owns(manager, paths))
      .map((manager) => ({ ...manager, apiVersion: SCALE_VERSION, fields: SCALE_REPLICAS })),
  );
}

/**
 * The managedFields of the parent after a write to its Scale.
 * @param scale the entries of the Scale after the write.
 * @param apiVersion the parent's version in the request.
 */
export function managedFieldsFromScale(
  parent: readonly ManagedFieldsEntry[] | undefined,
  scale: readonly ManagedFieldsEntry[] | undefined,
  apiVersion: string,
  paths: ReplicasPaths,
): ManagedFieldsEntry[] | undefined {
  const path = paths[apiVersion];
  const before = trustedManagedFields(parent);
  const owners = trustedManagedFields(scale).filter(({ fields }) => has(fields, ['f:spec', 'f:replicas']));
  const isSame = (a: Manager, b: Manager): boolean =>
    a.manager === b.manager && a.operation === b.operation && (a.subresource ?? '') === (b.subresource ?? '');
  const kept: Managers = before.map((manager) =>
    !owns(manager, paths) || owners.some((owner) => isSame(owner, manager))
      ? manager
      : { ...manager, fields: difference(manager.fields, fromPaths(paths[manager.apiVersion]!)) },
  );
  // As upstream, who comes to own the replicas by a scale has no time.
  const gained: Managers = owners
    .filter((owner) => !before.some((manager) => owns(manager, paths) && isSame(manager, owner)))
    .map(({ manager, operation, subresource }) => ({
      manager,
      operation,
      apiVersion,
      fields: path ? fromPaths(path) : EMPTY_SET,
      ...(subresource ? { subresource } : {}),
    }));
  return encodeManagedFields(withoutEmpty([...kept, ...gained]));
}

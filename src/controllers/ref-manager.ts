/**
 * Who controls which object: a controller adopts orphans that its selector matches and releases what it no longer
 * matches. Source: kubernetes pkg/controller/controller_ref_manager.go.
 */
import { getControllerOf, newControllerRef, withoutOwner } from '../apimachinery/controller-ref.ts';
import { matches, type Selector } from '../apimachinery/labels.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import type { ControllerContext } from './framework.ts';

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface Claim<T extends KubeObject> {
  /** The controlling object, from a lister. */
  readonly owner: Stored;
  readonly ownerResource: ResourceName;
  readonly ownerKind: Kind;
  readonly selector: Selector;
  /** What is claimed. */
  readonly resource: ResourceName;
  /** Which objects are looked at; others are neither claimed nor adopted nor released. Default all. */
  readonly filter?: (object: Stored<T>) => boolean;
  /** What adoption changes besides the owner reference, in place. */
  readonly onAdopt?: (object: Stored<T>) => void;
}

/**
 * The objects that the owner controls after it has adopted and released.
 * @throws when the owner has gone meanwhile, or a write fails.
 */
export async function claimObjects<T extends KubeObject>(
  ctx: ControllerContext,
  claim: Claim<T>,
): Promise<Stored<T>[]> {
  const { owner, selector, resource, filter = () => true } = claim;
  const { namespace = '', uid = '', deletionTimestamp } = owner.metadata;
  const lister = ctx.lister<T>(resource);
  const claimed: Stored<T>[] = [];
  const released: Promise<unknown>[] = [];
  for (const object of lister.controlledBy(uid)) {
    if (object.metadata.namespace !== owner.metadata.namespace || !filter(object)) continue;
    if (matches(selector, object.metadata.labels)) claimed.push(object);
    else if (!deletionTimestamp) released.push(release(ctx, claim, object));
  }
  await Promise.all(released);
  if (deletionTimestamp) return claimed;
  const orphans = lister
    .orphans(namespace)
    .filter(
      (object) =>
        !object.metadata.deletionTimestamp && matches(selector, object.metadata.labels) && filter(object),
    );
  if (orphans.length === 0) return claimed;
  await checkAlive(ctx, claim);
  const adopted = await Promise.all(orphans.map((object) => adopt(ctx, claim, object)));
  return [...claimed, ...adopted.filter((object) => object !== undefined)];
}

/** The copies may be old: nothing is adopted by what has gone. */
async function checkAlive(
  ctx: ControllerContext,
  { owner, ownerResource, ownerKind }: Claim<any>,
): Promise<void> {
  const { namespace = '', name = '', uid } = owner.metadata;
  const fresh = await ctx.client.get(ownerResource, namespace, name);
  if (fresh?.metadata.uid !== uid) {
    throw new Error(
      `original ${ownerKind.kind} ${namespace}/${name} is gone: got uid ${fresh?.metadata.uid ?? ''}, wanted ${uid}`,
    );
  }
  if (fresh?.metadata.deletionTimestamp) {
    throw new Error(`${namespace}/${name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
  }
}

/** Undefined when the object has gone, or somebody else was faster. */
async function adopt<T extends KubeObject>(
  ctx: ControllerContext,
  { owner, ownerKind, resource, onAdopt }: Claim<T>,
  object: Stored<T>,
): Promise<Stored<T> | undefined> {
  const { namespace = '', name = '', uid } = object.metadata;
  const updated = await ignoring(
    ctx.client.update<T>(
      resource,
      namespace,
      name,
      (newest) => {
        if (newest.metadata.uid !== uid || getControllerOf(newest)) return newest;
        newest.metadata.ownerReferences = [
          ...(newest.metadata.ownerReferences ?? []),
          newControllerRef(owner, ownerKind),
        ];
        onAdopt?.(newest);
        return newest;
      },
      object,
    ),
    isNotFound,
  );
  return updated && getControllerOf(updated)?.uid === owner.metadata.uid ? updated : undefined;
}

async function release<T extends KubeObject>(
  ctx: ControllerContext,
  { owner, resource }: Claim<T>,
  object: Stored<T>,
): Promise<void> {
  const { namespace = '', name = '', uid } = object.metadata;
  await ignoring(
    ctx.client.update<T>(
      resource,
      namespace,
      name,
      (newest) => {
        if (newest.metadata.uid !== uid) return newest;
        const rest = withoutOwner(newest.metadata.ownerReferences, owner.metadata.uid!);
        if (rest.length > 0) newest.metadata.ownerReferences = rest;
        else delete newest.metadata.ownerReferences;
        return newest;
      },
      object,
    ),
    isNotFound,
  );
}

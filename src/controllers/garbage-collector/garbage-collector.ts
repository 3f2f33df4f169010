/**
 * Deletes objects whose owners are all gone, carries out the propagation policies of deletions: background,
 * foreground and orphan. Source: kubernetes pkg/controller/garbagecollector (garbagecollector.go, graph_builder.go).
 *
 * It remembers one thing: which objects depend on which uid. Everything else is read from the informers, so it costs
 * little memory beside them. Keys are of two sorts: an object that has something to be done about it, and
 * `uid:<uid>`, an owner that has gone with all its dependents, which are deleted together.
 *
 * Owners of a kind that is not served are taken for existing: their dependents stay.
 */
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { RESOURCES } from '../../apis/resources.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { FINALIZER_FOREGROUND, FINALIZER_ORPHAN } from '../../registry/delete.ts';
import { forEachParallel, ignoring, isConflict, isNotFound } from '../errors.ts';
import type { Change, Controller, ControllerContext } from '../framework.ts';
import { type Dependent, OwnerIndex } from './owner-index.ts';
import { ownerKind, Owners } from './owners.ts';
import { isBlocking, isDeletingDependents, isOrphaning, verdict } from './verdict.ts';

/** Too many and too short-lived to be followed. */
const IGNORED = new Set(['/events', 'coordination.k8s.io/leases']);

/** What has owners and dependents: every resource that can be listed, watched and deleted. */
const FOLLOWED: readonly ResourceName[] = RESOURCES.filter(
  ({ group, resource, storedAs, verbs }) =>
    !storedAs &&
    !IGNORED.has(`${group}/${resource}`) &&
    (['list', 'watch', 'delete'] as const).every((verb) => verbs.includes(verb)),
).map(({ group, resource }) => [group, resource]);

/** Writes under way for one owner. */
const PARALLEL = 256;
/** Looks at an object that others change at the same time. */
const ATTEMPTS = 5;
const OWNER = 'uid:';

const keyOf = ([group, resource]: ResourceName, { metadata }: Stored): string =>
  `${group}/${resource}/${metadata.namespace ?? ''}/${metadata.name}`;

function parseKey(key: string): { resource: ResourceName; namespace: string; name: string } {
  const [group = '', resource = '', namespace = '', ...name] = key.split('/');
  return { resource: [group, resource], namespace, name: name.join('/') };
}

class GarbageCollector {
  readonly #index = new OwnerIndex();
  readonly #owners = new Owners(new Set(FOLLOWED.map((resource) => resource.join('/'))));

  *keys(resource: ResourceName, { object, old }: Change, ctx: ControllerContext): Iterable<string> {
    this.#index.update(resource, object, old);
    if (old && old.metadata.uid !== object?.metadata.uid) {
      this.#owners.gone(resource, old);
      if (this.#index.has(old.metadata.uid!)) yield OWNER + old.metadata.uid;
      yield* this.#waitingOwners(old, ctx);
    }
    if (!object) return;
    const references = object.metadata.ownerReferences;
    const changed = !equalJSON(references, old?.metadata.ownerReferences);
    if (old && changed) yield* this.#waitingOwners(old, ctx);
    if (isDeletingDependents(object) || isOrphaning(object)) yield keyOf(resource, object);
    else if (changed && references?.length && !this.#hasGoodOwners(object, references, ctx)) {
      yield keyOf(resource, object);
    }
  }

  #hasGoodOwners(
    { metadata }: Stored,
    references: readonly OwnerReference[],
    ctx: ControllerContext,
  ): boolean {
    return references.every((reference) => {
      const owner = this.#owners.known(reference, metadata.namespace ?? '', ctx);
      return owner !== undefined && !isDeletingDependents(owner);
    });
  }

  /** Keys of the owners that wait for this object to go. */
  *#waitingOwners({ metadata }: Stored, ctx: ControllerContext): Iterable<string> {
    for (const reference of metadata.ownerReferences ?? []) {
      const owner = this.#owners.known(reference, metadata.namespace ?? '', ctx);
      if (owner && isDeletingDependents(owner))
        yield keyOf(ownerKind(reference, ctx.catalog)!.resource, owner);
    }
  }

  async reconcile(key: string, ctx: ControllerContext): Promise<void> {
    if (key.startsWith(OWNER)) {
      await this.#collectAll(this.#index.dependentsOf(key.slice(OWNER.length)), ctx);
      return;
    }
    const { resource, namespace, name } = parseKey(key);
    const object = ctx.lister(resource).get(namespace, name);
    if (!object) return;
    if (isOrphaning(object)) await this.#orphan(resource, object, ctx);
    else await this.#collect({ resource, namespace, name, uid: object.metadata.uid! }, ctx);
  }

  async #collectAll(dependents: readonly Dependent[], ctx: ControllerContext): Promise<void> {
    await forEachParallel(dependents, PARALLEL, (dependent) => this.#collect(dependent, ctx));
  }

  /** Judges an object by its owners, anew when it changes meanwhile. */
  async #collect({ resource, namespace, name, uid }: Dependent, ctx: ControllerContext): Promise<void> {
    let object = ctx.lister(resource).get(namespace, name);
    for (let attempt = 0; object?.metadata.uid === uid; attempt++) {
      try {
        await this.#judge(resource, object, ctx);
        return;
      } catch (error) {
        if (!isConflict(error) || attempt >= ATTEMPTS) throw error;
      }
      object = await ctx.client.get(resource, namespace, name);
    }
  }

  /** @throws StatusError 409 when the object is no longer the one that was judged. */
  async #judge(resource: ResourceName, object: Stored, ctx: ControllerContext): Promise<void> {
    const { uid, namespace = '', name = '', resourceVersion } = object.metadata;
    if (isDeletingDependents(object)) return this.#deleteDependents(resource, object, ctx);
    if (object.metadata.deletionTimestamp) return;
    const states = await Promise.all(
      (object.metadata.ownerReferences ?? []).map((reference) => this.#owners.state(object, reference, ctx)),
    );
    const judged = verdict(object, states, this.#index.has(uid!));
    if (judged.action === 'keep') return;
    if (judged.action === 'detach') {
      await this.#changeReferences(resource, object, ctx, (references) =>
        references.filter((reference) => !judged.owners.includes(reference.uid)),
      );
      return;
    }
    if (
      states.includes('waiting') &&
      this.#dependents(uid!, ctx).some(([, one]) => isDeletingDependents(one))
    ) {
      // A circle: its owner waits for it, and it would wait for its owner.
      await this.#changeReferences(resource, object, ctx, (references) =>
        references.map((reference) => ({ ...reference, blockOwnerDeletion: false })),
      );
      const unblocked = await ctx.client.get(resource, namespace, name);
      if (unblocked?.metadata.uid !== uid) return;
      await this.#delete(resource, unblocked!, judged.policy, unblocked!.metadata.resourceVersion!, ctx);
      return;
    }
    await this.#delete(resource, object, judged.policy, resourceVersion!, ctx);
  }

  async #delete(
    resource: ResourceName,
    object: Stored,
    propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
    resourceVersion: string,
    { client }: ControllerContext,
  ): Promise<void> {
    const { namespace = '', name = '', uid = '' } = object.metadata;
    // Of this very version: another one may have other owners.
    const preconditions = { uid, resourceVersion };
    await client.delete(resource, namespace, name, { propagationPolicy, preconditions }, object);
  }

  /** The dependents as the informers have them. */
  #dependents(owner: string, ctx: ControllerContext): [Dependent, Stored][] {
    return this.#index.dependentsOf(owner).flatMap((dependent): [Dependent, Stored][] => {
      const object = ctx.lister(dependent.resource).get(dependent.namespace, dependent.name);
      return object?.metadata.uid === dependent.uid ? [[dependent, object]] : [];
    });
  }

  /** The owner is deleted in the foreground: it goes when nothing that blocks it is left. */
  async #deleteDependents(resource: ResourceName, owner: Stored, ctx: ControllerContext): Promise<void> {
    const uid = owner.metadata.uid!;
    const dependents = this.#dependents(uid, ctx);
    if (!dependents.some(([, object]) => isBlocking(object, uid))) {
      await this.#removeFinalizer(resource, owner, FINALIZER_FOREGROUND, ctx);
      // Those that do not block it are collected when it is gone.
      return;
    }
    await this.#collectAll(
      dependents.filter(([, object]) => !object.metadata.deletionTimestamp).map(([dependent]) => dependent),
      ctx,
    );
  }

  /** The owner is deleted, its dependents stay: they are cut loose first. */
  async #orphan(resource: ResourceName, owner: Stored, ctx: ControllerContext): Promise<void> {
    const uid = owner.metadata.uid!;
    await forEachParallel(this.#dependents(uid, ctx), PARALLEL, ([dependent, object]) =>
      this.#changeReferences(dependent.resource, object, ctx, (references) =>
        references.filter((reference) => reference.uid !== uid),
      ),
    );
    await this.#removeFinalizer(resource, owner, FINALIZER_ORPHAN, ctx);
  }

  async #changeReferences(
    resource: ResourceName,
    dependent: Stored,
    { client }: ControllerContext,
    change: (references: OwnerReference[]) => OwnerReference[],
  ): Promise<void> {
    const { namespace = '', name = '', uid } = dependent.metadata;
    await ignoring(
      client.update<KubeObject>(
        resource,
        namespace,
        name,
        (object) => {
          if (object.metadata.uid !== uid) return object;
          const { ownerReferences = [], ...metadata } = object.metadata;
          const next = change(ownerReferences);
          return { ...object, metadata: next.length > 0 ? { ...metadata, ownerReferences: next } : metadata };
        },
        dependent,
      ),
      isNotFound,
    );
  }

  async #removeFinalizer(
    resource: ResourceName,
    owner: Stored,
    finalizer: string,
    { client }: ControllerContext,
  ): Promise<void> {
    const { namespace = '', name = '', uid } = owner.metadata;
    await ignoring(
      client.update<KubeObject>(
        resource,
        namespace,
        name,
        (object) => {
          if (object.metadata.uid !== uid || !object.metadata.deletionTimestamp) return object;
          const { finalizers = [], ...metadata } = object.metadata;
          const next = finalizers.filter((one) => one !== finalizer);
          return { ...object, metadata: next.length > 0 ? { ...metadata, finalizers: next } : metadata };
        },
        owner,
      ),
      isNotFound,
    );
  }
}

/** A garbage collector for one cluster. */
export function newGarbageCollector(): Controller {
  const collector = new GarbageCollector();
  return {
    name: 'generic-garbage-collector',
    eventSource: 'garbage-collector-controller',
    watches: FOLLOWED.map((resource) => ({
      resource,
      whole: () => false,
      keys: (change, ctx) => collector.keys(resource, change, ctx),
    })),
    watchCustom: ({ group, resource }) => ({
      resource: [group, resource],
      whole: () => false,
      keys: (change, ctx) => collector.keys([group, resource], change, ctx),
    }),
    reconcile: (key, ctx) => collector.reconcile(key, ctx),
  };
}

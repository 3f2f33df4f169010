/**
 * Looks owners up: in the informers first, and when they do not have one, in the storage itself, for an object is only
 * deleted when its owner is really gone. That an owner is gone is remembered: it never comes back under its uid.
 * Source: kubernetes pkg/controller/garbagecollector/garbagecollector.go (isDangling), uid_cache.go.
 */
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { Stored } from '../../apis/object.ts';
import type { ResourceCatalog } from '../../apis/catalog.ts';
import { storageOf } from '../../apis/resources.ts';
import type { ResourceName } from '../../registry/client.ts';
import type { ControllerContext } from '../framework.ts';
import { describeOwner, isDeletingDependents, type OwnerState } from './verdict.ts';

/** Absent owners remembered. */
const LIMIT = 5000;

export interface OwnerKind {
  readonly resource: ResourceName;
  readonly namespaced: boolean;
}

/** The resource an owner reference means, in the version that is stored; undefined when it is not served. */
export function ownerKind(
  { apiVersion, kind }: OwnerReference,
  catalog: ResourceCatalog,
): OwnerKind | undefined {
  const definition = catalog.findKind(apiVersion, kind);
  if (!definition) return undefined;
  const { group, resource } = storageOf(definition);
  return { resource: [group, resource], namespaced: definition.namespaced };
}

const identity = (
  { group, resource }: Pick<ResourceDefinition, 'group' | 'resource'>,
  namespace: string,
  name: string,
  uid: string,
): string => `${group}/${resource}/${namespace}/${name}/${uid}`;

export class Owners {
  readonly #followed: ReadonlySet<string>;
  /** Absent owners, and whether an object of that uid was seen in another namespace. */
  readonly #absent = new Map<string, { elsewhere: boolean }>();
  readonly #asked = new Map<string, Promise<OwnerState>>();

  /** `followed`: the resources there are informers of, as `group/resource`. */
  constructor(followed: ReadonlySet<string>) {
    this.#followed = followed;
  }

  /** An object has been deleted. */
  gone([group, resource]: ResourceName, { metadata }: Stored): void {
    this.#remember(
      identity({ group, resource }, metadata.namespace ?? '', metadata.name!, metadata.uid!),
      false,
    );
  }

  /** The owner as the informers have it, if it is the one that is meant. */
  known(reference: OwnerReference, namespace: string, ctx: ControllerContext): Stored | undefined {
    const kind = ownerKind(reference, ctx.catalog);
    if (!kind || !this.#isFollowed(kind.resource, ctx)) return undefined;
    const owner = ctx.lister(kind.resource).get(kind.namespaced ? namespace : '', reference.name);
    return owner?.metadata.uid === reference.uid ? owner : undefined;
  }

  /** What is known of an owner of the dependent. */
  async state(dependent: Stored, reference: OwnerReference, ctx: ControllerContext): Promise<OwnerState> {
    const namespace = dependent.metadata.namespace ?? '';
    const kind = ownerKind(reference, ctx.catalog);
    if (!kind) return 'unknown';
    if (kind.namespaced && namespace === '') {
      // A cluster-scoped object cannot say which namespace it means.
      this.#report(dependent, reference, ctx);
      return 'unknown';
    }
    const owner = this.known(reference, namespace, ctx);
    if (owner) return isDeletingDependents(owner) ? 'waiting' : 'solid';
    const at = kind.namespaced ? namespace : '';
    const [group, resource] = kind.resource;
    const id = identity({ group, resource }, at, reference.name, reference.uid);
    if (!this.#absent.has(id)) {
      let asked = this.#asked.get(id);
      if (!asked) {
        asked = this.#ask(kind, at, reference, id, ctx).finally(() => this.#asked.delete(id));
        this.#asked.set(id, asked);
      }
      const state = await asked;
      if (state !== 'dangling') return state;
    }
    if (this.#absent.get(id)?.elsewhere) this.#report(dependent, reference, ctx);
    return 'dangling';
  }

  async #ask(
    kind: OwnerKind,
    namespace: string,
    { name, uid }: OwnerReference,
    id: string,
    ctx: ControllerContext,
  ): Promise<OwnerState> {
    const owner = await ctx.client.get(kind.resource, namespace, name);
    if (owner?.metadata.uid === uid) return isDeletingDependents(owner) ? 'waiting' : 'solid';
    const followed = this.#isFollowed(kind.resource, ctx);
    const elsewhere =
      kind.namespaced &&
      followed &&
      ctx
        .lister(kind.resource)
        .list()
        .some(({ metadata }) => metadata.uid === uid);
    this.#remember(id, elsewhere);
    return 'dangling';
  }

  /** Whether there are informers of a resource. */
  #isFollowed([group, resource]: ResourceName, { catalog }: ControllerContext): boolean {
    return (
      this.#followed.has(`${group}/${resource}`) || catalog.stored(group, resource)?.custom !== undefined
    );
  }

  #report(dependent: Stored, reference: OwnerReference, ctx: ControllerContext): void {
    const namespace = dependent.metadata.namespace ?? '';
    ctx.recorder.event(
      dependent,
      'Warning',
      'OwnerRefInvalidNamespace',
      `ownerRef ${describeOwner(reference, namespace)} does not exist in namespace "${namespace}"`,
    );
  }

  #remember(id: string, elsewhere: boolean): void {
    this.#absent.set(id, { elsewhere });
    if (this.#absent.size > LIMIT) this.#absent.delete(this.#absent.keys().next().value!);
  }
}

/**
 * The custom resources of a cluster, as its CustomResourceDefinitions stand in storage. Nobody has to tell a server of a
 * new definition: it asks whether one was written since it looked last, which reads no object.
 */
import type { Clock } from '../apimachinery/clock.ts';
import type { CustomResourceDefinition } from '../apimachinery/types/apiextensions.v1.gen.ts';
import { BUILT_IN, catalogWith, type ResourceCatalog } from '../apis/catalog.ts';
import { customResourcesOf } from '../apis/custom/custom-resource.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { RequestContext } from './context.ts';
import { decodeStored } from '../storage/encoding.ts';
import { objectKey, resourcePrefix } from '../storage/keys.ts';
import { forbidden, noSuchResource } from '../apimachinery/status.ts';
import type { ReadSet } from './cache.ts';
import { listAll, type Row, type Storage } from '../storage/types.ts';

export const CRD_PREFIX = resourcePrefix('apiextensions.k8s.io', 'customresourcedefinitions');

/** Milliseconds for which admission may not see that a definition has changed. */
export const KIND_AGE = 500;

/** So many definitions are read at once, each of which may have a megabyte; and more than that many as a list. */
const AT_ONCE = 8;
const MANY = 64;

/** Finds the resource of a kind for the plug-ins of admission; most kinds are built in, and cost nothing. */
export const kindsOf =
  ({ cache, storage, clock }: Pick<RequestContext, 'cache' | 'storage' | 'clock'>) =>
  async (apiVersion: string, kind: string): Promise<ResourceDefinition | undefined> =>
    BUILT_IN.findKind(apiVersion, kind) ??
    (await cache.catalog.get(storage, clock, KIND_AGE)).findKind(apiVersion, kind);

/**
 * Has a creation rest on the definition of its resource: nothing is created once the definition has begun to go, or no
 * one would ever delete it.
 * @param age milliseconds that what is known of definitions may be old.
 * @throws StatusError 404, 403 when the definition is gone or going.
 */
export async function assumeDefined(
  { cache, storage, clock }: Pick<RequestContext, 'cache' | 'storage' | 'clock'>,
  definition: ResourceDefinition,
  name: string,
  reads: ReadSet,
  age: number,
): Promise<void> {
  const { group, version, resource, custom } = definition;
  const { catalog, revision } = await cache.catalog.getAt(storage, clock, age);
  const current = catalog.find(group, version, resource);
  if (!current) throw noSuchResource();
  if (current.custom?.terminating) {
    const text = 'create not allowed while custom resource definition is terminating';
    throw forbidden(definition, name, text);
  }
  reads.assume(objectKey('apiextensions.k8s.io', 'customresourcedefinitions', '', custom!.crd), revision);
}

interface Made {
  readonly revision: number;
  readonly definitions: readonly ResourceDefinition[];
}

export class CustomCatalog {
  #made: ReadonlyMap<string, Made> = new Map();
  #catalog: ResourceCatalog = BUILT_IN;
  /** Everything up to this revision is in the catalog; absent: it was never read. */
  #revision: number | undefined;
  #checkedAt = 0;
  #checking: Promise<void> | undefined;

  /**
   * The catalog as it was at most `age` milliseconds ago; with 0, as it is now. The same object as long as no
   * definition changes, so that what is made from it can be kept with it.
   */
  async get(storage: Storage, clock: Clock, age: number): Promise<ResourceCatalog> {
    return (await this.getAt(storage, clock, age)).catalog;
  }

  /** As get, with the revision up to which everything is in the catalog. */
  async getAt(
    storage: Storage,
    clock: Clock,
    age: number,
  ): Promise<{ catalog: ResourceCatalog; revision: number }> {
    const now = clock.now();
    const isKnown =
      this.#revision !== undefined && age > 0 && now >= this.#checkedAt && now - this.#checkedAt < age;
    // Who asks while another is asking may have to know of what was written since.
    if (!isKnown) await (age > 0 && this.#checking ? this.#checking : this.#check(storage, now));
    return { catalog: this.#catalog, revision: this.revision };
  }

  /** What was written up to this revision is in the catalog; 0: it was never read. */
  get revision(): number {
    return this.#revision ?? 0;
  }

  /** A definition has just been written: what is known is too old for everybody. */
  expire(): void {
    this.#checkedAt = Number.NEGATIVE_INFINITY;
  }

  #check(storage: Storage, now: number): Promise<void> {
    const checking = this.#refresh(storage, now).finally(() => {
      if (this.#checking === checking) this.#checking = undefined;
    });
    this.#checking = checking;
    return checking;
  }

  async #refresh(storage: Storage, now: number): Promise<void> {
    if (this.#revision !== undefined) {
      const { changed, revision } = await storage.changedSince(CRD_PREFIX, this.#revision);
      if (!changed) {
        this.#revision = Math.max(this.#revision, revision);
        this.#checkedAt = now;
        return;
      }
    }
    const { made, revision } = await this.#read(storage);
    // An answer that was overtaken by a newer one.
    if (revision < (this.#revision ?? 0)) return;
    this.#take(made);
    this.#revision = revision;
    this.#checkedAt = now;
  }

  /** All definitions as they are now. Of those that are known nothing is read: schemas are large. */
  async #read(storage: Storage): Promise<{ made: ReadonlyMap<string, Made>; revision: number }> {
    const made = new Map<string, Made>();
    const known = this.#made;
    const { keys, revision } = await storage.revisions(CRD_PREFIX);
    const changed: string[] = [];
    for (const [key, newest] of keys) {
      const one = known.get(key);
      if (one?.revision === newest) made.set(key, one);
      else changed.push(key);
    }
    if (changed.length > MANY) {
      const listed = await listAll(storage, CRD_PREFIX);
      return { made: new Map(listed.rows.map((row) => [row.key, makeOf(row)])), revision: listed.revision };
    }
    for (let start = 0; start < changed.length; start += AT_ONCE) {
      for (const row of await storage.getMany(changed.slice(start, start + AT_ONCE)))
        made.set(row.key, makeOf(row));
    }
    // In the order of their names, as lists have them.
    return { made: new Map([...made].sort(([a], [b]) => (a < b ? -1 : 1))), revision };
  }

  #take(made: ReadonlyMap<string, Made>): void {
    const same =
      made.size === this.#made.size && [...made].every(([key, one]) => this.#made.get(key) === one);
    if (same) return;
    this.#made = made;
    const definitions = [...made.values()].flatMap((one) => one.definitions);
    this.#catalog = definitions.length > 0 ? catalogWith(definitions) : BUILT_IN;
  }
}

function makeOf(row: Row): Made {
  const crd = decodeStored<CustomResourceDefinition & { apiVersion?: string; kind?: string }>(
    row.value,
    row.revision,
  );
  return { revision: row.revision, definitions: customResourcesOf(crd) };
}

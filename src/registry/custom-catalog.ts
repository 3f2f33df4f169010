/**
 * The custom resources of a cluster, as its CustomResourceDefinitions stand in storage. Nobody has to tell a server of a
 * new definition: it asks whether one was written since it looked last, which reads no object.
 */
import type { Clock } from '../apimachinery/clock.ts';
import { WeightedCache } from '../apimachinery/weighted-cache.ts';
import type { CustomResourceDefinition } from '../apimachinery/types/apiextensions.v1.gen.ts';
import { BUILT_IN, catalogWith, type ResourceCatalog } from '../apis/catalog.ts';
import { type Outlines, outlinesOf } from '../apis/custom/outline.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { RequestContext } from './context.ts';
import { decodeStored } from '../storage/encoding.ts';
import { objectKey, resourcePrefix } from '../storage/keys.ts';
import { forbidden, noSuchResource } from '../apimachinery/status.ts';
import type { ReadSet } from './cache.ts';
import type { Row, Storage } from '../storage/types.ts';

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

interface Made extends Outlines {
  readonly revision: number;
}

/** What is known of a cluster's definitions: everything up to a revision. */
interface Known {
  readonly made: ReadonlyMap<string, Made>;
  readonly catalog: ResourceCatalog;
  readonly revision: number;
}

/** Bytes of definitions that a server remembers of one cluster, and of all. */
const MAX_OF_ONE = 50_000_000;
const MAX_OF_ALL = 52_000_000;
const remembered = new WeightedCache<CustomCatalog, true>(MAX_OF_ALL, (catalog) => catalog.forget());

export class CustomCatalog {
  /** Absent: it was never read, or others needed the room. */
  #known: Known | undefined;
  #checkedAt = 0;
  #checking: Promise<Known> | undefined;

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
    const known = this.#known;
    remembered.get(this);
    if (known && age > 0 && now >= this.#checkedAt && now - this.#checkedAt < age) return known;
    // Who asks while another is asking may have to know of what was written since.
    return age > 0 && this.#checking ? this.#checking : this.#check(storage, now);
  }

  /** What was written up to this revision is in the catalog; 0: it was never read. */
  get revision(): number {
    return this.#known?.revision ?? 0;
  }

  /** A definition has just been written: what is known is too old for everybody. */
  expire(): void {
    this.#checkedAt = Number.NEGATIVE_INFINITY;
  }

  /** Has everything read anew when it is asked for again. */
  forget(): void {
    this.#known = undefined;
    remembered.delete(this);
  }

  #check(storage: Storage, now: number): Promise<Known> {
    const checking = this.#refresh(storage, now).finally(() => {
      if (this.#checking === checking) this.#checking = undefined;
    });
    this.#checking = checking;
    return checking;
  }

  async #refresh(storage: Storage, now: number): Promise<Known> {
    const before = this.#known;
    if (before) {
      const { changed, revision } = await storage.changedSince(CRD_PREFIX, before.revision);
      if (!changed) return this.#keep({ ...before, revision: Math.max(before.revision, revision) }, now);
    }
    const { made, revision } = await this.#read(storage, before?.made);
    return this.#keep({ made, revision, catalog: catalogOf(made, before) }, now);
  }

  /** An answer that was overtaken by a newer one is not kept. */
  #keep(known: Known, now: number): Known {
    const newest = this.#known;
    if (newest && known.revision < newest.revision) return newest;
    // Two that asked at once found the same.
    this.#known = newest && isSame(known.made, newest.made) ? { ...known, catalog: newest.catalog } : known;
    this.#checkedAt = now;
    let weight = 0;
    for (const one of known.made.values()) weight += one.weight;
    if (weight > 0) remembered.set(this, true, weight);
    else remembered.delete(this);
    return this.#known;
  }

  /** All definitions as they are now. Of those that are known nothing is read: schemas are large. */
  async #read(
    storage: Storage,
    known: ReadonlyMap<string, Made> = new Map(),
  ): Promise<{ made: ReadonlyMap<string, Made>; revision: number }> {
    const { keys, revision } = await storage.revisions(CRD_PREFIX);
    const made = new Map<string, Made>();
    let room = MAX_OF_ONE;
    const add = (key: string, one: Made): void => {
      made.set(key, one);
      room -= one.weight;
    };
    const changed: string[] = [];
    for (const [key, newest] of keys) {
      const one = known.get(key);
      // What had no room may have some now.
      if (one?.revision === newest && one.complete) add(key, one);
      else changed.push(key);
    }
    if (changed.length > MANY) return this.#readAll(storage);
    for (let start = 0; start < changed.length; start += AT_ONCE) {
      for (const row of await storage.getMany(changed.slice(start, start + AT_ONCE))) {
        add(row.key, makeOf(row, room));
      }
    }
    // In the order of their names, as lists have them.
    return { made: new Map([...made].sort(([a], [b]) => (a < b ? -1 : 1))), revision };
  }

  /** A page at a time: of what is read only the outlines are kept. */
  async #readAll(storage: Storage): Promise<{ made: ReadonlyMap<string, Made>; revision: number }> {
    const made = new Map<string, Made>();
    let room = MAX_OF_ONE;
    const first = await storage.list(CRD_PREFIX);
    for (let page = first; ; ) {
      for (const row of page.rows) {
        const one = makeOf(row, room);
        made.set(row.key, one);
        room -= one.weight;
      }
      const last = page.rows.at(-1);
      if (!page.more || !last) return { made, revision: first.revision };
      page = await storage.list(CRD_PREFIX, { after: last.key, revision: first.revision });
    }
  }
}

const isSame = (made: ReadonlyMap<string, Made>, other: ReadonlyMap<string, Made>): boolean =>
  made.size === other.size && [...made].every(([key, one]) => other.get(key) === one);

/** The same object as before when no definition has changed. */
function catalogOf(made: ReadonlyMap<string, Made>, before: Known | undefined): ResourceCatalog {
  if (before && isSame(made, before.made)) return before.catalog;
  const definitions = [...made.values()].flatMap((one) => one.definitions);
  return definitions.length > 0 ? catalogWith(definitions) : BUILT_IN;
}

function makeOf(row: Row, room: number): Made {
  const crd = decodeStored<CustomResourceDefinition & { apiVersion?: string; kind?: string }>(
    row.value,
    row.revision,
  );
  return { revision: row.revision, ...outlinesOf(crd, room) };
}

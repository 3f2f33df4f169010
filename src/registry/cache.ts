/**
 * What admission needs to know of a cluster, kept in memory and proved at commit time: each read notes the revision it
 * is from, the transaction carries these notes as assumptions, and the log refuses it when something has been written
 * there since. So a cached namespace, quota or limit range is never acted upon when it is out of date.
 */
import { apiVersionOf, findStored } from '../apis/resources.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { decodeStored } from '../storage/encoding.ts';
import {
  namespaceOf,
  namespacePrefix,
  objectKey,
  resourceOf,
  resourcePrefix,
  splitKey,
} from '../storage/keys.ts';
import { type Assumption, listAll, type Storage, type Write } from '../storage/types.ts';
import { CRD_PREFIX, CustomCatalog } from './custom-catalog.ts';
import { kept, weightOf } from './kept.ts';
import { Turns } from './turns.ts';

interface Entry {
  readonly revision: number;
  /** Not older than this moment, as the cache counts them. */
  readonly at: number;
  readonly objects: readonly Stored[];
  /** See weightOf. */
  readonly weight: number;
}

/** Entries kept; the oldest go first. */
const LIMIT = 5000;

export class AdmissionCache {
  readonly #entries = new Map<string, Entry>();
  readonly turns = new Turns();
  readonly catalog = new CustomCatalog();
  #moments = 0;

  /** A moment later than all before. */
  moment(): number {
    return ++this.#moments;
  }

  get(prefix: string): Entry | undefined {
    const entry = this.#entries.get(prefix);
    if (entry) kept.get(entry);
    return entry;
  }
  set(prefix: string, entry: Entry): void {
    this.forget(prefix);
    this.#entries.set(prefix, entry);
    kept.set(entry, () => this.#entries.get(prefix) === entry && this.#entries.delete(prefix), entry.weight);
    if (this.#entries.size > LIMIT) this.forget(this.#entries.keys().next().value!);
  }
  forget(prefix: string): void {
    const entry = this.#entries.get(prefix);
    if (!entry) return;
    kept.delete(entry);
    this.#entries.delete(prefix);
  }

  /** Forgets what is known of a key. */
  forgetKey(key: string): void {
    for (const prefix of prefixesOf(key)) this.forget(prefix);
  }

  /**
   * Takes over a write that was committed after the moment `at`, in a transaction that ends at revision `last`. What
   * `reads` proved in that transaction stays known, with the new object in it; whatever else is known of the key is
   * forgotten.
   */
  committed(write: Write, revision: number, last: number, at: number, reads: ReadSet | undefined): void {
    if (write.key.startsWith(CRD_PREFIX)) this.catalog.expire();
    for (const prefix of prefixesOf(write.key)) {
      const entry = this.#entries.get(prefix);
      if (!entry) continue;
      const renewed = reads?.proved(prefix, entry) ? replaced(entry, write, revision, last, at) : undefined;
      if (!renewed) {
        this.forget(prefix);
        continue;
      }
      this.set(prefix, renewed);
      reads!.renew(prefix, renewed);
    }
  }
}

const prefixesOf = (key: string): readonly string[] => [key, namespaceOf(key), resourceOf(key)];

/** The entry with the object of a write; undefined when the write adds or removes one. */
function replaced(entry: Entry, write: Write, revision: number, last: number, at: number): Entry | undefined {
  if (write.deleted) return undefined;
  const { namespace, name } = splitKey(write.key);
  const index = entry.objects.findIndex(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
  );
  const before = entry.objects[index];
  if (!before) return undefined;
  const type = { apiVersion: before.apiVersion!, kind: before.kind! };
  return {
    revision: last,
    at,
    weight: Math.max(entry.weight + write.value.length - (write.prevValue?.length ?? 0), 0),
    objects: entry.objects.with(index, decodeStored(write.value, revision, type)),
  };
}

/** The reads of one operation. */
export class ReadSet {
  readonly #storage: Storage;
  readonly #cache: AdmissionCache;
  /** One operation sees one state of each prefix, however often it looks. */
  readonly #noted = new Map<string, Entry>();
  /** What others have read. */
  readonly #assumed = new Map<string, number>();
  readonly #since: number;

  /** `since`: the moment the operation began. */
  constructor(storage: Storage, cache: AdmissionCache, since: number) {
    this.#storage = storage;
    this.#cache = cache;
    this.#since = since;
  }

  /** One object, or undefined. */
  async get<T extends KubeObject>(
    group: string,
    resource: string,
    namespace: string,
    name: string,
  ): Promise<Stored<T> | undefined> {
    const key = objectKey(group, resource, namespace, name);
    const known = this.#known(key);
    if (known) return known.objects[0] as Stored<T> | undefined;
    const at = this.#cache.moment();
    // The head first: what is read afterwards is at least as new.
    const revision = await this.#storage.head();
    const row = await this.#storage.get(key);
    const objects = row ? [decodeStored<T>(row.value, row.revision, typeOf(group, resource))] : [];
    const weight = weightOf(row ? [row] : []);
    return this.#note(key, this.#keep(key, { revision, at, objects, weight }))[0] as Stored<T> | undefined;
  }

  /** All objects of a resource, in one namespace when it is given. */
  async list<T extends KubeObject>(
    group: string,
    resource: string,
    namespace?: string,
  ): Promise<readonly Stored<T>[]> {
    const prefix = namespace ? namespacePrefix(group, resource, namespace) : resourcePrefix(group, resource);
    const known = this.#known(prefix);
    if (known) return known.objects as Stored<T>[];
    const at = this.#cache.moment();
    const { rows, revision } = await listAll(this.#storage, prefix);
    const objects = rows.map((row) => decodeStored<T>(row.value, row.revision, typeOf(group, resource)));
    return this.#note(
      prefix,
      this.#keep(prefix, { revision, at, objects, weight: weightOf(rows) }),
    ) as Stored<T>[];
  }

  /**
   * The objects of a resource in a namespace as they stand now. They are neither kept nor proved at commit: for what is told
   * about them, not for what is decided.
   */
  async *glance<T extends KubeObject>(
    group: string,
    resource: string,
    namespace: string,
  ): AsyncGenerator<Stored<T>> {
    const prefix = namespacePrefix(group, resource, namespace);
    const type = typeOf(group, resource);
    let page = await this.#storage.list(prefix);
    const { revision } = page;
    for (;;) {
      for (const row of page.rows) yield decodeStored<T>(row.value, row.revision, type);
      if (!page.more || page.rows.length === 0) return;
      page = await this.#storage.list(prefix, { after: page.rows.at(-1)!.key, revision });
    }
  }

  /** Takes for granted that nothing was written under a prefix after a revision. */
  assume(prefix: string, revision: number): void {
    this.#assumed.set(prefix, revision);
  }

  /** What was taken for granted so far. */
  assumptions(): Assumption[] {
    const assumptions = Array.from(this.#assumed, ([prefix, revision]): Assumption => ({ prefix, revision }));
    for (const [prefix, { revision }] of this.#noted) assumptions.push({ prefix, revision });
    return assumptions;
  }

  /** Whether this entry is what the operation saw. */
  proved(prefix: string, entry: Entry): boolean {
    return this.#noted.get(prefix) === entry;
  }

  /** Goes on from what the operation itself made of an entry. */
  renew(prefix: string, entry: Entry): void {
    this.#noted.set(prefix, entry);
  }

  /**
   * Waits for the operations of this server that are about to change what is under a prefix, and sees what they left.
   * What is answered lets the next one go on.
   */
  async takeTurn(prefix: string): Promise<() => void> {
    const end = await this.#cache.turns.take(prefix);
    this.#noted.delete(prefix);
    return end;
  }

  /** Has one object read anew when it is asked for again. */
  forget(group: string, resource: string, namespace: string, name: string): void {
    const key = objectKey(group, resource, namespace, name);
    this.#noted.delete(key);
    this.#cache.forget(key);
  }

  /**
   * Forgets what was known before the operation began, and answers whether anything was: a refusal is never proved at
   * commit, so it counts only when it rests on what was read since.
   */
  refresh(): boolean {
    let old = false;
    for (const [prefix, entry] of this.#noted) {
      if (entry.at > this.#since) continue;
      old = true;
      if (this.#cache.get(prefix) === entry) this.#cache.forget(prefix);
    }
    return old;
  }

  #known(prefix: string): Entry | undefined {
    const seen = this.#noted.get(prefix);
    if (seen) return seen;
    const cached = this.#cache.get(prefix);
    if (cached) this.#noted.set(prefix, cached);
    return cached;
  }

  #note(prefix: string, entry: Entry): readonly Stored[] {
    this.#noted.set(prefix, entry);
    return entry.objects;
  }

  #keep(prefix: string, entry: Entry): Entry {
    this.#cache.set(prefix, entry);
    return entry;
  }
}

/** Of custom resources the caller knows. */
function typeOf(group: string, resource: string): { apiVersion: string; kind: string } | undefined {
  const definition = findStored(group, resource);
  return definition && { apiVersion: apiVersionOf(definition), kind: definition.kind };
}

/**
 * What admission needs to know of a cluster, kept in memory and proved at commit time: each read notes the revision it
 * is from, the transaction carries these notes as assumptions, and the log refuses it when something has been written
 * there since. So a cached namespace, quota or limit range is never acted upon when it is out of date.
 */
import { resourceNamed } from '../apis/resources.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { decodeStored } from '../storage/encoding.ts';
import { namespacePrefix, objectKey, resourcePrefix } from '../storage/keys.ts';
import type { Assumption, Storage } from '../storage/types.ts';

interface Entry {
  readonly revision: number;
  readonly objects: readonly Stored[];
}

/** Entries kept; the oldest go first. */
const LIMIT = 5000;

export class AdmissionCache {
  readonly #entries = new Map<string, Entry>();

  get(prefix: string): Entry | undefined {
    return this.#entries.get(prefix);
  }
  set(prefix: string, entry: Entry): void {
    this.#entries.delete(prefix);
    this.#entries.set(prefix, entry);
    if (this.#entries.size > LIMIT) this.#entries.delete(this.#entries.keys().next().value!);
  }
  forget(prefix: string): void {
    this.#entries.delete(prefix);
  }
}

/** The reads of one operation. */
export class ReadSet {
  readonly #storage: Storage;
  readonly #cache: AdmissionCache;
  readonly #noted = new Map<string, number>();

  constructor(storage: Storage, cache: AdmissionCache) {
    this.#storage = storage;
    this.#cache = cache;
  }

  /** One object, or undefined. */
  async get<T extends KubeObject>(
    group: string,
    resource: string,
    namespace: string,
    name: string,
  ): Promise<Stored<T> | undefined> {
    const key = objectKey(group, resource, namespace, name);
    const known = this.#cache.get(key);
    if (known) return this.#note(key, known)[0] as Stored<T> | undefined;
    // The head first: what is read afterwards is at least as new.
    const revision = await this.#storage.head();
    const row = await this.#storage.get(key);
    const definition = resourceNamed(group, resource);
    const objects = row ? [decodeStored<T>(row.value, row.revision, typeOf(definition))] : [];
    return this.#note(key, this.#keep(key, { revision, objects }))[0] as Stored<T> | undefined;
  }

  /** All objects of a resource, in one namespace when it is given. */
  async list<T extends KubeObject>(
    group: string,
    resource: string,
    namespace?: string,
  ): Promise<readonly Stored<T>[]> {
    const prefix = namespace ? namespacePrefix(group, resource, namespace) : resourcePrefix(group, resource);
    const known = this.#cache.get(prefix);
    if (known) return this.#note(prefix, known) as Stored<T>[];
    const definition = resourceNamed(group, resource);
    const page = await this.#storage.list(prefix);
    const objects = page.rows.map((row) => decodeStored<T>(row.value, row.revision, typeOf(definition)));
    return this.#note(prefix, this.#keep(prefix, { revision: page.revision, objects })) as Stored<T>[];
  }

  /** What was taken for granted so far. */
  assumptions(): Assumption[] {
    return [...this.#noted].map(([prefix, revision]) => ({ prefix, revision }));
  }

  #note(prefix: string, entry: Entry): readonly Stored[] {
    this.#noted.set(prefix, entry.revision);
    return entry.objects;
  }

  #keep(prefix: string, entry: Entry): Entry {
    this.#cache.set(prefix, entry);
    return entry;
  }
}

const typeOf = (definition: {
  group: string;
  version: string;
  kind: string;
}): { apiVersion: string; kind: string } => ({
  apiVersion: definition.group ? `${definition.group}/${definition.version}` : definition.version,
  kind: definition.kind,
});

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
import { resourcePrefix } from '../storage/keys.ts';
import { listAll, type Row, type Storage } from '../storage/types.ts';

export const CRD_PREFIX = resourcePrefix('apiextensions.k8s.io', 'customresourcedefinitions');

/** Milliseconds for which admission may not see that a definition has changed. */
const KIND_AGE = 500;

/** Finds the resource of a kind for the plug-ins of admission; most kinds are built in, and cost nothing. */
export const kindsOf =
  ({ cache, storage, clock }: Pick<RequestContext, 'cache' | 'storage' | 'clock'>) =>
  async (apiVersion: string, kind: string): Promise<ResourceDefinition | undefined> =>
    BUILT_IN.findKind(apiVersion, kind) ??
    (await cache.catalog.get(storage, clock, KIND_AGE)).findKind(apiVersion, kind);

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
    const now = clock.now();
    if (this.#revision !== undefined && age > 0 && now >= this.#checkedAt && now - this.#checkedAt < age) {
      return this.#catalog;
    }
    // Who asks while another is asking may have to know of what was written since.
    if (age > 0 && this.#checking) await this.#checking;
    else await this.#check(storage, now);
    return this.#catalog;
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
    const { rows, revision } = await listAll(storage, CRD_PREFIX);
    // An answer that was overtaken by a newer one.
    if (revision < (this.#revision ?? 0)) return;
    this.#take(rows);
    this.#revision = revision;
    this.#checkedAt = now;
  }

  #take(rows: readonly Row[]): void {
    const made = new Map<string, Made>();
    for (const row of rows) {
      const known = this.#made.get(row.key);
      made.set(row.key, known?.revision === row.revision ? known : makeOf(row));
    }
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

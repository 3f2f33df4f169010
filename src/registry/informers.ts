/**
 * Copies of resources, kept up to date by the watch hubs: what controllers, the scheduler and nodes read.
 *
 * A follower subscribes at the hubs first and lists then, so nothing falls between. Events it has already seen in its list
 * are told apart by their revision. A hub that cannot say what the follower missed (from -1) makes it list again; what
 * changed meanwhile is handed on as changes. Source: client-go tools/cache (reflector, shared informer).
 */
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import { apiVersionOf, resourceNamed, storageOf } from '../apis/resources.ts';
import { decodeStored } from '../storage/encoding.ts';
import { HUB_ALL, HUB_CLUSTER, resourceOf, resourcePrefix } from '../storage/keys.ts';
import type { Event, EventBatch, Storage } from '../storage/types.ts';
import type { ResourceName } from './client.ts';

/** A change of an object. Added: no `old`; deleted: no `object`. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly object?: Stored<T>;
  readonly old?: Stored<T>;
}

/** The copies of one resource: shared, never to be changed. */
export class Lister<T extends KubeObject = KubeObject> {
  readonly #objects = new Map<string, Map<string, Stored<T>>>();
  /** By the uid of the controlling owner, or by orphansOf the namespace. */
  readonly #byOwner = new Map<string, Map<string, Stored<T>>>();
  #revision = 0;

  get(namespace: string, name: string): Stored<T> | undefined {
    return this.#objects.get(namespace)?.get(name);
  }

  /** All, or those of a namespace. */
  list(namespace?: string): Stored<T>[] {
    if (namespace !== undefined) return [...(this.#objects.get(namespace)?.values() ?? [])];
    const all: Stored<T>[] = [];
    for (const objects of this.#objects.values()) for (const object of objects.values()) all.push(object);
    return all;
  }

  /** Those whose controlling owner has this uid. */
  controlledBy(uid: string): Stored<T>[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])];
  }

  /** Those of a namespace that no owner controls. */
  orphans(namespace: string): Stored<T>[] {
    return [...(this.#byOwner.get(orphansOf(namespace))?.values() ?? [])];
  }

  /** Every write of the resource up to this revision is in the copies. */
  get revision(): number {
    return this.#revision;
  }

  /** Notes what has been seen; for the informers alone. */
  advance(revision: number): void {
    if (revision > this.#revision) this.#revision = revision;
  }

  /** Puts or removes a copy; for the informers alone. */
  replace(namespace: string, name: string, object: Stored<T> | undefined): void {
    const old = this.get(namespace, name);
    if (old) this.#unindex(old, namespace, name);
    let objects = this.#objects.get(namespace);
    if (!object) {
      objects?.delete(name);
      if (objects?.size === 0) this.#objects.delete(namespace);
      return;
    }
    if (!objects) {
      objects = new Map();
      this.#objects.set(namespace, objects);
    }
    objects.set(name, object);
    const owner = controllerUid(object) ?? orphansOf(namespace);
    let owned = this.#byOwner.get(owner);
    if (!owned) {
      owned = new Map();
      this.#byOwner.set(owner, owned);
    }
    owned.set(`${namespace}/${name}`, object);
  }

  #unindex(old: Stored<T>, namespace: string, name: string): void {
    const owner = controllerUid(old) ?? orphansOf(namespace);
    const owned = this.#byOwner.get(owner);
    owned?.delete(`${namespace}/${name}`);
    if (owned?.size === 0) this.#byOwner.delete(owner);
  }
}

/** No uid has a slash. */
const orphansOf = (namespace: string): string => `/${namespace}`;

const controllerUid = ({ metadata }: Stored): string | undefined =>
  metadata.ownerReferences?.find((reference) => reference.controller)?.uid;

/** Marks a copy of which only the metadata was kept: nothing may be written on its ground. */
const METADATA_ONLY = Symbol('metadata only');

/** Whether a copy is whole, so that it can stand for the stored object. */
export const isWhole = (object: object): boolean => !(METADATA_ONLY in object);

/** A copy for those who look at nothing but metadata: thousands of objects cost little memory. */
function metadataOnly({ apiVersion, kind, metadata }: Stored): Stored {
  const { managedFields: _, ...kept } = metadata;
  return { apiVersion, kind, metadata: kept, [METADATA_ONLY]: true } as Stored;
}

export interface InformersOptions {
  readonly storage: Storage;
  readonly resources: readonly ResourceName[];
  /** Subscribes at a hub for these resource prefixes; answers its head. */
  readonly subscribe: (hub: string, prefixes: readonly string[]) => Promise<number>;
  /** Only what has this `spec.nodeName`: all that is followed must have one. Events are filtered by the hub. */
  readonly node?: string;
  /** Which objects are kept whole; of the others only the metadata is. Default all. */
  readonly whole?: (resource: ResourceName, object: Stored) => boolean;
  /** Called once for each change, in the order of the log for each resource. Must not throw. */
  readonly onChange: (resource: ResourceName, change: Change) => void;
}

interface Followed {
  readonly name: ResourceName;
  readonly prefix: string;
  readonly hub: string;
  /** What its copies are; changes with the version in which a custom resource is stored. */
  type: { apiVersion: string; kind: string };
  readonly lister: Lister<any>;
  /** The revision of the newest list. */
  revision: number;
}

/** Objects listed at once. */
const PAGE = 2500;

export class Informers {
  readonly #options: InformersOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #byName = new Map<string, Followed>();
  /** Prefixes of the custom resources among them. */
  readonly #custom = new Set<string>();
  #ready: Promise<void> | undefined;
  /** Deliveries are taken one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: InformersOptions) {
    this.#options = options;
    for (const name of options.resources) this.#add(name, resourceNamed(...name));
  }

  #add(name: ResourceName, definition: ResourceDefinition): Followed {
    const { group, resource } = storageOf(definition);
    const followed: Followed = {
      name,
      prefix: resourcePrefix(group, resource),
      hub: definition.namespaced ? HUB_ALL : HUB_CLUSTER,
      type: { apiVersion: apiVersionOf(definition), kind: definition.kind },
      lister: new Lister(),
      revision: 0,
    };
    this.#followed.set(followed.prefix, followed);
    this.#byName.set(name.join('/'), followed);
    return followed;
  }

  /**
   * Follows these custom resources and no others from now on: lists those that are new, forgets those that are gone.
   * Resolves when they are listed.
   */
  followCustom(definitions: readonly ResourceDefinition[]): Promise<void> {
    const done = this.#turn.then(async () => {
      const wanted = new Map(definitions.map((one) => [resourcePrefix(one.group, one.resource), one]));
      for (const [prefix, { name }] of [...this.#followed]) {
        if (!this.#custom.has(prefix) || wanted.has(prefix)) continue;
        this.#custom.delete(prefix);
        this.#followed.delete(prefix);
        this.#byName.delete(name.join('/'));
      }
      const added: Followed[] = [];
      for (const [prefix, one] of wanted) {
        const followed = this.#followed.get(prefix);
        if (followed) {
          followed.type = { apiVersion: apiVersionOf(one), kind: one.kind };
          continue;
        }
        added.push(this.#add([one.group, one.resource], one));
        this.#custom.add(prefix);
      }
      if (added.length === 0) return;
      try {
        for (const hub of new Set(added.map((one) => one.hub))) await this.#subscribe(hub);
        await this.#relist(added);
      } catch (error) {
        // The next attempt finds them new again.
        for (const { prefix, name } of added) {
          this.#custom.delete(prefix);
          this.#followed.delete(prefix);
          this.#byName.delete(name.join('/'));
        }
        throw error;
      }
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  #subscribe(hub: string): Promise<number> {
    const prefixes = [...this.#followed.values()].filter((one) => one.hub === hub).map((one) => one.prefix);
    return this.#options.subscribe(hub, prefixes);
  }

  /** Whether there are copies of a resource. */
  follows(resource: ResourceName): boolean {
    return this.#byName.has(resource.join('/'));
  }

  /** The copies of a resource that was asked for. */
  lister<T extends KubeObject>(resource: ResourceName): Lister<T> {
    const followed = this.#byName.get(resource.join('/'));
    if (!followed) throw new Error(`not followed: ${resource.join('/')}`);
    return followed.lister;
  }

  /** Resolves when everything is listed. A failure is thrown to the caller, and the next one tries again. */
  ready(): Promise<void> {
    this.#ready ??= this.#start().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #start(): Promise<void> {
    const hubs = new Set([...this.#followed.values()].map(({ hub }) => hub));
    await Promise.all([...hubs].map((hub) => this.#subscribe(hub)));
    await this.#relist([...this.#followed.values()]);
  }

  /** Takes what a hub delivers. Lists first when nothing is known yet. */
  deliver(hub: string, batch: EventBatch): Promise<void> {
    const done = this.#turn.then(async () => {
      await this.ready();
      if (batch.from < 0) await this.#relist([...this.#followed.values()].filter((one) => one.hub === hub));
      for (const event of batch.events) this.#apply(event);
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  #apply(event: Event): void {
    const followed = this.#followed.get(resourceOf(event.key));
    if (!followed || event.revision <= followed.revision) return;
    followed.lister.advance(event.revision);
    const object = event.deleted ? undefined : decodeStored(event.value, event.revision, followed.type);
    const [, , namespace = '', name = ''] = event.key.split('/');
    const old = followed.lister.get(namespace, name);
    if (old && Number(old.metadata.resourceVersion) >= event.revision) return;
    const { node } = this.#options;
    const wanted =
      object && (node === undefined || object.spec?.nodeName === node)
        ? this.#kept(followed, object)
        : undefined;
    this.#change(followed, namespace, name, wanted, old);
  }

  #kept({ name }: Followed, object: Stored): Stored {
    return (this.#options.whole?.(name, object) ?? true) ? object : metadataOnly(object);
  }

  #change(
    followed: Followed,
    namespace: string,
    name: string,
    object: Stored | undefined,
    old: Stored | undefined,
  ): void {
    if (!object && !old) return;
    followed.lister.replace(namespace, name, object);
    this.#options.onChange(followed.name, { ...(object ? { object } : {}), ...(old ? { old } : {}) });
  }

  async #relist(resources: readonly Followed[]): Promise<void> {
    await Promise.all(resources.map((one) => this.#relistOne(one)));
  }

  async #relistOne(followed: Followed): Promise<void> {
    const { storage, node } = this.#options;
    const found = new Map<string, Stored>();
    let after: string | undefined;
    let revision: number | undefined;
    do {
      const page = await storage.list(followed.prefix, {
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
        ...(revision === undefined ? {} : { revision }),
        ...(node === undefined ? {} : { node }),
      });
      revision = page.revision;
      after = page.more ? page.rows.at(-1)!.key : undefined;
      for (const row of page.rows) {
        const object = decodeStored(row.value, row.revision, followed.type);
        found.set(row.key, this.#kept(followed, object));
      }
    } while (after !== undefined);
    followed.revision = revision;
    followed.lister.advance(revision);
    for (const old of followed.lister.list()) {
      const namespace = old.metadata.namespace ?? '';
      const name = old.metadata.name!;
      if (!found.has(`${followed.prefix}${namespace}/${name}`))
        this.#change(followed, namespace, name, undefined, old);
    }
    for (const object of found.values()) {
      const namespace = object.metadata.namespace ?? '';
      const old = followed.lister.get(namespace, object.metadata.name!);
      if (old?.metadata.resourceVersion === object.metadata.resourceVersion) continue;
      this.#change(followed, namespace, object.metadata.name!, object, old);
    }
  }
}

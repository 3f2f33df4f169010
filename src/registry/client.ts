/**
 * The registry as the parts of the control plane use it: every call does what the same request over HTTP would do,
 * under the user it is made for. There is no side door.
 */
import type { UserInfo } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceCatalog } from '../apis/catalog.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import { findStored, resourceNamed } from '../apis/resources.ts';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import { noSuchResource, StatusError } from '../apimachinery/status.ts';
import type { Binding, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { Storage } from '../storage/types.ts';
import { applyConfiguration } from './apply.ts';
import { AdmissionCache } from './cache.ts';
import { fromRow, keyOf } from './commit.ts';
import type { DeleteOptions, RequestContext } from './context.ts';
import { create } from './create.ts';
import { type Deletion, remove } from './delete.ts';
import { deleteCollection } from './delete-collection.ts';
import { type ListOptions, list } from './list.ts';
import { bind } from './subresources/binding.ts';
import { FINALIZE } from './subresources/finalize.ts';
import { updateScale } from './subresources/scale.ts';
import { STATUS } from './subresources/strategy.ts';
import { legacyToken } from './subresources/token.ts';
import { guaranteedUpdate } from './update.ts';

/** A resource by group and plural name: `['apps', 'deployments']`. */
export type ResourceName = readonly [group: string, resource: string];

/** Objects deleted at once: a collection may be larger than the memory there is. */
const DELETE_PAGE = 500;

export interface ClientOptions {
  readonly cluster: string;
  readonly storage: Storage;
  readonly cache?: AdmissionCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly user: UserInfo;
  /** Recorded in managedFields. */
  readonly fieldManager: string;
}

export class Client {
  readonly #options: ClientOptions;
  readonly #context: RequestContext;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#context = {
      cluster: options.cluster,
      storage: options.storage,
      cache: options.cache ?? new AdmissionCache(),
      clock: options.clock,
      random: options.random,
      user: options.user,
      // Nobody reads the warnings of a controller.
      warnings: { push: () => 0 } as unknown as string[],
    };
  }

  get clock(): Clock {
    return this.#options.clock;
  }
  get random(): Random {
    return this.#options.random;
  }

  /** The same client under another user and manager name. */
  as(username: string, fieldManager = this.#options.fieldManager): Client {
    const user = { username, groups: ['system:masters', 'system:authenticated'] };
    return new Client({ ...this.#options, cache: this.#context.cache, user, fieldManager });
  }

  /** All resources of the cluster as they are now. */
  catalog(): Promise<ResourceCatalog> {
    const { cache, storage, clock } = this.#context;
    return cache.catalog.get(storage, clock, 0);
  }

  /** @throws StatusError 404 for a resource that the cluster does not have. */
  async #definition([group, resource]: ResourceName): Promise<ResourceDefinition> {
    const definition = findStored(group, resource) ?? (await this.catalog()).stored(group, resource);
    if (!definition) throw noSuchResource();
    return definition;
  }

  /** Undefined when there is none. */
  async get<T extends KubeObject>(
    resource: ResourceName,
    namespace: string,
    name: string,
  ): Promise<Stored<T> | undefined> {
    const definition = await this.#definition(resource);
    const row = await this.#context.storage.get(keyOf(definition, namespace, name));
    return row ? fromRow<T>(definition, row) : undefined;
  }

  /** Objects and the revision they show, from which a watch goes on. */
  async list<T extends KubeObject>(
    resource: ResourceName,
    namespace?: string,
    options: ListOptions = {},
  ): Promise<{ items: Stored<T>[]; revision: number }> {
    const definition = await this.#definition(resource);
    const { rows, revision } = await list(this.#context, definition, namespace, options);
    return { items: rows.map((row) => fromRow<T>(definition, row)), revision };
  }

  /** @throws StatusError: 409 AlreadyExists, 403, 422, … The given object is changed and answered. */
  async create<T extends KubeObject>(
    resource: ResourceName,
    namespace: string,
    object: T,
  ): Promise<Stored<T>> {
    const definition = await this.#definition(resource);
    return create<T>(this.#context, definition, namespace, object, this.#manager());
  }

  /**
   * Changes an object: `change` gets a private copy of the newest and returns what it should be; it may be called again
   * after a conflict. `hint` (an informer's copy) saves a read. A change to nothing writes nothing.
   * @throws StatusError 404 when it is gone, 422, 403.
   */
  async update<T extends KubeObject>(
    resource: ResourceName,
    namespace: string,
    name: string,
    change: (object: Stored<T>) => T,
    hint?: Stored<T>,
  ): Promise<Stored<T>> {
    const { object } = await guaranteedUpdate<T>(
      this.#context,
      await this.#definition(resource),
      namespace,
      name,
      change,
      { ...this.#manager(), ...(hint ? { hint } : {}) },
    );
    return object;
  }

  /** As update, through the status subresource. */
  async updateStatus<T extends KubeObject>(
    resource: ResourceName,
    namespace: string,
    name: string,
    change: (object: Stored<T>) => T,
    hint?: Stored<T>,
  ): Promise<Stored<T>> {
    const { object } = await guaranteedUpdate<T>(
      this.#context,
      await this.#definition(resource),
      namespace,
      name,
      change,
      { ...this.#manager(), strategy: STATUS, ...(hint ? { hint } : {}) },
    );
    return object;
  }

  /** Server-side apply, to the object or to its status, under a field manager of its own, which takes over what others own. @throws StatusError 422, 403. */
  async apply<T extends KubeObject>(
    resource: ResourceName,
    namespace: string,
    object: T,
    fieldManager: string,
    subresource?: 'status',
  ): Promise<Stored<T>> {
    const applied = await applyConfiguration(
      this.#context,
      resourceNamed(...resource),
      namespace,
      object.metadata!.name!,
      object,
      (merged) => merged,
      { fieldManager, managerGiven: true, force: true, ...(subresource ? { strategy: STATUS } : {}) },
    );
    return applied.object as Stored<T>;
  }

  /** Sets how many replicas an object has, through its scale subresource. @throws StatusError 404, 409, 422, 403. */
  async scale(resource: ResourceName, namespace: string, name: string, replicas: number): Promise<void> {
    const definition = await this.#definition(resource);
    if (!definition.scale) throw noSuchResource();
    const set = (scale: KubeObject): KubeObject => ({ ...scale, spec: { replicas } });
    await updateScale(this.#context, definition, namespace, name, set, this.#manager());
  }

  /** Sets the finalizers of a namespace's spec. */
  async finalizeNamespace<T extends KubeObject>(
    name: string,
    change: (object: Stored<T>) => T,
  ): Promise<Stored<T>> {
    const { object } = await guaranteedUpdate<T>(
      this.#context,
      resourceNamed('', 'namespaces'),
      '',
      name,
      change,
      { ...this.#manager(), strategy: FINALIZE },
    );
    return object;
  }

  /** Undefined when it is gone already. @throws StatusError 409 for preconditions that do not hold. */
  async delete(
    resource: ResourceName,
    namespace: string,
    name: string,
    options: DeleteOptions = {},
    hint?: Stored,
  ): Promise<Deletion | undefined> {
    try {
      return await remove(this.#context, await this.#definition(resource), namespace, name, options, hint);
    } catch (error) {
      if (error instanceof StatusError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** Deletes what a list shows, a page at a time; answers how many there were. */
  async deleteCollection(
    resource: ResourceName,
    namespace: string | undefined,
    listOptions: ListOptions = {},
    options: DeleteOptions = {},
  ): Promise<number> {
    const definition = await this.#definition(resource);
    let count = 0;
    let token: string | undefined;
    do {
      const page = { ...listOptions, limit: DELETE_PAGE, ...(token ? { continue: token } : {}) };
      const done = await deleteCollection(this.#context, definition, namespace, page, options);
      count += done.objects.length;
      token = done.continue;
    } while (token);
    return count;
  }

  /** @throws StatusError 404, 409. */
  bind(namespace: string, name: string, binding: Binding, hint?: Stored<Pod>): Promise<Stored<Pod>> {
    return bind(this.#context, namespace, name, binding, this.#manager(), hint);
  }

  /** A token for a secret that keeps one. */
  legacyToken(account: Stored, secret: Stored): Promise<string> {
    return legacyToken(this.#context, account, secret);
  }

  #manager(): { fieldManager: string } {
    return { fieldManager: this.#options.fieldManager };
  }
}

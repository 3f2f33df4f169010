/**
 * Runs controllers: one set of informers for all of them, a queue of keys for each.
 *
 * Nothing in here is remembered: a manager that starts anew lists everything and reconciles every key once. It has no
 * timers; it says when it wants to be woken (`onPlan`), and whoever owns it does so.
 * Source: controller-runtime pkg/manager, pkg/internal/controller; client-go tools/cache.
 */
import { BUILT_IN, type ResourceCatalog, storedOnce } from '../apis/catalog.ts';
import type { Stored } from '../apis/object.ts';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Client, ResourceName } from '../registry/client.ts';
import { type Change, Informers, type Lister } from '../registry/informers.ts';
import type { EventBatch, Storage } from '../storage/types.ts';
import { EventBroadcaster } from '../registry/event-recorder.ts';
import type { Controller, ControllerContext, Watch } from './framework.ts';
import type { Plan } from '../registry/wake-up.ts';
import { WorkQueue } from './work-queue.ts';

/** The manager name of all controllers in metadata.managedFields. */
export const FIELD_MANAGER = 'kube-controller-manager';
const CONCURRENCY = 16;
/** Reconciles begun before other work of the thread gets its turn. */
const TURN = 64;
/** Milliseconds before a failed list is tried again: doubled up to the limit. */
const RETRY = 500;
const MAX_RETRY = 30_000;

export interface ManagerOptions {
  readonly controllers: readonly Controller[];
  readonly client: Client;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly random: Random;
  /** Subscribes at a hub for these resource prefixes; answers its head. */
  readonly subscribe: (hub: string, prefixes: readonly string[]) => Promise<number>;
  /** Lets other work of the thread have its turn. */
  readonly pause: () => Promise<void>;
  /** Called when the plan may have changed. */
  readonly onPlan?: (plan: Plan) => void;
  /** Told of every failed reconcile. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';

interface Runner {
  readonly controller: Controller;
  readonly queue: WorkQueue;
  readonly ctx: ControllerContext;
  inFlight: number;
}

export class Manager {
  readonly #options: ManagerOptions;
  readonly #runners: Runner[];
  /** `group/resource` -> who wants its changes. */
  readonly #watches = new Map<string, { runner: Runner; watch: Watch }[]>();
  /** The same of custom resources. */
  #customWatches = new Map<string, { runner: Runner; watch: Watch }[]>();
  #catalog: ResourceCatalog = BUILT_IN;
  /** Whether what is defined is being followed. */
  #following = false;
  /** Whether definitions of custom resources may have changed since the catalog was read. */
  #definitionsChanged = true;
  readonly #informers: Informers;
  readonly #events: EventBroadcaster;
  readonly #idle: (() => void)[] = [];
  #started = false;
  #stopped = false;
  #deliveries = 0;
  #begun = 0;
  #pausing = false;
  /** Hubs whose copies are behind because a list failed, and when to try again. */
  readonly #behind = new Set<string>();
  #retryAt: number | undefined;
  #retryDelay = RETRY;

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.#events = new EventBroadcaster(options.clock, () => this.#planned());
    const resources = new Map<string, ResourceName>();
    for (const { watches, reads = [] } of options.controllers) {
      for (const name of [...watches.map(({ resource }) => resource), ...reads])
        resources.set(name.join('/'), name);
    }
    this.#informers = new Informers({
      storage: options.storage,
      resources: [...resources.values()],
      subscribe: options.subscribe,
      whole: wholeness(options.controllers, (id) => this.#customWatches.get(id)?.map(({ watch }) => watch)),
      onChange: (resource, change) => this.#onChange(resource, change),
    });
    this.#runners = options.controllers.map((controller) => this.#runner(controller));
    for (const runner of this.#runners) {
      for (const watch of runner.controller.watches) {
        const id = watch.resource.join('/');
        const known = this.#watches.get(id);
        if (known) known.push({ runner, watch });
        else this.#watches.set(id, [{ runner, watch }]);
      }
    }
  }

  #runner(controller: Controller): Runner {
    const { clock, random } = this.#options;
    const { name, eventSource = name } = controller;
    const catalog = (): ResourceCatalog => this.#catalog;
    const queue = new WorkQueue({ clock });
    const { username, fieldManager } = controller.actsAs ?? {
      username: `system:serviceaccount:kube-system:${name}`,
      fieldManager: FIELD_MANAGER,
    };
    const client = this.#options.client.as(username, fieldManager);
    const runner: Runner = {
      controller,
      queue,
      inFlight: 0,
      ctx: {
        client,
        clock,
        random,
        recorder: this.#events.recorder(eventSource, client),
        get catalog() {
          return catalog();
        },
        lister: (resource) => this.#informers.lister(resource) as Lister<any>,
        enqueue: (key, delay = 0) => {
          queue.addAfter(key, delay);
          this.#pump(runner);
        },
      },
    };
    return runner;
  }

  get plan(): Plan {
    return { busy: this.#busy(), nextDue: this.#nextDue() };
  }

  /** Lists everything and begins. May be called again. @throws when a list fails; then nothing has begun. */
  async start(): Promise<void> {
    if (this.#started || this.#stopped) return;
    this.#deliveries++;
    try {
      await this.#informers.ready();
      await this.#followDefinitions();
      this.#run();
    } finally {
      this.#deliveries--;
      this.#planned();
    }
  }

  /** Ends: nothing is begun any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Takes what a hub delivers. Never throws: what cannot be listed now is listed later. */
  async deliver(hub: string, batch: EventBatch): Promise<void> {
    if (this.#stopped) return;
    this.#deliveries++;
    try {
      await this.#informers.deliver(hub, batch);
      void this.#followLater(hub);
      this.#retryDelay = RETRY;
      this.#run();
    } catch (error) {
      this.#failed(hub, error);
    } finally {
      this.#deliveries--;
      this.#planned();
    }
  }

  /** Does what is due by now. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#retryAt !== undefined && this.#retryAt <= this.#options.clock.now()) {
      this.#retryAt = undefined;
      const hubs = [...this.#behind];
      this.#behind.clear();
      for (const hub of hubs) void this.deliver(hub, { from: -1, to: -1, events: [] });
    }
    for (const runner of this.#runners) {
      runner.queue.promote();
      this.#pump(runner);
    }
    this.#planned();
  }

  /** Resolves when nothing is under way and nothing is ready; delayed keys do not count. */
  idle(): Promise<void> {
    if (!this.#busy()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #run(): void {
    if (this.#stopped) return;
    this.#started = true;
    for (const runner of this.#runners) this.#pump(runner);
  }

  /**
   * Follows what has come to be defined, once for all that is defined meanwhile: a hundred definitions that are made at
   * once are not followed one by one.
   */
  async #followLater(hub: string): Promise<void> {
    if (this.#following || !this.#watches.has(DEFINITIONS)) return;
    this.#following = true;
    this.#deliveries++;
    try {
      while (this.#definitionsChanged && !this.#stopped) await this.#followDefinitions();
      this.#run();
    } catch (error) {
      this.#failed(hub, error);
    } finally {
      this.#following = false;
      this.#deliveries--;
      this.#planned();
    }
  }

  /** Lists again what a hub has, after a while. */
  #failed(hub: string, error: unknown): void {
    this.#options.onError?.('informers', hub, error);
    this.#behind.add(hub);
    this.#retryAt = this.#options.clock.now() + this.#retryDelay;
    this.#retryDelay = Math.min(this.#retryDelay * 2, MAX_RETRY);
  }

  /** Follows the custom resources that there are now. */
  async #followDefinitions(): Promise<void> {
    if (!this.#definitionsChanged || !this.#watches.has(DEFINITIONS)) return;
    this.#definitionsChanged = false;
    try {
      const catalog = await this.#options.client.catalog();
      const followed = storedOnce(catalog.custom);
      const watches = new Map<string, { runner: Runner; watch: Watch }[]>();
      for (const definition of followed) {
        const watching = this.#runners.flatMap((runner) => {
          const watch = runner.controller.watchCustom?.(definition);
          return watch ? [{ runner, watch }] : [];
        });
        watches.set(`${definition.group}/${definition.resource}`, watching);
      }
      this.#catalog = catalog;
      this.#customWatches = watches;
      await this.#informers.followCustom(followed);
    } catch (error) {
      this.#definitionsChanged = true;
      throw error;
    }
  }

  #onChange(resource: ResourceName, change: Change): void {
    const id = resource.join('/');
    if (id === DEFINITIONS) this.#definitionsChanged = true;
    for (const { runner, watch } of this.#watches.get(id) ?? this.#customWatches.get(id) ?? []) {
      try {
        for (const key of watch.keys(change, runner.ctx)) runner.queue.add(key);
      } catch (error) {
        this.#options.onError?.(runner.controller.name, resource.join('/'), error);
      }
    }
  }

  #pump(runner: Runner): void {
    if (!this.#started || this.#stopped || this.#pausing) return;
    const limit = runner.controller.concurrency ?? CONCURRENCY;
    while (runner.inFlight < limit) {
      if (this.#begun >= TURN) {
        void this.#pause();
        return;
      }
      const key = runner.queue.take();
      if (key === undefined) return;
      this.#begun++;
      runner.inFlight++;
      void this.#reconcile(runner, key);
    }
  }

  async #pause(): Promise<void> {
    this.#pausing = true;
    await this.#options.pause();
    this.#pausing = false;
    this.#begun = 0;
    for (const runner of this.#runners) this.#pump(runner);
    this.#planned();
  }

  async #reconcile(runner: Runner, key: string): Promise<void> {
    const { controller, queue, ctx } = runner;
    try {
      const result = await controller.reconcile(key, ctx);
      queue.forget(key);
      queue.setAgain(key, result?.requeueAfter);
    } catch (error) {
      queue.addRateLimited(key);
      this.#options.onError?.(controller.name, key, error);
    } finally {
      queue.done(key);
      runner.inFlight--;
      this.#pump(runner);
      this.#planned();
    }
  }

  #busy(): boolean {
    if (this.#deliveries > 0 || this.#events.pending > 0) return true;
    if (this.#stopped) return this.#runners.some(({ inFlight }) => inFlight > 0);
    return this.#runners.some(({ inFlight, queue }) => inFlight > 0 || (this.#started && queue.length > 0));
  }

  #nextDue(): number | undefined {
    let first = this.#retryAt;
    for (const { queue } of this.#runners) {
      const due = queue.nextDue;
      if (due !== undefined && (first === undefined || due < first)) first = due;
    }
    return first;
  }

  #planned(): void {
    if (!this.#busy()) for (const resolve of this.#idle.splice(0)) resolve();
    this.#options.onPlan?.(this.plan);
  }
}

/** An object is kept whole when one of the controllers needs it so. */
function wholeness(
  controllers: readonly Controller[],
  customWatches: (id: string) => readonly Watch[] | undefined,
): (resource: ResourceName, object: Stored) => boolean {
  const always = new Set<string>();
  const sometimes = new Map<string, NonNullable<Watch['whole']>[]>();
  for (const { watches, reads = [] } of controllers) {
    for (const name of reads) always.add(name.join('/'));
    for (const { resource, whole } of watches) {
      const id = resource.join('/');
      if (!whole) always.add(id);
      else sometimes.set(id, [...(sometimes.get(id) ?? []), whole]);
    }
  }
  return (resource, object) => {
    const id = resource.join('/');
    const custom = customWatches(id);
    if (custom) return custom.some(({ whole }) => !whole || whole(object));
    return always.has(id) || (sometimes.get(id)?.some((whole) => whole(object)) ?? true);
  };
}

/**
 * Drives the pods of one node: takes their changes, lets their state machines do what is due, and reports.
 *
 * A pod has one write under way at the most; what happens meanwhile is looked at when it is done. Everything is decided
 * from the pod's object and its runtime, so a call too many does no harm.
 */
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import { StatusError } from '../apimachinery/status.ts';
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { isPodPhaseTerminal } from '../apis/core/pod-util.ts';
import type { Stored } from '../apis/object.ts';
import { equalJSON } from '../apis/strategy.ts';
import type { Change } from '../registry/informers.ts';
import { admit, type Claim, claimOf } from './admission.ts';
import { ConfigCache, type ReadConfig } from './config-cache.ts';
import { configReferences } from './config-source.ts';
import { ImageStore, parseImage } from './images.ts';
import type { IpPool } from './ip-pool.ts';
import { members, newPodRuntime, type PodRuntime } from './pod-runtime.ts';
import { podStatus, rejectedStatus } from './pod-status.ts';
import { advance, type NodeFacts, type PodEvent } from './pod-worker.ts';
import { rebuild } from './rebuild.ts';

export type PodObject = Stored<Pod & Record<string, any>>;

/** What the agent does to the cluster. */
export interface NodeApi {
  /** Changes a pod's status; `known` is the newest copy. @throws StatusError */
  updateStatus(known: PodObject, change: (pod: PodObject) => PodObject): Promise<PodObject>;
  /** Removes a pod that has ended. A pod of another uid is left alone. @throws StatusError */
  deletePod(known: PodObject): Promise<void>;
  readConfig: ReadConfig;
  /** The node's own object; undefined when it was deleted. */
  readNode(): Promise<Node | undefined>;
  event(pod: PodObject, event: PodEvent): void;
}

export interface NodeAgentOptions {
  readonly node: NodeFacts;
  readonly api: NodeApi;
  readonly ips: IpPool;
  readonly clock: Clock;
  readonly random: Random;
  /** Called whenever `nextDue` or `busy` may have changed. */
  readonly onPlan: () => void;
  readonly onError: (pod: string, error: unknown) => void;
}

interface Worker {
  pod: PodObject;
  claim: Claim;
  runtime: PodRuntime | undefined;
  /** An address from the pool that is to be given back. */
  ip: string | undefined;
  wakeAt: number;
  /** Something is being read or written for it. */
  busy: boolean;
  /** It has to be looked at again then. */
  again: boolean;
  /** Its configuration has just been read. */
  loaded: boolean;
  /** The node did not take it. */
  rejected: boolean;
  failures: number;
  gone: boolean;
}

/** A state that lasts no longer than this is not reported while a pod is starting, in ms. */
const COALESCE = 100;
/** How long what was read of the node's own object is believed, in ms. */
const NODE_FRESH = 2000;
/** After a write that failed: a second, doubling to a minute. */
const RETRY = 1000;
const RETRY_MAX = 60_000;

const keyOf = ({ metadata }: Stored): string => `${metadata.namespace}/${metadata.name}`;

export class NodeAgent {
  readonly #options: NodeAgentOptions;
  readonly #workers = new Map<string, Worker>();
  readonly #images = new ImageStore();
  readonly #config: ConfigCache;
  #node: { object: Promise<Node | undefined>; readAt: number } | undefined;
  #busy = 0;
  #stopped = false;

  constructor(options: NodeAgentOptions) {
    this.#options = options;
    this.#config = new ConfigCache(options.api.readConfig);
  }

  /** Whether something is being read or written. */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /** When `wake` is to be called, in ms of the cluster's clock; Infinity: when something changes. */
  get nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { wakeAt } of this.#workers.values()) if (wakeAt < next) next = wakeAt;
    return next;
  }

  /** Takes a change of a pod of this node, as the informer tells it. */
  podChanged({ object, old }: Change<Pod & Record<string, any>>): void {
    const key = keyOf((object ?? old)!);
    const known = this.#workers.get(key);
    if (known && known.pod.metadata.uid !== object?.metadata.uid) this.#forget(key, known);
    if (!object) return;
    const worker = this.#workers.get(key);
    if (!worker) {
      const added: Worker = {
        pod: object,
        claim: claimOf(object),
        runtime: undefined,
        ip: undefined,
        wakeAt: Number.POSITIVE_INFINITY,
        busy: false,
        again: false,
        loaded: false,
        rejected: false,
        failures: 0,
        gone: false,
      };
      this.#workers.set(key, added);
      this.#remember(added);
      this.#sync(added);
    } else if (Number(object.metadata.resourceVersion) > Number(worker.pod.metadata.resourceVersion)) {
      // A resize changes what the pod claims of the node.
      if (object.metadata.generation !== worker.pod.metadata.generation) worker.claim = claimOf(object);
      worker.pod = object;
      this.#sync(worker);
    }
  }

  /** Does what has become due. */
  wake(): void {
    const now = this.#options.clock.now();
    for (const worker of this.#workers.values()) if (worker.wakeAt <= now) this.#sync(worker);
    this.#options.onPlan();
  }

  /** Ends all work: what is under way is not followed up. */
  stop(): void {
    this.#stopped = true;
    this.#workers.clear();
  }

  #forget(key: string, worker: Worker): void {
    worker.gone = true;
    this.#releaseIp(worker);
    this.#workers.delete(key);
  }

  /** Takes over what an earlier life of this node did for the pod, before any address is handed out. */
  #remember(worker: Worker): void {
    const { pod } = worker;
    worker.runtime = rebuild(pod, this.#options.clock.now());
    const { runtime } = worker;
    if (!runtime) return;
    if (runtime.ip && !runtime.finished && !pod.spec?.hostNetwork) {
      worker.ip = runtime.ip;
      this.#options.ips.take(runtime.ip);
    }
    for (const { spec, runtime: container } of members(pod, runtime)) {
      const reference = container.id ? parseImage(spec.image ?? '') : undefined;
      if (reference) this.#images.add(reference);
    }
    // A pod that was rejected has no containers to speak of.
    worker.rejected = runtime.finished && !pod.status?.containerStatuses;
  }

  #releaseIp(worker: Worker): void {
    if (worker.ip) this.#options.ips.release(worker.ip);
    worker.ip = undefined;
  }

  #sync(worker: Worker): void {
    if (worker.gone || this.#stopped) return;
    if (worker.busy) {
      worker.again = true;
      return;
    }
    worker.wakeAt = Number.POSITIVE_INFINITY;
    const work = this.#workFor(worker);
    if (work) void this.#follow(worker, work);
    else this.#options.onPlan();
  }

  /** Waits for what was begun, and looks at the pod again. */
  async #follow(worker: Worker, work: Promise<boolean>): Promise<void> {
    worker.busy = true;
    this.#busy++;
    let again = false;
    try {
      again = await work;
      worker.failures = 0;
    } catch (error) {
      this.#failed(worker, error);
    } finally {
      worker.busy = false;
      this.#busy--;
    }
    if (again || worker.again) {
      worker.again = false;
      this.#sync(worker);
    }
    this.#options.onPlan();
  }

  #failed(worker: Worker, error: unknown): void {
    // It is gone, or another has its name: the informer will say so.
    if (error instanceof StatusError && error.code === 404) return;
    this.#options.onError(keyOf(worker.pod), error);
    const delay = Math.min(RETRY * 2 ** worker.failures++, RETRY_MAX);
    worker.wakeAt = Math.min(worker.wakeAt, this.#options.clock.now() + delay);
  }

  /**
   * One look at a pod: what is due is done at once, what needs reading or writing is answered as a promise; it says
   * whether the pod has to be looked at again.
   */
  #workFor(worker: Worker): Promise<boolean> | undefined {
    const { pod } = worker;
    const { clock, node } = this.#options;
    const now = clock.now();
    if (!worker.runtime) {
      if (isPodPhaseTerminal(pod.status?.phase)) {
        // It ended before any node had it.
        worker.runtime = { ...newPodRuntime(now), finished: true };
        worker.rejected = true;
      } else if (pod.metadata.deletionTimestamp) {
        worker.runtime = newPodRuntime(now);
      } else {
        return this.#admit(worker);
      }
    }
    const { runtime } = worker;
    if (worker.rejected) return this.#remove(worker);
    const namespace = pod.metadata.namespace ?? '';
    if (!worker.loaded && wantsConfig(runtime)) {
      const references = configReferences(pod);
      if (!this.#config.isFresh(namespace, references, now)) {
        worker.loaded = true;
        return this.#config.load(namespace, references, now).then(() => true);
      }
    }
    worker.loaded = false;
    const { events, wakeAt } = advance(pod, runtime, {
      now,
      random: this.#options.random,
      node,
      images: this.#images,
      config: this.#config.source(namespace),
      ips: {
        range: this.#options.ips.range,
        allocate: () => {
          worker.ip = this.#options.ips.allocate();
          return worker.ip;
        },
      },
    });
    worker.wakeAt = wakeAt;
    for (const event of events) this.#options.api.event(pod, event);
    if (runtime.finished) this.#releaseIp(worker);
    const status = podStatus(pod, runtime, node.ip, now);
    if (equalJSON(status, pod.status)) return this.#remove(worker);
    if (status.phase === 'Pending' && wakeAt - now <= COALESCE && !pod.metadata.deletionTimestamp)
      return undefined;
    return this.#report(worker, (newest) => podStatus(newest, runtime, node.ip, now));
  }

  async #report(worker: Worker, statusOf: (pod: Pod) => Pod['status'] & object): Promise<boolean> {
    const { uid } = worker.pod.metadata;
    const written = await this.#options.api.updateStatus(worker.pod, (newest) => {
      if (newest.metadata.uid !== uid) throw new StatusError(404, 'NotFound', 'the pod was replaced');
      return { ...newest, status: statusOf(newest) };
    });
    if (Number(written.metadata.resourceVersion) > Number(worker.pod.metadata.resourceVersion))
      worker.pod = written;
    return true;
  }

  /** Removes the object of a pod that is being deleted and has ended. */
  #remove(worker: Worker): Promise<boolean> | undefined {
    const { pod, runtime } = worker;
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
    // With no grace left it only waits for its finalizers.
    if (!runtime?.finished || !deletionTimestamp || deletionGracePeriodSeconds === 0) return undefined;
    return this.#options.api.deletePod(pod).then(() => false);
  }

  async #admit(worker: Worker): Promise<boolean> {
    const { pod, claim } = worker;
    const known = this.#node;
    let node = await this.#readNode();
    // Without its Node object it takes no pods; the control plane collects them.
    if (!node || worker.gone || worker.runtime) return false;
    let rejection = admit(pod, claim, node, this.#claims());
    if (rejection && known && this.#node === known) {
      // The scheduler may have seen a label or a resource that is newer than what was known here.
      this.#node = undefined;
      node = await this.#readNode();
      if (!node || worker.gone || worker.runtime) return false;
      rejection = admit(pod, claim, node, this.#claims());
    }
    const now = this.#options.clock.now();
    if (!rejection) {
      worker.runtime = newPodRuntime(now);
      return true;
    }
    worker.runtime = { ...newPodRuntime(now), finished: true };
    worker.rejected = true;
    const { reason, message } = rejection;
    this.#options.api.event(pod, { type: 'Warning', reason, message });
    return this.#report(worker, (newest) => rejectedStatus(newest, reason, message, now));
  }

  *#claims(): Iterable<Claim> {
    for (const { claim, runtime } of this.#workers.values()) if (runtime && !runtime.finished) yield claim;
  }

  #readNode(): Promise<Node | undefined> {
    const now = this.#options.clock.now();
    if (!this.#node || now - this.#node.readAt >= NODE_FRESH || now < this.#node.readAt) {
      const object = this.#options.api.readNode();
      this.#node = { object, readAt: now };
      object.catch(() => {
        this.#node = undefined;
      });
    }
    return this.#node.object;
  }
}

/** Whether a container is still to be started, for which the pod's ConfigMaps and Secrets are needed. */
function wantsConfig({ finished, kill, ip, containers }: PodRuntime): boolean {
  if (finished || kill) return false;
  if (ip === undefined) return true;
  for (const { state } of containers.values()) {
    if (state.type !== 'running' && (state.type !== 'ended' || state.retryAt !== undefined)) return true;
  }
  return false;
}

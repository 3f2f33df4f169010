/**
 * A cluster in memory for the tests of controllers: storage, registry, and a manager with a clock that stands still.
 *
 *   const cluster = await startCluster({ controllers: [newReplicaSetController()] });
 *   await cluster.client.create(REPLICA_SETS, 'default', replicaSet);
 *   await cluster.settle();
 *   expect(await cluster.list(PODS)).toHaveLength(3);
 *
 * There are no nodes and no scheduler: `runPods` does what they would do. Pods are not bound, so a deletion ends at once.
 */
import { type FakeClock, fakeClock } from '../apimachinery/clock.ts';
import { seeded } from '../apimachinery/random.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { Event, Pod, PodCondition } from '../apimachinery/types/core.v1.gen.ts';
import { setPodCondition } from '../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { Client, type ResourceName } from '../registry/client.ts';
import { HUB_ALL, HUB_CLUSTER } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { EventBatch } from '../storage/types.ts';
import type { Controller } from './framework.ts';
import { Manager } from './manager.ts';

const PODS: ResourceName = ['', 'pods'];
const START = Date.UTC(2026, 0, 1);
/** Rounds of deliveries after which a cluster is held to be restless. */
const ROUNDS = 5000;

export interface TestClusterOptions {
  readonly controllers: readonly Controller[];
  /** Namespaces besides `default` and `kube-system`. */
  readonly namespaces?: readonly string[];
  readonly storage?: MemoryStorage;
}

export class TestCluster {
  readonly storage: MemoryStorage;
  readonly clock: FakeClock = fakeClock(START);
  /** The administrator's. */
  readonly client: Client;
  manager: Manager;
  /** What reconciles have thrown. */
  readonly errors: { controller: string; key: string; error: unknown }[] = [];
  #pending = new Map<string, EventBatch[]>();
  #held = false;
  readonly #random = seeded('test cluster');

  constructor({ controllers, storage = new MemoryStorage() }: TestClusterOptions) {
    this.storage = storage;
    this.client = new Client({
      cluster: 'test',
      storage,
      clock: this.clock,
      random: this.#random,
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      fieldManager: 'test',
    });
    for (const hub of [HUB_ALL, HUB_CLUSTER]) {
      storage.follow(hub, (batch) => {
        const batches = this.#pending.get(hub);
        if (batches) batches.push(batch);
        else this.#pending.set(hub, [batch]);
      });
    }
    this.manager = this.#newManager(controllers);
  }

  #newManager(controllers: readonly Controller[]): Manager {
    return new Manager({
      controllers,
      client: this.client,
      storage: this.storage,
      clock: this.clock,
      random: this.#random,
      subscribe: () => this.storage.head(),
      pause: macrotask,
      onError: (controller, key, error) => this.errors.push({ controller, key, error }),
    });
  }

  /** Has the manager lose its memory: another one, with these controllers, takes its place. */
  async restart(controllers: readonly Controller[]): Promise<void> {
    this.manager.stop();
    await this.manager.idle();
    this.#pending.clear();
    this.manager = this.#newManager(controllers);
    await this.manager.start();
  }

  /** Delivers no events until `release`: the informers' copies grow old. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
  }

  /** Delivers events and lets the controllers work until nothing happens any more. Delayed keys stay. */
  async settle(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await macrotask();
      if (!this.#held && this.#pending.size > 0) {
        const pending = this.#pending;
        this.#pending = new Map();
        await Promise.all([...pending].map(([hub, batches]) => this.manager.deliver(hub, merged(batches))));
      }
      await this.manager.idle();
      if (this.#held || this.#pending.size === 0) return;
    }
    throw new Error('the cluster does not come to rest');
  }

  /** Lets time pass: what becomes due on the way is done at its time. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    for (let round = 0; round < ROUNDS; round++) {
      await this.settle();
      const { nextDue = Number.POSITIVE_INFINITY } = this.manager.plan;
      if (nextDue > until) {
        this.clock.set(until);
        return;
      }
      this.clock.set(Math.max(nextDue, this.clock.now()));
      this.manager.wake();
    }
    throw new Error('the cluster does not come to rest');
  }

  /** All objects of a resource, in a namespace when it is given, as they are stored. */
  async list<T extends KubeObject>(resource: ResourceName, namespace?: string): Promise<Stored<T>[]> {
    return (await this.client.list<T>(resource, namespace)).items;
  }

  async get<T extends KubeObject>(
    resource: ResourceName,
    name: string,
    namespace = 'default',
  ): Promise<Stored<T>> {
    const found = await this.client.get<T>(resource, namespace, name);
    if (!found) throw new Error(`no ${resource.join('/')} ${namespace}/${name}`);
    return found;
  }

  /** The events about an object, as `reason: message`, in their order. */
  async eventsOf(kind: string, name?: string): Promise<string[]> {
    const events = await this.list<Event>(['', 'events']);
    return events
      .filter(({ involvedObject }) => involvedObject.kind === kind && (!name || involvedObject.name === name))
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Makes pods run and be ready that are not and that the filter wants. */
  async runPods(wanted: (pod: Stored<Pod>) => boolean = () => true): Promise<void> {
    const pods = await this.list<Pod>(PODS);
    await Promise.all(
      pods
        .filter((pod) => pod.status?.phase !== 'Running' && wanted(pod))
        .map((pod) =>
          this.setPod(
            pod.metadata.name!,
            'Running',
            [{ type: 'Ready', status: 'True' }],
            pod.metadata.namespace,
          ),
        ),
    );
  }

  /** Sets phase and conditions of a pod's status. */
  async setPod(
    name: string,
    phase: string,
    conditions: PodCondition[] = [],
    namespace = 'default',
  ): Promise<void> {
    const now = formatTime(this.clock.now());
    await this.client.updateStatus<Pod>(PODS, namespace, name, (pod) => {
      pod.status = { ...pod.status, phase };
      for (const condition of conditions) setPodCondition(pod, condition, now);
      return pod;
    });
  }
}

/** A cluster with its namespaces, whose controllers have begun. */
export async function startCluster(options: TestClusterOptions): Promise<TestCluster> {
  const cluster = new TestCluster(options);
  for (const name of ['default', 'kube-system', ...(options.namespaces ?? [])]) {
    await cluster.client.create(['', 'namespaces'], '', { metadata: { name } });
    await cluster.client.create(['', 'serviceaccounts'], name, { metadata: { name: 'default' } });
  }
  await cluster.manager.start();
  await cluster.settle();
  return cluster;
}

const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const merged = (batches: readonly EventBatch[]): EventBatch => ({
  from: batches[0]!.from,
  to: batches.at(-1)!.to,
  events: batches.flatMap(({ events }) => events),
});

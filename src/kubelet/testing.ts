/**
 * A node in a cluster in memory, with a clock that stands still:
 *
 *   const node = await startNode();
 *   await node.create(pod({ name: 'web' }));
 *   await node.advance(1000);
 *   expect((await node.pod('web'))?.status?.phase).toBe('Running');
 */
import { type FakeClock, fakeClock } from '../apimachinery/clock.ts';
import { seeded } from '../apimachinery/random.ts';
import type { Container, Pod, PodSpec } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { Client, type ResourceName } from '../registry/client.ts';
import { Informers } from '../registry/informers.ts';
import { HUB_ALL } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { EventBatch } from '../storage/types.ts';
import { IpPool } from './ip-pool.ts';
import { NodeAgent, type PodObject } from './node-agent.ts';
import { nodeIP, podCIDR } from './node-network.ts';
import type { PodEvent } from './pod-worker.ts';
import { CAPACITY, newNode } from './registration.ts';

const PODS: ResourceName = ['', 'pods'];
export const START = Date.UTC(2026, 0, 1);
/** Turns of the event loop after which a cluster is held to be restless. */
const TURNS = 10_000;

export interface PodOptions {
  readonly name?: string;
  readonly annotations?: Record<string, string>;
  readonly containers?: readonly Partial<Container>[];
  readonly spec?: Partial<PodSpec>;
}

/** A pod on node `node-1`, of one container `main` with the image `app:1` unless told otherwise. */
export const pod = ({ name = 'web', annotations, containers = [{}], spec }: PodOptions = {}): Pod => ({
  metadata: { name, namespace: 'default', ...(annotations ? { annotations } : {}) },
  spec: {
    nodeName: 'node-1',
    automountServiceAccountToken: false,
    containers: containers.map((one, index) => ({
      name: index === 0 ? 'main' : `main-${index}`,
      image: 'app:1',
      ...one,
    })),
    ...spec,
  },
});

export class TestNode {
  readonly clock: FakeClock;
  readonly storage: MemoryStorage;
  readonly client: Client;
  readonly events: (PodEvent & { readonly pod: string })[] = [];
  readonly errors: unknown[] = [];
  /** Status writes and deletions that were asked for. */
  writes = 0;
  agent!: NodeAgent;
  #informers!: Informers;
  #pending: EventBatch[] = [];

  constructor(storage = new MemoryStorage(), clock = fakeClock(START)) {
    this.storage = storage;
    this.clock = clock;
    this.client = new Client({
      cluster: 'test',
      storage,
      clock,
      random: seeded('test node'),
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      fieldManager: 'test',
    });
    storage.follow(HUB_ALL, (batch) => this.#pending.push(batch));
  }

  /** Starts the node, or starts it again without its memory. */
  async start(): Promise<void> {
    this.agent?.stop();
    const node = this.client.as('system:node:node-1', 'kubelet');
    this.agent = new NodeAgent({
      node: { name: 'node-1', ip: nodeIP(0), allocatable: CAPACITY },
      api: {
        updateStatus: (known, change) => {
          this.writes++;
          return node.updateStatus<Pod & KubeObject>(
            PODS,
            known.metadata.namespace!,
            known.metadata.name!,
            change,
            known,
          );
        },
        deletePod: async ({ metadata }) => {
          this.writes++;
          const preconditions = { uid: metadata.uid! };
          await node.delete(PODS, metadata.namespace!, metadata.name!, {
            gracePeriodSeconds: 0,
            preconditions,
          });
        },
        readConfig: (kind, namespace, name) =>
          node.get(['', kind === 'Secret' ? 'secrets' : 'configmaps'], namespace, name),
        readNode: () => node.get(['', 'nodes'], '', 'node-1'),
        event: ({ metadata }, event) => this.events.push({ ...event, pod: metadata.name! }),
      },
      ips: new IpPool(podCIDR(0)),
      clock: this.clock,
      random: seeded('test pulls'),
      onPlan: () => {},
      onError: (_pod, error) => this.errors.push(error),
    });
    const { agent } = this;
    this.#informers = new Informers({
      storage: this.storage,
      resources: [PODS],
      node: 'node-1',
      subscribe: () => this.storage.head(),
      onChange: (_resource, change) => agent.podChanged(change as never),
    });
    await this.#informers.ready();
    await this.settle();
  }

  /** Until nothing more happens at this moment. */
  async settle(): Promise<void> {
    for (let turn = 0, quiet = 0; quiet < 3; turn++) {
      if (turn === TURNS) throw new Error('the node does not come to rest');
      const batches = this.#pending;
      this.#pending = [];
      for (const batch of batches) await this.#informers.deliver(HUB_ALL, batch);
      if (this.agent.nextDue <= this.clock.now()) this.agent.wake();
      await new Promise((resolve) => setTimeout(resolve, 0));
      quiet =
        batches.length === 0 && !this.agent.busy && this.agent.nextDue > this.clock.now() ? quiet + 1 : 0;
    }
  }

  /** Lets time pass, stopping wherever something is due. */
  async advance(milliseconds: number): Promise<void> {
    await this.settle();
    const until = this.clock.now() + milliseconds;
    for (let next = this.agent.nextDue; next <= until; next = this.agent.nextDue) {
      this.clock.set(next);
      await this.settle();
    }
    this.clock.set(until);
    await this.settle();
  }

  async create(object: Pod): Promise<PodObject> {
    const created = await this.client.create<Pod & KubeObject>(PODS, 'default', object as Pod & KubeObject);
    await this.settle();
    return created;
  }

  pod(name: string): Promise<PodObject | undefined> {
    return this.client.get<Pod & KubeObject>(PODS, 'default', name);
  }

  async update(name: string, change: (pod: PodObject) => void): Promise<void> {
    await this.client.update<Pod & KubeObject>(PODS, 'default', name, (object) => {
      change(object);
      return object;
    });
    await this.settle();
  }

  async delete(name: string, gracePeriodSeconds?: number): Promise<void> {
    await this.client.delete(
      PODS,
      'default',
      name,
      gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds },
    );
    await this.settle();
  }

  /** `Reason: message` of what was said about a pod. */
  said(name: string): string[] {
    return this.events
      .filter((event) => event.pod === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }
}

/** A cluster with the namespace `default` and the node `node-1`. */
export async function startNode(): Promise<TestNode> {
  const node = new TestNode();
  await node.client.create(['', 'namespaces'], '', { metadata: { name: 'default' } });
  await node.client.create(['', 'serviceaccounts'], 'default', { metadata: { name: 'default' } });
  await node.client.create(
    ['', 'nodes'],
    '',
    newNode({ cluster: 'test', name: 'node-1', index: 0 }, START) as KubeObject,
  );
  await node.start();
  return node;
}

import { DurableObject } from 'cloudflare:workers';
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { StatusError } from '../apimachinery/status.ts';
import type { Node as NodeObject, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { Client, type ResourceName } from '../registry/client.ts';
import { EventBroadcaster, type EventRecorder } from '../registry/event-recorder.ts';
import { type Change, Informers } from '../registry/informers.ts';
import { BatchingStorage } from '../storage/client.ts';
import { hubStub, type StorageEnv, type SubscriberStub } from '../storage/env.ts';
import type { EventBatch } from '../storage/types.ts';
import type { ConfigKind } from './config-source.ts';
import { IpPool } from './ip-pool.ts';
import { NodeAgent, type NodeApi, type PodObject } from './node-agent.ts';
import { claimIndex } from './node-index.ts';
import { nodeIP, podCIDR } from './node-network.ts';
import {
  CAPACITY,
  LEASE_NAMESPACE,
  newLease,
  newNode,
  type NodeIdentity,
  nodeStatus,
  reconcileNode,
} from './registration.ts';
import { type Plan, WakeUp } from '../registry/wake-up.ts';

/** The binding under which the hubs find this class. */
const BINDING = 'NODE';
const PODS: ResourceName = ['', 'pods'];
const NODES: ResourceName = ['', 'nodes'];
const LEASES: ResourceName = ['coordination.k8s.io', 'leases'];
const CONFIG: Readonly<Record<ConfigKind, ResourceName>> = {
  ConfigMap: ['', 'configmaps'],
  Secret: ['', 'secrets'],
};

type StoredNode = NodeObject & KubeObject;

interface Running {
  readonly agent: NodeAgent;
  readonly informers: Informers;
  readonly wakeUp: WakeUp;
  readonly client: Client;
  readonly recorder: EventRecorder;
}

/**
 * A node: a thin shell around NodeAgent. Named `<cluster>/<node>`.
 *
 * Its memory may vanish at any time: what its pods do is read from their statuses again. Its number in the cluster is
 * kept, so that it knows its addresses before it has read anything.
 */
export class Node extends DurableObject<StorageEnv> implements SubscriberStub {
  #running: Running | undefined;

  /** Registers the node and begins to run its pods; may be called again. */
  async start(cluster: string): Promise<void> {
    const name = this.#name(cluster);
    const storage = new BatchingStorage(this.env, cluster);
    const client = newClient(cluster, name, storage);
    let identity = this.ctx.storage.kv.get<NodeIdentity>('identity');
    if (identity?.cluster !== cluster || identity.name !== name) {
      const exists = async (node: string): Promise<boolean> =>
        (await client.get(NODES, '', node)) !== undefined;
      identity = { cluster, name, index: await claimIndex(storage, name, exists) };
      this.ctx.storage.kv.put('identity', identity);
    }
    const running = this.#open(identity);
    await register(running, identity);
    await running.informers.ready();
  }

  /** Takes events from a hub; the work goes on after the answer. */
  async deliver(cluster: string, name: string, hub: string, batch: EventBatch): Promise<void> {
    const identity = this.ctx.storage.kv.get<NodeIdentity>('identity');
    if (identity?.cluster !== cluster) {
      await hubStub(this.env, cluster, hub).unsubscribe(cluster, hub, `${BINDING}:${name}`);
      return;
    }
    const running = this.#open(identity);
    const { informers, wakeUp } = running;
    // What could not be taken in is not delivered again: the alarm finds an empty memory and lists everything.
    this.ctx.waitUntil(informers.deliver(hub, batch).catch(() => this.#close(running)));
    // The hub forgets what it has delivered: the alarm must stand before it does.
    await wakeUp.secure();
  }

  override async alarm(): Promise<void> {
    const identity = this.ctx.storage.kv.get<NodeIdentity>('identity');
    if (!identity) return;
    const { agent, informers, wakeUp } = this.#open(identity);
    wakeUp.rang();
    await informers.ready();
    agent.wake();
  }

  async destroy(_cluster: string): Promise<void> {
    if (this.#running) this.#close(this.#running);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #close(running: Running): void {
    running.agent.stop();
    running.wakeUp.stop();
    if (this.#running === running) this.#running = undefined;
  }

  /** The node's name: what follows the cluster's id in the object's name. */
  #name(cluster: string): string {
    const name = this.ctx.id.name ?? this.ctx.storage.kv.get<string>('name');
    if (!name?.startsWith(`${cluster}/`)) throw new Error(`${name} is no node of cluster ${cluster}`);
    this.ctx.storage.kv.put('name', name);
    return name.slice(cluster.length + 1);
  }

  #open(identity: NodeIdentity): Running {
    if (this.#running) return this.#running;
    const { cluster, name, index } = identity;
    const storage = new BatchingStorage(this.env, cluster);
    const client = newClient(cluster, name, storage);
    const recorder = new EventBroadcaster(systemClock).recorder('kubelet', client, name);
    const agent: NodeAgent = new NodeAgent({
      node: { name, ip: nodeIP(index), allocatable: CAPACITY },
      api: nodeApi(client, recorder, name),
      ips: new IpPool(podCIDR(index)),
      clock: systemClock,
      random: systemRandom,
      onPlan: () => {
        if (this.#running?.agent === agent) this.#running.wakeUp.follow(planOf(agent));
      },
      onError: (pod, error) => console.warn(`${cluster}/${name}: ${pod}: ${String(error)}`),
    });
    const informers = new Informers({
      storage,
      resources: [PODS],
      node: name,
      subscribe: (hub, prefixes) =>
        hubStub(this.env, cluster, hub).subscribe(cluster, hub, {
          name: `${BINDING}:${cluster}/${name}`,
          prefixes,
          node: name,
        }),
      onChange: (_resource, change) => agent.podChanged(change as Change<Pod & KubeObject>),
    });
    const wakeUp = new WakeUp({
      now: () => systemClock.now(),
      setTimer: (at, ring) => {
        const timer = setTimeout(ring, Math.max(at - systemClock.now(), 0));
        return () => clearTimeout(timer);
      },
      setAlarm: (at) => this.ctx.storage.setAlarm(at),
      deleteAlarm: () => this.ctx.storage.deleteAlarm(),
      plan: () => planOf(agent),
      wake: () => agent.wake(),
    });
    this.#running = { agent, informers, wakeUp, client, recorder };
    return this.#running;
  }
}

/** A node that waits for nothing says Infinity. */
const planOf = ({ busy, nextDue }: NodeAgent): Plan => ({
  busy,
  nextDue: nextDue === Number.POSITIVE_INFINITY ? undefined : nextDue,
});

const newClient = (cluster: string, name: string, storage: BatchingStorage): Client =>
  new Client({
    cluster,
    storage,
    clock: systemClock,
    random: systemRandom,
    user: { username: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] },
    fieldManager: 'kubelet',
  });

const nodeApi = (client: Client, recorder: EventRecorder, node: string): NodeApi => ({
  updateStatus: (known, change) =>
    client.updateStatus<Pod & KubeObject>(
      PODS,
      known.metadata.namespace!,
      known.metadata.name!,
      change,
      known,
    ),
  async deletePod(known: PodObject): Promise<void> {
    const { namespace = '', name = '', uid = '' } = known.metadata;
    await client.delete(PODS, namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } }, known);
  },
  readConfig: (kind, namespace, name) => client.get(CONFIG[kind], namespace, name),
  readNode: () => client.get<StoredNode>(NODES, '', node),
  event: (pod, { type, reason, message, fieldPath }) => recorder.event(pod, type, reason, message, fieldPath),
});

/** Makes the node's objects, or brings those it has up to date. */
async function register({ client, recorder }: Running, identity: NodeIdentity): Promise<void> {
  const { name } = identity;
  const now = systemClock.now();
  let node = await client.get<StoredNode>(NODES, '', name);
  if (node) {
    node = await client.update<StoredNode>(
      NODES,
      '',
      name,
      (old) => reconcileNode(old, identity) as StoredNode,
      node,
    );
    node = await client.updateStatus<StoredNode>(
      NODES,
      '',
      name,
      (old) => ({ ...old, status: nodeStatus(identity, old.status, now) }),
      node,
    );
  } else {
    node = await client.create<StoredNode>(NODES, '', newNode(identity, now) as StoredNode);
    recorder.event(node, 'Normal', 'Starting', 'Starting kubelet.');
    recorder.event(node, 'Normal', 'NodeReady', `Node ${name} status is now: NodeReady`);
  }
  try {
    await client.create(LEASES, LEASE_NAMESPACE, newLease(name, node.metadata.uid!, now) as KubeObject);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 409) throw error;
  }
}

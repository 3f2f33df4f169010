import { DurableObject } from 'cloudflare:workers';
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import type { Node, Pod } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import { Client, type ResourceName } from '../registry/client.ts';
import { EventBroadcaster, type EventRecorder } from '../registry/event-recorder.ts';
import { type Change, Informers } from '../registry/informers.ts';
import { type Plan, WakeUp } from '../registry/wake-up.ts';
import { BatchingStorage } from '../storage/client.ts';
import { hubStub, type StorageEnv, type SubscriberStub } from '../storage/env.ts';
import type { EventBatch } from '../storage/types.ts';
import { carryOut } from './carry-out.ts';
import { Scheduler as Engine } from './scheduler.ts';

const USER = { username: 'system:kube-scheduler', groups: ['system:masters', 'system:authenticated'] };
const PODS: ResourceName = ['', 'pods'];
const NODES: ResourceName = ['', 'nodes'];
/** What plug-ins look up, by the kind they know it under. */
const OTHERS: readonly (readonly [kind: string, resource: ResourceName])[] = [
  ['Namespace', ['', 'namespaces']],
  ['Service', ['', 'services']],
  ['ReplicationController', ['', 'replicationcontrollers']],
  ['ReplicaSet', ['apps', 'replicasets']],
  ['StatefulSet', ['apps', 'statefulsets']],
  ['PodDisruptionBudget', ['policy', 'poddisruptionbudgets']],
  ['PersistentVolumeClaim', ['', 'persistentvolumeclaims']],
  ['PersistentVolume', ['', 'persistentvolumes']],
  ['StorageClass', ['storage.k8s.io', 'storageclasses']],
  ['ResourceClaim', ['resource.k8s.io', 'resourceclaims']],
  ['ResourceSlice', ['resource.k8s.io', 'resourceslices']],
  ['DeviceClass', ['resource.k8s.io', 'deviceclasses']],
  ['DeviceTaintRule', ['resource.k8s.io', 'devicetaintrules']],
];
/** Pods decided on before the decisions are carried out. */
const PODS_A_RUN = 500;
interface Running {
  readonly engine: Engine;
  readonly informers: Informers;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly wakeUp: WakeUp;
}

/** The scheduler of a cluster: a thin shell around the engine. Named by the cluster's id. */
export class Scheduler extends DurableObject<StorageEnv> implements SubscriberStub {
  #running: Running | undefined;
  #working = false;
  #again = false;

  #open(cluster: string): Running {
    if (this.#running) return this.#running;
    const client = new Client({
      cluster,
      storage: new BatchingStorage(this.env, cluster),
      clock: systemClock,
      random: systemRandom,
      user: USER,
      fieldManager: 'kube-scheduler',
    });
    // A burst of deletions must not retry every pod that waits for room at once.
    const engine = new Engine({ random: systemRandom, popFromBackoff: false });
    const kinds = new Map(OTHERS.map(([kind, resource]) => [resource.join('/'), kind]));
    const informers = new Informers({
      storage: new BatchingStorage(this.env, cluster),
      resources: [PODS, NODES, ...OTHERS.map(([, resource]) => resource)],
      subscribe: (hub, prefixes) =>
        hubStub(this.env, cluster, hub).subscribe(cluster, hub, { name: `SCHEDULER:${cluster}`, prefixes }),
      onChange: (resource, change) => feed(engine, resource, change, kinds.get(resource.join('/'))),
    });
    const wakeUp = new WakeUp({
      now: () => systemClock.now(),
      setTimer: (at, ring) => {
        const timer = setTimeout(ring, Math.max(at - systemClock.now(), 0));
        return () => clearTimeout(timer);
      },
      setAlarm: (at) => this.ctx.storage.setAlarm(at),
      deleteAlarm: () => this.ctx.storage.deleteAlarm(),
      plan: () => this.#plan(engine),
      wake: () => this.#kick(),
    });
    const recorder = new EventBroadcaster(systemClock).recorder('default-scheduler', client);
    this.#running = { engine, informers, client, recorder, wakeUp };
    return this.#running;
  }

  async start(cluster: string): Promise<void> {
    this.ctx.storage.kv.put('cluster', cluster);
    await this.#open(cluster).informers.ready();
    this.#kick();
  }

  async deliver(cluster: string, name: string, hub: string, batch: EventBatch): Promise<void> {
    if (this.ctx.storage.kv.get<string>('cluster') !== cluster) {
      await hubStub(this.env, cluster, hub).unsubscribe(cluster, hub, `SCHEDULER:${name}`);
      return;
    }
    const { informers, wakeUp } = this.#open(cluster);
    await informers.deliver(hub, batch);
    // The hub forgets what it has delivered: the safety net must be up before it does.
    await wakeUp.secure();
    this.#kick();
  }

  override async alarm(): Promise<void> {
    const cluster = this.ctx.storage.kv.get<string>('cluster');
    if (!cluster) return;
    const { informers, wakeUp } = this.#open(cluster);
    wakeUp.rang();
    await informers.ready();
    this.#kick();
  }

  #kick(): void {
    this.#again = true;
    if (!this.#working) this.ctx.waitUntil(this.#work());
  }

  async #work(): Promise<void> {
    const { engine, client, recorder, wakeUp } = this.#running!;
    this.#working = true;
    try {
      while (this.#again) {
        this.#again = false;
        const decisions = engine.run(systemClock.now(), { maxPods: PODS_A_RUN });
        if (decisions.length === 0) continue;
        await carryOut(engine, client, recorder, decisions);
        this.#again = true;
      }
    } finally {
      this.#working = false;
      wakeUp.follow(this.#plan(engine));
    }
  }

  #plan(engine: Engine): Plan {
    return { busy: this.#working, nextDue: engine.nextWakeup(systemClock.now()) };
  }

  async destroy(_cluster: string): Promise<void> {
    this.#running?.wakeUp.stop();
    this.#running = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
}

function feed(
  engine: Engine,
  resource: ResourceName,
  { object, old }: Change,
  kind: string | undefined,
): void {
  const type = !object ? 'DELETED' : old ? 'MODIFIED' : 'ADDED';
  const seen = (object ?? old) as KubeObject;
  const now = systemClock.now();
  if (resource[1] === 'pods') engine.onPod(type, seen as Pod, now);
  else if (resource[1] === 'nodes') engine.onNode(type, seen as Node, now);
  else if (kind) engine.onObject(kind, type, seen, now);
}

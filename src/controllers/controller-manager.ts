import { DurableObject } from 'cloudflare:workers';
import { systemClock } from '../apimachinery/clock.ts';
import { systemRandom } from '../apimachinery/random.ts';
import { Client } from '../registry/client.ts';
import { BatchingStorage } from '../storage/client.ts';
import { hubStub, type StorageEnv, type SubscriberStub } from '../storage/env.ts';
import type { EventBatch } from '../storage/types.ts';
import { newControllers } from './controllers.ts';
import { FIELD_MANAGER, Manager } from './manager.ts';
import { WakeUp } from '../registry/wake-up.ts';

/** The binding under which the hubs find this class. */
const BINDING = 'CONTROLLER_MANAGER';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

interface Running {
  readonly manager: Manager;
  readonly wakeUp: WakeUp;
}

/**
 * A cluster's controllers: a thin shell around Manager and WakeUp. Named by the cluster's id.
 *
 * Its memory may vanish at any time. The hubs know it as a subscriber and wake it with the next change, the alarm wakes
 * it for what is due; either way it lists everything anew.
 */
export class ControllerManager extends DurableObject<StorageEnv> implements SubscriberStub {
  #running: Running | undefined;

  /** Begins to work for a cluster; may be called again. */
  async start(cluster: string): Promise<void> {
    this.ctx.storage.kv.put('cluster', cluster);
    await this.#open(cluster).manager.start();
  }

  /** Takes events from a hub; the work goes on after the answer. */
  async deliver(cluster: string, name: string, hub: string, batch: EventBatch): Promise<void> {
    if (this.ctx.storage.kv.get<string>('cluster') !== cluster) {
      await hubStub(this.env, cluster, hub).unsubscribe(cluster, hub, `${BINDING}:${name}`);
      return;
    }
    const { manager, wakeUp } = this.#open(cluster);
    this.ctx.waitUntil(manager.deliver(hub, batch));
    // The hub forgets what it has delivered: the safety net must be up before it does.
    await wakeUp.secure();
  }

  override async alarm(): Promise<void> {
    const cluster = this.ctx.storage.kv.get<string>('cluster');
    if (!cluster) return;
    const { manager, wakeUp } = this.#open(cluster);
    wakeUp.rang();
    await manager.start();
    manager.wake();
  }

  async destroy(_cluster: string): Promise<void> {
    this.#running?.manager.stop();
    this.#running?.wakeUp.stop();
    this.#running = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #open(cluster: string): Running {
    if (this.#running) return this.#running;
    const storage = new BatchingStorage(this.env, cluster);
    const manager: Manager = new Manager({
      controllers: newControllers(),
      client: new Client({
        cluster,
        storage,
        clock: systemClock,
        random: systemRandom,
        user: {
          username: 'system:kube-controller-manager',
          groups: ['system:masters', 'system:authenticated'],
        },
        fieldManager: FIELD_MANAGER,
      }),
      storage,
      clock: systemClock,
      random: systemRandom,
      subscribe: (hub, prefixes) =>
        hubStub(this.env, cluster, hub).subscribe(cluster, hub, { name: `${BINDING}:${cluster}`, prefixes }),
      pause,
      onPlan: (plan) => {
        if (this.#running?.manager === manager) this.#running.wakeUp.follow(plan);
      },
      onError: (controller, key, error) =>
        console.warn(`${cluster}: ${controller}: ${key}: ${String(error)}`),
    });
    const wakeUp = new WakeUp({
      now: () => systemClock.now(),
      setTimer: (at, ring) => {
        const timer = setTimeout(ring, Math.max(at - systemClock.now(), 0));
        return () => clearTimeout(timer);
      },
      setAlarm: (at) => this.ctx.storage.setAlarm(at),
      deleteAlarm: () => this.ctx.storage.deleteAlarm(),
      plan: () => manager.plan,
      wake: () => manager.wake(),
    });
    this.#running = { manager, wakeUp };
    return this.#running;
  }
}

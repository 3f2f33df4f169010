/**
 * What a node knows of a pod's containers. All of it can be had again from the pod's status (rebuild.ts), but for what
 * is only kept in memory upstream, too. Times are milliseconds of the cluster's clock.
 */
import type { Container, EphemeralContainer, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { isRestartableInitContainer } from '../apis/core/pod-util.ts';

export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** How a run of a container ended. */
export interface Ended {
  readonly id: string;
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface Backoff {
  readonly delay: number;
  /** When it last grew. */
  readonly updatedAt: number;
}

/** A container that is being stopped: when and how it will have ended. */
export interface Stop {
  readonly at: number;
  readonly exitCode: number;
  /** It starts again at once, whatever its restart policy: its definition has changed. */
  readonly restart?: boolean;
}

export type ContainerState =
  /** Its turn has not come. */
  | { readonly type: 'fresh' }
  | { readonly type: 'pulling'; readonly since: number; readonly until: number }
  /** It could not be started, or has to wait before it runs again. */
  | { readonly type: 'waiting'; readonly reason: string; readonly message: string; readonly retryAt?: number }
  | {
      readonly type: 'running';
      readonly startedAt: number;
      readonly stop?: Stop;
      readonly unhealthy?: boolean;
    }
  /** How it ended is in `ended`. */
  | { readonly type: 'ended'; readonly retryAt?: number };

export interface ContainerRuntime {
  readonly name: string;
  state: ContainerState;
  /** The id of the newest run; none before the first. */
  id?: string;
  /** The definition that run was made from. */
  definition?: string;
  restartCount: number;
  /** The newest run that ended, and the one before it. */
  ended?: Ended;
  previous?: Ended;
  backoff?: Backoff;
  pullBackoff?: Backoff;
  /** Delay of the last retry after a configuration error. */
  configDelay?: number;
}

export type KillCause = 'deleted' | 'deadline' | 'completed';

export interface PodRuntime {
  readonly startTime: number;
  /** The pod's sandbox exists from the moment it has its address. */
  ip?: string;
  /** A sandbox that could not be made: when to try again. */
  sandboxRetry?: { readonly at: number; readonly delay: number };
  kill?: { readonly cause: KillCause; readonly since: number; readonly grace: number };
  /** All containers have ended for good: the phase is final. */
  finished: boolean;
  /** Why the pod failed as a whole. */
  failure?: { readonly reason: string; readonly message: string };
  readonly containers: Map<string, ContainerRuntime>;
}

export const newPodRuntime = (startTime: number): PodRuntime => ({
  startTime,
  finished: false,
  containers: new Map(),
});

/** A container of a pod, what it is for, and what is known of it. */
export interface Member {
  readonly spec: Container | EphemeralContainer;
  readonly role: Role;
  readonly runtime: ContainerRuntime;
}

/** All containers of a pod in the order they start. Makes room for those that are new. */
export function members(pod: Pod, runtime: PodRuntime): Member[] {
  const list: Member[] = [];
  const add = (spec: Container | EphemeralContainer, role: Role): void => {
    let known = runtime.containers.get(spec.name);
    if (!known) {
      known = { name: spec.name, state: { type: 'fresh' }, restartCount: 0 };
      runtime.containers.set(spec.name, known);
    }
    list.push({ spec, role, runtime: known });
  };
  for (const spec of pod.spec?.initContainers ?? [])
    add(spec, isRestartableInitContainer(spec) ? 'sidecar' : 'init');
  for (const spec of pod.spec?.containers ?? []) add(spec, 'main');
  for (const spec of pod.spec?.ephemeralContainers ?? []) add(spec, 'ephemeral');
  return list;
}

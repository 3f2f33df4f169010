/**
 * A pod on its node, as a state machine over the cluster's clock: what has become due is done, and it is said when to
 * look again. It reads and writes nothing but what it is given.
 * Source: kubernetes pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod), pkg/kubelet/kuberuntime/kuberuntime_manager.go.
 */
import { parseTime } from '../apimachinery/time.ts';
import type { Pod } from '../apimachinery/types/core.v1.gen.ts';
import { isPodPhaseTerminal } from '../apis/core/pod-util.ts';
import { type ConfigSource, mountError } from './config-source.ts';
import type { ImageStore } from './images.ts';
import { type KillCause, type Member, members, type PodRuntime } from './pod-runtime.ts';
import {
  type Exit,
  ended,
  exitOf,
  type Health,
  healthOf,
  isProbed,
  KILLED,
  scriptFor,
  stopOf,
} from './program.ts';
import {
  backoffDelay,
  formatSeconds,
  RESTART_DELAY,
  RESTARTING_ALL,
  restartsAll,
  shouldRestart,
} from './restart.ts';
import { backOffPull, begin, definitionOf, pulled } from './start-container.ts';

/** The node as its pods see it. */
export interface NodeFacts {
  readonly name: string;
  readonly ip: string;
  readonly allocatable: Readonly<Record<string, string>>;
}

export interface Surroundings {
  /** Milliseconds since the epoch, of the cluster's clock. */
  readonly now: number;
  readonly random: () => number;
  readonly node: NodeFacts;
  readonly images: ImageStore;
  readonly config: ConfigSource;
  readonly ips: { readonly range: string; allocate(): string | undefined };
}

export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The container it is about: `spec.containers{web}`. */
  readonly fieldPath?: string;
}

export type Emit = (type: PodEvent['type'], reason: string, message: string, about?: Member) => void;

export interface Step {
  readonly events: readonly PodEvent[];
  /** When to look again; Infinity: when something changes. */
  readonly wakeAt: number;
}

/** Between tries to mount volumes: half a second, doubling to two minutes. */
const MOUNT_RETRY = 500;
const MOUNT_RETRY_MAX = 122_000;
const NETWORK_RETRY = 10_000;
/** Rounds of one step; a script of many ends at one moment must not hold the thread. */
const MAX_ROUNDS = 50;

const FIELDS = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
} as const;

/** Does everything that is due for a pod, changing its runtime in place. */
export function advance(pod: Pod, runtime: PodRuntime, around: Surroundings): Step {
  const worker = new Worker(pod, runtime, around);
  let rounds = 0;
  while (worker.round()) {
    if (++rounds === MAX_ROUNDS) return { events: worker.events, wakeAt: around.now + RESTART_DELAY };
  }
  return { events: worker.events, wakeAt: worker.wakeAt };
}

class Worker {
  readonly events: PodEvent[] = [];
  wakeAt = Number.POSITIVE_INFINITY;
  readonly #pod: Pod;
  readonly #runtime: PodRuntime;
  readonly #around: Surroundings;
  readonly #members: readonly Member[];
  #progress = false;

  constructor(pod: Pod, runtime: PodRuntime, around: Surroundings) {
    this.#pod = pod;
    this.#runtime = runtime;
    this.#around = around;
    this.#members = members(pod, runtime);
  }

  /** Looks at everything once; whether anything changed, so that it has to be looked at again. */
  round(): boolean {
    this.#progress = false;
    this.wakeAt = Number.POSITIVE_INFINITY;
    if (this.#runtime.finished) return false;
    this.#checkKill();
    if (this.#runtime.kill) this.#terminate();
    else this.#run();
    return this.#progress;
  }

  readonly #emit: Emit = (type, reason, message, about) => {
    const fieldPath = about ? `spec.${FIELDS[about.role]}{${about.spec.name}}` : undefined;
    this.events.push({ type, reason, message, ...(fieldPath ? { fieldPath } : {}) });
  };

  /** Whether `at` has come; if not, it is woken then. */
  #due(at: number): boolean {
    if (at <= this.#around.now) return true;
    if (at < this.wakeAt) this.wakeAt = at;
    return false;
  }

  // ---- the end of the pod

  #checkKill(): void {
    const { metadata, spec, status } = this.#pod;
    const { kill, startTime } = this.#runtime;
    if (metadata?.deletionTimestamp) {
      const grace = Number(metadata.deletionGracePeriodSeconds ?? 0) * 1000;
      if (!kill) this.#kill('deleted', grace, this.#deletedAt(metadata.deletionTimestamp, grace));
      else if (grace < kill.grace) this.#hurry(grace);
      return;
    }
    if (kill) return;
    if (isPodPhaseTerminal(status?.phase)) {
      this.#kill('completed', this.#gracePeriod());
    } else if (
      spec?.activeDeadlineSeconds &&
      this.#due(startTime + Number(spec.activeDeadlineSeconds) * 1000)
    ) {
      const message = 'Pod was active on the node longer than the specified deadline';
      this.#runtime.failure = { reason: 'DeadlineExceeded', message };
      this.#emit('Normal', 'DeadlineExceeded', message);
      this.#kill('deadline', this.#gracePeriod(), startTime + Number(spec.activeDeadlineSeconds) * 1000);
    }
  }

  /**
   * When the pod was deleted: a node that has forgotten that it stops a pod goes on, and does not begin anew. Times have
   * whole seconds there.
   */
  #deletedAt(deletionTimestamp: string, grace: number): number {
    const { now } = this.#around;
    const asked = parseTime(deletionTimestamp) - grace;
    return now - asked < 1000 ? now : asked;
  }

  #gracePeriod(): number {
    return Number(this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  #kill(cause: KillCause, grace: number, since = this.#around.now): void {
    this.#progress = true;
    this.#runtime.kill = { cause, since, grace };
    for (const member of this.#members) {
      const { state } = member.runtime;
      if (state.type === 'running')
        this.#emit('Normal', 'Killing', `Stopping container ${member.spec.name}`, member);
    }
    this.#stopAll();
  }

  /** The pod was deleted again, with less patience. */
  #hurry(grace: number): void {
    this.#progress = true;
    this.#runtime.kill = { ...this.#runtime.kill!, grace };
    this.#stopAll();
  }

  /** Tells when each running container will have ended: sidecars after the others, the last one first. */
  #stopAll(): void {
    const { since, grace } = this.#runtime.kill!;
    const latest = since + grace;
    let others = since;
    const stop = (member: Member, from: number): void => {
      const { state } = member.runtime;
      if (state.type !== 'running') return;
      const begin = Math.max(from, state.startedAt);
      const planned = stopOf(
        this.#pod,
        member.spec,
        scriptFor(this.#pod, member.spec),
        begin,
        Math.max(latest - begin, 0),
      );
      const earlier = state.stop && state.stop.at < planned.at ? state.stop : planned;
      member.runtime.state = { ...state, stop: { at: earlier.at, exitCode: earlier.exitCode } };
      others = Math.max(others, earlier.at);
    };
    for (const member of this.#members) if (member.role !== 'sidecar') stop(member, since);
    for (const member of [...this.#members].reverse()) if (member.role === 'sidecar') stop(member, others);
  }

  #terminate(): void {
    for (const member of this.#members) this.#checkRun(member);
    if (this.#progress || this.#members.some(({ runtime }) => runtime.state.type === 'running')) return;
    this.#runtime.finished = true;
  }

  // ---- its life

  #run(): void {
    if (!this.#ensureSandbox()) return;
    for (const member of this.#members) this.#tend(member);
    if (this.#runtime.kill || !this.#startDue()) return;
    if (this.#isCompleted()) this.#kill('completed', this.#gracePeriod(), this.#completedAt());
  }

  /** When the last main container ended. */
  #completedAt(): number {
    const main = this.#members.filter(({ role }) => role === 'main');
    return Math.max(...main.map(({ runtime }) => runtime.ended?.finishedAt ?? this.#around.now));
  }

  /** The pod's volumes and its address. */
  #ensureSandbox(): boolean {
    const { now, config, ips, node } = this.#around;
    const runtime = this.#runtime;
    if (runtime.ip !== undefined) return true;
    const retry = runtime.sandboxRetry;
    if (retry && !this.#due(retry.at)) return false;
    const later = (delay: number): false => {
      runtime.sandboxRetry = { at: now + delay, delay };
      this.#due(now + delay);
      return false;
    };
    const error = mountError(this.#pod, config);
    if (error) {
      this.#emit('Warning', 'FailedMount', error);
      return later(Math.min((retry?.delay ?? MOUNT_RETRY / 2) * 2, MOUNT_RETRY_MAX));
    }
    const ip = this.#pod.spec?.hostNetwork ? node.ip : ips.allocate();
    if (ip === undefined) {
      this.#emit(
        'Warning',
        'FailedCreatePodSandBox',
        `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: no IP addresses available in range set: ${ips.range}`,
      );
      return later(NETWORK_RETRY);
    }
    delete runtime.sandboxRetry;
    runtime.ip = ip;
    this.#progress = true;
    return true;
  }

  /** Does what is due for a container that has begun. */
  #tend(member: Member): void {
    const { runtime } = member;
    const { state } = runtime;
    switch (state.type) {
      case 'fresh':
        return;
      case 'running':
        this.#checkRun(member);
        return;
      case 'pulling':
        if (!this.#due(state.until)) return;
        this.#progress = true;
        pulled(this.#pod, this.#runtime, member, this.#around, this.#emit);
        return;
      case 'waiting':
        if (this.#isRedefined(member)) {
          delete runtime.backoff;
          delete runtime.pullBackoff;
          this.#begin(member);
        } else if (state.reason === RESTARTING_ALL.reason || state.retryAt === undefined) {
          // Its turn comes in the order of the pod's containers.
          return;
        } else if (!this.#due(state.retryAt)) return;
        else if (state.reason === 'ErrImagePull') {
          this.#progress = true;
          backOffPull(member, this.#emit);
        } else this.#begin(member);
        return;
      case 'ended':
        if (state.retryAt !== undefined && this.#due(state.retryAt)) this.#begin(member);
    }
  }

  /** Whether a container that cannot be started was given another image meanwhile. */
  #isRedefined({ spec, runtime }: Member): boolean {
    return runtime.definition !== undefined && runtime.definition !== definitionOf(spec);
  }

  #begin(member: Member): void {
    this.#progress = true;
    member.runtime.definition = definitionOf(member.spec);
    begin(this.#pod, this.#runtime, member, this.#around, this.#emit);
  }

  /** Ends a running container whose time has come, or finds a reason to stop it. */
  #checkRun(member: Member): void {
    const { spec, role, runtime } = member;
    const { state } = runtime;
    if (state.type !== 'running') return;
    const script = scriptFor(this.#pod, spec);
    const exit = exitOf(this.#pod, spec, script, runtime.restartCount);
    const exitAt = state.startedAt + exit.after;
    const { stop } = state;
    if (stop && stop.at <= exitAt) {
      if (this.#due(stop.at))
        this.#end(
          member,
          stop.at,
          { after: 0, reason: stop.exitCode === 0 ? 'Completed' : 'Error', exitCode: stop.exitCode },
          stop.restart,
        );
      return;
    }
    if (this.#due(exitAt)) {
      this.#end(member, exitAt, exit, stop?.restart);
      return;
    }
    if (stop || this.#runtime.kill) return;
    if (runtime.definition !== definitionOf(spec)) {
      this.#stop(
        member,
        this.#gracePeriod(),
        `Container ${spec.name} definition changed, will be restarted`,
        true,
      );
    } else if (isProbed(role)) {
      this.#probe(member, healthOf(this.#pod, spec, script, runtime.restartCount));
    }
  }

  #probe(member: Member, health: Health): void {
    const { spec, runtime, role } = member;
    const { state } = runtime;
    if (state.type !== 'running') return;
    const { startedAt } = state;
    this.#due(startedAt + health.started);
    this.#due(startedAt + health.ready);
    if (
      !state.unhealthy &&
      this.#due(startedAt + health.unready) &&
      this.#around.now < startedAt + health.ready
    ) {
      runtime.state = { ...state, unhealthy: true };
      this.#emit('Warning', 'Unhealthy', 'Readiness probe failed: ', member);
    }
    const { killed } = health;
    if (!killed || !this.#due(startedAt + killed.after)) return;
    this.#emit('Warning', 'Unhealthy', killed.message, member);
    const probe = killed.probe === 'liveness' ? spec.livenessProbe : spec.startupProbe;
    const grace = Number(probe?.terminationGracePeriodSeconds ?? this.#gracePeriod() / 1000) * 1000;
    const restarts = shouldRestart(this.#pod, spec, role, 1);
    const message = `Container ${spec.name} failed ${killed.probe} probe`;
    const since = startedAt + killed.after;
    this.#stop(member, grace, restarts ? `${message}, will be restarted` : message, false, since);
  }

  #stop(member: Member, grace: number, message: string, restart: boolean, since = this.#around.now): void {
    const { spec, runtime } = member;
    if (runtime.state.type !== 'running') return;
    this.#progress = true;
    this.#emit('Normal', 'Killing', message, member);
    const stop = stopOf(this.#pod, spec, scriptFor(this.#pod, spec), since, grace);
    runtime.state = { ...runtime.state, stop: { ...stop, restart } };
  }

  #end(member: Member, at: number, exit: Exit, restart = false): void {
    const { spec, role, runtime } = member;
    if (runtime.state.type !== 'running') return;
    this.#progress = true;
    const { now } = this.#around;
    if (runtime.ended) runtime.previous = runtime.ended;
    runtime.ended = ended(runtime.id!, runtime.state.startedAt, at, exit);
    runtime.state = { type: 'ended' };
    if (this.#runtime.kill) return;
    if (restart) {
      runtime.state = { type: 'ended', retryAt: now };
      return;
    }
    if (role !== 'ephemeral' && restartsAll(spec, exit.exitCode)) {
      this.#restartAll();
      return;
    }
    if (!shouldRestart(this.#pod, spec, role, exit.exitCode)) return;
    const delay = backoffDelay(runtime.backoff, at);
    if (delay === 0) {
      runtime.state = { type: 'ended', retryAt: Math.max(at + RESTART_DELAY, now) };
      return;
    }
    const { name = '', namespace = '', uid = '' } = this.#pod.metadata ?? {};
    const where = `${name}_${namespace}(${uid})`;
    this.#emit(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${spec.name} in pod ${where}`,
      member,
    );
    runtime.state = {
      type: 'waiting',
      reason: 'CrashLoopBackOff',
      message: `back-off ${formatSeconds(delay)} restarting failed container=${spec.name} pod=${where}`,
      retryAt: at + delay,
    };
  }

  /**
   * The pod begins again where it is: its containers are removed, and start in their order.
   * Source: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod, ContainersToReset).
   */
  #restartAll(): void {
    const begun = this.#members.filter(
      ({ role, runtime }) => role !== 'ephemeral' && runtime.id !== undefined,
    );
    const main = begun.filter(({ role }) => role === 'main');
    for (const member of [...main, ...begun.filter((one) => !main.includes(one))]) {
      const { runtime } = member;
      if (runtime.state.type === 'running') this.#emit('Normal', 'Killing', 'killing', member);
      const { now } = this.#around;
      runtime.ended = { id: '', exitCode: KILLED, ...RESTARTING_ALL, startedAt: now, finishedAt: now };
      runtime.state = { type: 'waiting', ...RESTARTING_ALL, retryAt: now + RESTART_DELAY };
      runtime.restartCount++;
      delete runtime.id;
      delete runtime.definition;
      delete runtime.backoff;
    }
  }

  /** Starts the containers whose turn it is. Whether the main ones have had theirs. */
  #startDue(): boolean {
    const starting = (member: Member): void => {
      const { state } = member.runtime;
      const again = state.type === 'waiting' && state.reason === RESTARTING_ALL.reason;
      if (state.type === 'fresh' || (again && this.#due(state.retryAt ?? 0))) this.#begin(member);
    };
    for (const member of this.#members) if (member.role === 'ephemeral') starting(member);
    if (!this.#hasStarted()) {
      for (const member of this.#members) {
        if (member.role !== 'init' && member.role !== 'sidecar') continue;
        starting(member);
        if (!this.#letsPass(member)) return false;
      }
    }
    for (const member of this.#members) if (member.role === 'main') starting(member);
    return true;
  }

  /** Whether a main container has run: then the pod has been initialized, whatever its sidecars do. */
  #hasStarted(): boolean {
    return this.#members.some(({ role, runtime }) => role === 'main' && runtime.id !== undefined);
  }

  /** Whether what comes after an init container may start. */
  #letsPass({ spec, role, runtime }: Member): boolean {
    const { state } = runtime;
    if (role === 'sidecar') {
      if (state.type !== 'running') return false;
      return (
        this.#around.now >=
        state.startedAt + healthOf(this.#pod, spec, scriptFor(this.#pod, spec), runtime.restartCount).started
      );
    }
    if (state.type !== 'ended') return false;
    if (runtime.ended?.exitCode === 0) return true;
    if (state.retryAt === undefined) this.#kill('completed', this.#gracePeriod());
    return false;
  }

  /** Whether no main container runs or will run again. */
  #isCompleted(): boolean {
    return this.#members.every(
      ({ role, runtime: { state } }) =>
        role !== 'main' || (state.type === 'ended' && state.retryAt === undefined),
    );
  }
}

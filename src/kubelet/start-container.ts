/**
 * Starting a container: its image, its configuration, its first moment.
 * Source: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer),
 * pkg/kubelet/images/image_manager.go (EnsureImageExists).
 */
import { sha256Hex } from '../apimachinery/hash.ts';
import type { Container, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { checkSubPaths, ConfigError, environmentOf } from './environment.ts';
import {
  CHECK_LATENCY,
  type ImageReference,
  imageSize,
  parseImage,
  pullError,
  pullLatency,
} from './images.ts';
import type { Member, PodRuntime } from './pod-runtime.ts';
import type { Emit, Surroundings } from './pod-worker.ts';
import { scriptFor } from './program.ts';
import { BACKOFF_BASE, BACKOFF_MAX, formatDuration, nextBackoff } from './restart.ts';

/** How long ErrImagePull shows before it becomes ImagePullBackOff, in ms. */
export const PULL_ERROR_SHOWN = 2000;
/** Retries after a configuration error: 1 s, doubling to a minute. */
const CONFIG_RETRY = 1000;
const CONFIG_RETRY_MAX = 60_000;

/** Begins to start a container: pulls its image, or runs it when the image is there. */
export function begin(pod: Pod, pods: PodRuntime, member: Member, around: Surroundings, emit: Emit): void {
  const { spec, runtime } = member;
  const { now, images } = around;
  const image = spec.image ?? '';
  const reference = parseImage(image);
  if (!reference) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
    emit('Warning', 'InspectFailed', message, member);
    emit('Warning', 'Failed', 'Error: InvalidImageName', member);
    runtime.state = { type: 'waiting', reason: 'InvalidImageName', message };
    return;
  }
  const present = images.has(reference);
  if (spec.imagePullPolicy === 'Never' && !present) {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    emit('Warning', 'ErrImageNeverPull', message, member);
    emit('Warning', 'Failed', 'Error: ErrImageNeverPull', member);
    runtime.state = {
      type: 'waiting',
      reason: 'ErrImageNeverPull',
      message,
      retryAt: now + nextPull(member, now),
    };
    return;
  }
  if (present && spec.imagePullPolicy !== 'Always') {
    emit(
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
      member,
    );
    run(pod, pods, member, around, emit);
    return;
  }
  emit('Normal', 'Pulling', `Pulling image "${image}"`, member);
  const latency = scriptFor(pod, spec).pullFor ?? (present ? CHECK_LATENCY : pullLatency(around.random));
  runtime.state = { type: 'pulling', since: now, until: now + latency };
}

/** The pull is over: the container runs, or waits for the next try. */
export function pulled(pod: Pod, pods: PodRuntime, member: Member, around: Surroundings, emit: Emit): void {
  const { spec, runtime } = member;
  const { now, images } = around;
  const image = spec.image ?? '';
  const since = runtime.state.type === 'pulling' ? runtime.state.since : now;
  const reference = parseImage(image);
  const error =
    scriptFor(pod, spec).pullError ?? (reference ? pullError(reference) : 'invalid reference format');
  if (error) {
    emit('Warning', 'Failed', `Failed to pull image "${image}": ${error}`, member);
    emit('Warning', 'Failed', 'Error: ErrImagePull', member);
    nextPull(member, now);
    runtime.state = {
      type: 'waiting',
      reason: 'ErrImagePull',
      message: error,
      retryAt: now + PULL_ERROR_SHOWN,
    };
    return;
  }
  const duration = formatDuration(now - since);
  emit(
    'Normal',
    'Pulled',
    `Successfully pulled image "${image}" in ${duration} (${duration} including waiting). Image size: ${imageSize(reference!)} bytes.`,
    member,
  );
  delete runtime.pullBackoff;
  images.add(reference as ImageReference);
  run(pod, pods, member, around, emit);
}

/** ErrImagePull has been shown: the rest of the time it is ImagePullBackOff. */
export function backOffPull(member: Member, emit: Emit): void {
  const { spec, runtime } = member;
  const { state, pullBackoff } = runtime;
  if (state.type !== 'waiting' || !pullBackoff) return;
  const message = `Back-off pulling image "${spec.image}"`;
  emit('Normal', 'BackOff', message, member);
  emit('Warning', 'Failed', 'Error: ImagePullBackOff', member);
  runtime.state = {
    type: 'waiting',
    reason: 'ImagePullBackOff',
    message: `${message}: ErrImagePull: ${state.message}`,
    retryAt: pullBackoff.updatedAt + pullBackoff.delay,
  };
}

/** Raises the back-off of pulls; answers its delay. */
function nextPull({ runtime }: Member, now: number): number {
  const { pullBackoff } = runtime;
  runtime.pullBackoff = pullBackoff
    ? { delay: Math.min(pullBackoff.delay * 2, BACKOFF_MAX), updatedAt: now }
    : { delay: BACKOFF_BASE, updatedAt: now };
  return runtime.pullBackoff.delay;
}

/** Creates and starts the container, unless its configuration does not allow it. */
function run(pod: Pod, pods: PodRuntime, member: Member, around: Surroundings, emit: Emit): void {
  const { spec, runtime } = member;
  const { now } = around;
  try {
    checkConfiguration(pod, pods, member, around);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    emit('Warning', 'Failed', `Error: ${error.message}`, member);
    runtime.configDelay = Math.min((runtime.configDelay ?? CONFIG_RETRY / 2) * 2, CONFIG_RETRY_MAX);
    runtime.state = {
      type: 'waiting',
      reason: 'CreateContainerConfigError',
      message: error.message,
      retryAt: now + runtime.configDelay,
    };
    return;
  }
  delete runtime.configDelay;
  if (runtime.id !== undefined) {
    runtime.restartCount++;
    const finishedAt = runtime.ended?.finishedAt ?? now;
    runtime.backoff = nextBackoff(runtime.backoff, finishedAt, now);
  }
  runtime.id = containerID(pod, spec.name, runtime.restartCount);
  runtime.definition = definitionOf(spec);
  runtime.state = { type: 'running', startedAt: now };
  emit('Normal', 'Created', 'Container created', member);
  emit('Normal', 'Started', 'Container started', member);
}

function checkConfiguration(pod: Pod, pods: PodRuntime, { spec }: Member, around: Surroundings): void {
  const configured =
    spec.env?.length ||
    spec.envFrom?.length ||
    spec.volumeMounts?.some((one) => one.subPathExpr || one.subPath);
  if (configured) {
    const { node, config } = around;
    const { name: nodeName, ip: hostIP, allocatable } = node;
    const facts = { podIP: pods.ip ?? '', hostIP, nodeName, allocatable };
    checkSubPaths(spec, environmentOf(pod, spec, config, facts));
  }
  checkUser(pod, spec);
}

/**
 * Whether a container that must not run as root is told to. Whom its image names is not known.
 * Source: kubernetes pkg/kubelet/kuberuntime/security_context_others.go (verifyRunAsNonRoot).
 */
function checkUser({ metadata, spec }: Pod, { name, securityContext: own }: Member['spec']): void {
  const whole = spec?.securityContext;
  if (!(own?.runAsNonRoot ?? whole?.runAsNonRoot)) return;
  if (Number(own?.runAsUser ?? whole?.runAsUser ?? 1) !== 0) return;
  const pod = `${metadata?.name}_${metadata?.namespace}(${metadata?.uid})`;
  throw new ConfigError(`container's runAsUser breaks non-root policy (pod: "${pod}", container: ${name})`);
}

/** `kedge://<64 hex digits>`: the same for the same run of the same container. */
export const containerID = (pod: Pod, name: string, run: number): string =>
  `kedge://${sha256Hex(`${pod.metadata?.uid}/${name}/${run}`)}`;

/** What a running container cannot change without a restart: its image, and resources it asked to be restarted for. */
export function definitionOf({ image = '', resources, resizePolicy }: Container): string {
  const restarting = (resizePolicy ?? []).filter((one) => one.restartPolicy === 'RestartContainer');
  if (restarting.length === 0) return image;
  const values = restarting.map(({ resourceName: name }) => [
    name,
    resources?.requests?.[name] ?? '',
    resources?.limits?.[name] ?? '',
  ]);
  return `${image} ${values.join(' ')}`;
}

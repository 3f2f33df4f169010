/**
 * How many pods a Job should have, and which. Pure.
 * Source: kubernetes pkg/controller/job/job_controller.go (manageJob), indexed_job_utils.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import type { Job } from '../../apimachinery/types/batch.v1.gen.ts';
import type { Container, EnvVar, Pod, PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { isPodTerminating } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';
import { rankForDeletion } from '../replicaset/pod-ranking.ts';
import { failureAnnotations, type FailureRecord, remainingWait, remainingWaitOfIndex } from './backoff.ts';
import { COMPLETION_INDEX, firstOutside, indexOf, withIndexes } from './indexes.ts';
import { hasLimitPerIndex, isIndexed, isSuspended, replacesFailedOnly, TRACKING_FINALIZER } from './pods.ts';
import type { Situation } from './situation.ts';

/** Pods made or deleted in one reconcile. */
const BURST = 500;
const MAX_GENERATED = 58;

export interface Plan {
  readonly remove: readonly Stored<Pod>[];
  /** How many pods to make; for an Indexed Job their indexes. */
  readonly create: number;
  readonly indexes?: readonly number[];
  /** Milliseconds to wait before pods are made. */
  readonly wait?: number;
}

const NOTHING: Plan = { remove: [], create: 0 };

/** What is to be done about the number of pods. Either pods are deleted or made, never both. */
export function planPods(situation: Situation, record: FailureRecord, now: number): Plan {
  const { job, active } = situation;
  if (isSuspended(job)) return { remove: active, create: 0 };
  const wanted = wantedActive(situation);
  const remove = podsToRemove(situation, Math.max(0, active.length - wanted), now).slice(0, BURST);
  if (remove.length > 0) return { remove, create: 0 };
  const terminating = replacesFailedOnly(job) ? situation.terminating : 0;
  const missing = wanted - terminating - active.length;
  if (missing <= 0) return NOTHING;
  const wait = hasLimitPerIndex(job) ? 0 : remainingWait(record, now);
  if (wait > 0) return { ...NOTHING, wait };
  const create = Math.min(missing, BURST);
  return isIndexed(job) ? planIndexes(situation, create, now) : { remove: [], create };
}

function wantedActive({ job, active, succeeded }: Situation): number {
  const { completions, parallelism = 1 } = job.spec!;
  // Without a number of completions one success ends it: what runs may finish, nothing new begins.
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

function planIndexes(situation: Situation, count: number, now: number): Plan {
  const { job, active, pods, indexes } = situation;
  const completions = job.spec!.completions!;
  const taken = replacesFailedOnly(job) ? [...active, ...pods.filter(isPodTerminating)] : active;
  let busy = withIndexes(
    indexes!.succeeded,
    taken.flatMap((pod) => indexOf(pod, completions) ?? []),
  );
  for (const { first, last } of indexes!.failed ?? []) {
    busy = withIndexes(
      busy,
      Array.from({ length: last - first + 1 }, (_, offset) => first + offset),
    );
  }
  const free = firstOutside(busy, count, completions);
  if (!hasLimitPerIndex(job)) return { remove: [], create: free.length, indexes: free };
  const waits = free.map((index) => remainingWaitOfIndex(indexes!.toReplace.get(index), now));
  const ready = free.filter((_, at) => waits[at] === 0);
  if (ready.length > 0 || free.length === 0) return { remove: [], create: ready.length, indexes: ready };
  return { ...NOTHING, wait: Math.min(...waits) };
}

/** At least so many of the active pods; of an Indexed Job all that are double or without an index. */
function podsToRemove({ job, active }: Situation, atLeast: number, now: number): Stored<Pod>[] {
  const remove: Stored<Pod>[] = [];
  let left = active;
  if (isIndexed(job)) {
    const kept: Stored<Pod>[] = [];
    const byIndex = Map.groupBy(active, (pod) => indexOf(pod, job.spec!.completions!));
    for (const [index, pods] of byIndex) {
      const ranked = pods.length > 1 ? rankForDeletion(pods, [], now) : pods;
      if (index === undefined) {
        remove.push(...pods);
      } else {
        remove.push(...ranked.slice(0, -1));
        kept.push(ranked.at(-1)!);
      }
    }
    left = kept;
  }
  if (remove.length >= atLeast) return remove;
  return [...remove, ...rankForDeletion(left, [], now).slice(0, atLeast - remove.length)];
}

/** The template of the Job's pods. */
export function templateOf(job: Stored<Job>): PodTemplateSpec {
  const { template } = job.spec!;
  const finalizers = template.metadata?.finalizers ?? [];
  return {
    ...template,
    metadata: {
      ...template.metadata,
      finalizers: finalizers.includes(TRACKING_FINALIZER) ? finalizers : [...finalizers, TRACKING_FINALIZER],
    },
  };
}

/** The template of the pod of an index, which knows its index by annotation, label, hostname and environment. */
export function templateOfIndex(job: Stored<Job>, index: number, replaced: Pod | undefined): PodTemplateSpec {
  const { metadata, spec } = templateOf(job);
  const marks = { [COMPLETION_INDEX]: String(index) };
  return {
    metadata: {
      ...metadata,
      annotations: {
        ...metadata?.annotations,
        ...marks,
        ...(hasLimitPerIndex(job) ? failureAnnotations(job, replaced) : {}),
      },
      labels: { ...metadata?.labels, ...marks },
    },
    spec: {
      ...spec!,
      hostname: `${job.metadata.name}-${index}`,
      containers: (spec?.containers ?? []).map(withIndexVariable),
      ...(spec!.initContainers ? { initContainers: spec!.initContainers.map(withIndexVariable) } : {}),
    },
  };
}

const INDEX_VARIABLE: EnvVar = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
};

const withIndexVariable = (container: Container): Container =>
  container.env?.some(({ name }) => name === INDEX_VARIABLE.name)
    ? container
    : { ...container, env: [...(container.env ?? []), deepCopy(INDEX_VARIABLE)] };

/** The generateName of the pod of an index. */
export function prefixOfIndex(name: string, index: number): string {
  const suffix = `-${index}-`;
  return name.slice(0, MAX_GENERATED - suffix.length) + suffix;
}

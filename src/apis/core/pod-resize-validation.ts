/**
 * Resizing a pod in place.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodResize).
 */
import { at, child, type FieldError, forbidden, invalid } from '../../apimachinery/field-error.ts';
import type { Container, Pod, ResourceRequirements } from '../../apimachinery/types/core.v1.gen.ts';
import { semanticEqual } from '../strategy.ts';
import { MIRROR_POD_ANNOTATION } from './pod-annotation-validation.ts';
import { computePodQOS, podQOS } from './pod-qos.ts';
import { isRestartableInitContainer } from './pod-util.ts';
import { validatePodMetadataAndSpec } from './pod-metadata-validation.ts';

/** New resources of containers and sidecars. The two pods differ in resources and resize policies alone. */
export function validatePodResize(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata?.annotations?.[MIRROR_POD_ANNOTATION] !== undefined) {
    return [forbidden('', 'static pods cannot be resized')];
  }
  if (old.spec?.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')];
  const errors = validatePodMetadataAndSpec(pod);
  if (podQOS(old) !== computePodQOS(pod)) {
    const text = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid('spec', pod.status?.qosClass ?? '', text));
  }
  if (!isResizeSupported(old))
    errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  errors.push(...validateSameContainers(pod, old));
  if (errors.length > 0) return errors;
  return validateContainers(pod, old);
}

/** A node that knows of resizing reports the resources of the containers it runs. */
function isResizeSupported(pod: Pod): boolean {
  const running = pod.status?.containerStatuses?.find((container) => container.state?.running);
  return !running || running.resources !== undefined;
}

function validateSameContainers(pod: Pod, old: Pod): FieldError[] {
  const names = (one: Pod): string[] =>
    [...(one.spec?.initContainers ?? []), ...(one.spec?.containers ?? [])].map((container) => container.name);
  if (semanticEqual(names(pod), names(old))) return [];
  return [forbidden('spec', 'containers may not be renamed or reordered on resize')];
}

const ONLY_CPU_AND_MEMORY = 'only cpu and memory resources are mutable';

function validateContainers(pod: Pod, old: Pod): FieldError[] {
  const own = pod.spec?.resources ?? {};
  const ownBefore = old.spec?.resources ?? {};
  const errors = validateNotRemoved(own, ownBefore, 'spec.resources');
  if (!semanticEqual(withoutCPUAndMemory(own, ownBefore), ownBefore))
    errors.push(forbidden('spec', ONLY_CPU_AND_MEMORY));
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, before] of (old.spec?.[list] ?? []).entries()) {
      const after = pod.spec![list]![index]!;
      const path = child(at(child('spec', list), index), 'resources');
      if (list === 'containers') errors.push(...validateContainer(after, before, path, ONLY_CPU_AND_MEMORY));
      else if (isRestartableInitContainer(before)) {
        const text = 'only cpu and memory resources for sidecar containers are mutable';
        errors.push(...validateContainer(after, before, path, text));
      } else if (!semanticEqual(after, before)) {
        errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'));
      }
    }
  }
  return errors;
}

function validateContainer(after: Container, before: Container, path: string, text: string): FieldError[] {
  const now = after.resources ?? {};
  const old = before.resources ?? {};
  const errors = validateNotRemoved(now, old, path);
  const restored = { ...after, resources: withoutCPUAndMemory(now, old) };
  if (!semanticEqual(restored, before)) errors.push(forbidden('spec', text));
  return errors;
}

function validateNotRemoved(
  now: ResourceRequirements,
  old: ResourceRequirements,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (removes(now.requests, old.requests)) {
    errors.push(forbidden(child(path, 'requests'), 'resource requests cannot be removed'));
  }
  if (removes(now.limits, old.limits)) {
    errors.push(forbidden(child(path, 'limits'), 'resource limits cannot be removed'));
  }
  return errors;
}

type List = Readonly<Record<string, string>> | undefined;

const removes = (now: List, old: List): boolean =>
  Object.keys(old ?? {}).some((name) => !Object.hasOwn(now ?? {}, name));

/** The new resources with the cpu and memory of the old: what is left of a difference is not allowed. */
function withoutCPUAndMemory(now: ResourceRequirements, old: ResourceRequirements): ResourceRequirements {
  const restore = (list: List, before: List): Record<string, string> => {
    const { cpu: _cpu, memory: _memory, ...others } = list ?? {};
    const { cpu, memory } = before ?? {};
    return { ...others, ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  };
  return {
    ...(now.claims ? { claims: now.claims } : {}),
    limits: restore(now.limits, old.limits),
    requests: restore(now.requests, old.requests),
  };
}

/**
 * Resizing a pod in place.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodResize).
 */
import { at, child, type FieldError, forbidden, invalid } from '../../apimachinery/field-error.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../apimachinery/types/core.v1.gen.ts';
import { equalInternally } from './internal-form.ts';
import { MIRROR_POD_ANNOTATION } from './pod-annotation-keys.ts';
import { podUpdateOptions } from './pod-ratcheting.ts';
import { computePodQOS, podQOS } from './pod-qos.ts';
import { isRestartableInitContainer } from './pod-util.ts';
import { validatePodMetadataAndSpec } from './pod-metadata-validation.ts';

/** New resources of containers and of the pod. The two pods differ in resources and resize policies alone. */
export function validatePodResize(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata?.annotations?.[MIRROR_POD_ANNOTATION] !== undefined) {
    return [forbidden('[]', 'static pods cannot be resized')];
  }
  if (old.spec?.os?.name === 'windows') return [forbidden('[]', 'windows pods cannot be resized')];
  const errors = validatePodMetadataAndSpec(pod, podUpdateOptions(old));
  if (podQOS(old) !== computePodQOS(pod)) {
    const text = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid('spec', pod.status?.qosClass ?? '', text));
  }
  if (!isResizeSupported(old))
    errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  const spec = pod.spec ?? { containers: [] };
  const before = old.spec ?? { containers: [] };
  const munged: PodSpec = { ...spec };
  if (isSet(before.resources) || isSet(spec.resources)) {
    const found = validatePodLevel(spec, before);
    errors.push(...found.errors);
    munged.resources = found.resources;
  }
  if (old.status?.nodeAllocatableResourceClaimStatuses?.length) {
    errors.push(forbidden('spec', 'pods with node allocatable resource claims cannot be resized'));
  }
  const moved = validateSameContainers(spec, before);
  if (moved.length > 0) return [...errors, ...moved];
  errors.push(...validateContainers(spec, before));
  if (errors.length > 0) return errors;
  // What may change has been looked at: without it nothing may differ.
  munged.containers = restored(spec.containers ?? [], before.containers ?? []);
  munged.initContainers = restored(spec.initContainers ?? [], before.initContainers ?? []);
  return equalInternally('PodSpec', munged, before) ? [] : [forbidden('spec', ONLY_CPU_AND_MEMORY)];
}

const ONLY_CPU_AND_MEMORY = 'only cpu and memory resources are mutable';

/** A node that knows of resizing reports the resources of the containers it runs. */
function isResizeSupported(pod: Pod): boolean {
  const running = pod.status?.containerStatuses?.find((container) => container.state?.running);
  return !running || running.resources !== undefined;
}

const size = (list: List): number => Object.keys(list ?? {}).length;
const isSet = (resources: ResourceRequirements | undefined): boolean =>
  size(resources?.requests) + size(resources?.limits) > 0;

/** `resources`: those of the pod with the cpu and memory it had. */
function validatePodLevel(
  spec: PodSpec,
  before: PodSpec,
): { errors: FieldError[]; resources: ResourceRequirements | undefined } {
  const now = spec.resources;
  const old = before.resources;
  if (old && !now) {
    return { errors: [forbidden('spec.resources', 'pod-level resources cannot be removed')], resources: now };
  }
  const errors = old ? validateNotRemoved(now ?? {}, old, 'spec.resources', 'pod-level resource') : [];
  let resources = now && withoutCPUAndMemory(now, old ?? {});
  if (resources && !old && !isSet(resources) && !resources.claims?.length) resources = undefined;
  if (!equalInternally('*ResourceRequirements', resources, old)) {
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable at pod-level'));
  }
  return { errors, resources };
}

function validateSameContainers(spec: PodSpec, before: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    const path = child('spec', list);
    const now = spec[list] ?? [];
    const old = before[list] ?? [];
    if (now.length !== old.length) {
      errors.push(forbidden(path, `${list} may not be added or removed on resize`));
      continue;
    }
    for (const [index, { name }] of old.entries()) {
      if (now[index]!.name === name) continue;
      errors.push(
        forbidden(child(at(path, index), 'name'), `${list} may not be renamed or reordered on resize`),
      );
    }
  }
  return errors;
}

function validateContainers(spec: PodSpec, before: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, old] of (before[list] ?? []).entries()) {
      const now = spec[list]![index]!;
      const path = child(at(child('spec', list), index), 'resources');
      errors.push(...validateNotRemoved(now.resources ?? {}, old.resources ?? {}, path, 'resource'));
    }
  }
  for (const [index, old] of (before.containers ?? []).entries()) {
    if (!changesOthers(spec.containers![index]!, old)) continue;
    errors.push(forbidden('spec', ONLY_CPU_AND_MEMORY));
  }
  for (const [index, old] of (before.initContainers ?? []).entries()) {
    const now = spec.initContainers![index]!;
    const path = at('spec.initContainers', index);
    if (changesOthers(now, old)) {
      errors.push(
        forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable'),
      );
    }
    if (isRestartableInitContainer(now) || equalInternally('Container', now, old)) continue;
    for (const { restartPolicy } of now.resizePolicy ?? []) {
      if (restartPolicy !== 'RestartContainer') continue;
      const text = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';
      errors.push(forbidden(path, text));
    }
  }
  return errors;
}

const restored = (containers: readonly Container[], old: readonly Container[]): Container[] =>
  containers.map((container, index) => restoredContainer(container, old[index]!));

/** Claims are not kept: upstream compares without them. */
function restoredContainer(container: Container, old: Container): Container {
  const { claims: _, ...resources } = withoutCPUAndMemory(container.resources ?? {}, old.resources ?? {});
  return { ...container, resources };
}

const changesOthers = (container: Container, old: Container): boolean =>
  !equalInternally('Container', restoredContainer(container, old), old);

function validateNotRemoved(
  now: ResourceRequirements,
  old: ResourceRequirements,
  path: string,
  what: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (removes(now.requests, old.requests)) {
    errors.push(forbidden(child(path, 'requests'), `${what} requests cannot be removed`));
  }
  if (removes(now.limits, old.limits)) {
    errors.push(forbidden(child(path, 'limits'), `${what} limits cannot be removed`));
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

/**
 * What an update may change of a pod: little.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodUpdate, ValidatePodEphemeralContainersUpdate).
 */
import { at, child, type FieldError, forbidden, invalid, required } from '../../apimachinery/field-error.ts';
import type {
  Container,
  EphemeralContainer,
  NodeAffinity,
  NodeSelectorTerm,
  Pod,
  PodSchedulingGate,
  PodSpec,
  Toleration,
} from '../../apimachinery/types/core.v1.gen.ts';
import { inclusiveRangeError } from '../../apimachinery/validation/content.ts';
import { sortedMap } from '../meta-forms.ts';
import { semanticEqual } from '../strategy.ts';
import { describeDifference } from './difference.ts';
import { equalInternally, internalForm } from './internal-form.ts';
import { MIRROR_POD_ANNOTATION } from './pod-annotation-keys.ts';
import { validatePodAnnotationsUpdate } from './pod-annotation-validation.ts';
import { validatePodMetadataAndSpec } from './pod-metadata-validation.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { podUpdateOptions } from './pod-ratcheting.ts';
import { validateTolerations } from './pod-scheduling-validation.ts';

const MAX_INT32 = 2 ** 31 - 1;
const EMPTY: PodSpec = { containers: [] };

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** An update of the pod itself. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? EMPTY;
  const before = old.spec ?? EMPTY;
  const options = podUpdateOptions(old);
  const errors = [...validatePodMetadataAndSpec(pod, options), ...validateAnnotations(pod, old, options)];
  for (const list of ['containers', 'initContainers'] as const) {
    const here = child('spec', list);
    if ((spec[list]?.length ?? 0) !== (before[list]?.length ?? 0)) {
      return [...errors, forbidden(here, 'pod updates may not add or remove containers')];
    }
    errors.push(...validateImages(spec[list] ?? [], here));
  }
  const { errors: deadlineErrors, stop } = validateDeadline(spec, before);
  errors.push(...deadlineErrors);
  if (stop) return errors;
  errors.push(
    ...validateTolerationsAdded(
      spec.tolerations ?? [],
      before.tolerations ?? [],
      options.allowTolerationComparisons,
    ),
    ...validateGatesRemoved(spec.schedulingGates ?? [], before.schedulingGates ?? []),
  );
  if (equalInternally('PodSpec', spec, before)) return errors;
  return [...errors, ...validateTheRest(spec, before)];
}

const validateAnnotations = (pod: Pod, old: Pod, options: PodValidationOptions): FieldError[] =>
  validatePodAnnotationsUpdate(
    pod.metadata?.annotations,
    old.metadata?.annotations,
    pod.spec ?? EMPTY,
    'metadata.annotations',
    options,
  );

function validateImages(containers: readonly Container[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { image = '' }] of containers.entries()) {
    const here = child(at(path, index), 'image');
    if (image === '') errors.push(required(here));
    if (image.trim() !== image) {
      errors.push(invalid(here, image, 'must not have leading or trailing whitespace'));
    }
  }
  return errors;
}

/** A deadline may be set or come nearer. `stop`: upstream looks no further. */
function validateDeadline(spec: PodSpec, old: PodSpec): { errors: FieldError[]; stop: boolean } {
  const path = 'spec.activeDeadlineSeconds';
  const seconds = spec.activeDeadlineSeconds;
  const before = old.activeDeadlineSeconds;
  if (seconds === undefined) {
    if (before === undefined) return { errors: [], stop: false };
    const text = 'must not update from a positive integer to nil value';
    return { errors: [invalid(path, null, text)], stop: false };
  }
  if (seconds < 0 || seconds > MAX_INT32) {
    return { errors: [invalid(path, seconds, inclusiveRangeError(0, MAX_INT32))], stop: true };
  }
  if (before !== undefined && before < seconds) {
    return { errors: [invalid(path, seconds, 'must be less than or equal to previous value')], stop: true };
  }
  return { errors: [], stop: false };
}

/** Tolerations may be added; of those that are there only tolerationSeconds may change. */
function validateTolerationsAdded(
  tolerations: readonly Toleration[],
  old: readonly Toleration[],
  comparisons: boolean | undefined,
): FieldError[] {
  const identityOf = ({ key = '', operator = '', value = '', effect = '' }: Toleration): string =>
    JSON.stringify([key, operator, value, effect]);
  const present = new Set(tolerations.map(identityOf));
  if (old.every((one) => present.has(identityOf(one)))) {
    return validateTolerations(tolerations, 'spec.tolerations', comparisons);
  }
  const text = 'existing toleration can not be modified except its tolerationSeconds';
  return [forbidden('spec.tolerations', text)];
}

function validateGatesRemoved(
  gates: readonly PodSchedulingGate[],
  old: readonly PodSchedulingGate[],
): FieldError[] {
  const known = new Set(old.map((gate) => gate.name));
  const errors: FieldError[] = [];
  // A name that stands there more than once is told where it stands last.
  for (const [name, index] of new Map(gates.map((gate, position) => [gate.name, position]))) {
    if (known.has(name)) continue;
    const text = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbidden(child(at('spec.schedulingGates', index), 'name'), text));
  }
  return errors;
}

/** All that has not been looked at must be as it was. */
function validateTheRest(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const munged: PodSpec = {
    ...spec,
    containers: withImagesOf(spec.containers ?? [], old.containers ?? []),
    initContainers: withImagesOf(spec.initContainers ?? [], old.initContainers ?? []) ?? undefined,
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    schedulingGates: old.schedulingGates,
    tolerations: old.tolerations,
  };
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    munged.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  }
  if (old.schedulingGates?.length) errors.push(...allowWhileGated(munged, old));
  if (equalInternally('PodSpec', munged, old)) return errors;
  const difference = describeDifference('PodSpec', old, munged);
  return [
    ...errors,
    forbidden('spec', `pod updates may not change fields other than ${UPDATABLE}\n${difference}`),
  ];
}

/** Null for none, as upstream's copy has it. */
const withImagesOf = (containers: readonly Container[], old: readonly Container[]): Container[] | null =>
  containers.length > 0
    ? containers.map((container, index) => ({ ...container, image: old[index]?.image }))
    : null;

/** A gated pod may still be narrowed to fewer nodes. Takes what may change out of `munged`. */
function allowWhileGated(munged: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const selector = munged.nodeSelector ?? null;
  if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => selector?.[key] !== value)) {
    const text = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalid('spec.nodeSelector', selector && sortedMap(selector), text));
  }
  munged.nodeSelector = old.nodeSelector;
  const before = old.affinity?.nodeAffinity;
  const after = munged.affinity?.nodeAffinity;
  if (semanticEqual(after, before)) return errors;
  errors.push(...validateNodeAffinityMutation(after, before));
  const { nodeAffinity: _, ...others } = munged.affinity ?? {};
  const affinity = before ? { ...others, nodeAffinity: before } : others;
  munged.affinity = Object.keys(affinity).length === 0 && !old.affinity ? undefined : affinity;
  return errors;
}

function validateNodeAffinityMutation(
  after: NodeAffinity | undefined,
  before: NodeAffinity | undefined,
): FieldError[] {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const terms = (affinity: NodeAffinity | undefined): NodeSelectorTerm[] =>
    affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const old = terms(before);
  const now = terms(after);
  if (old.length > 0 && old.length !== now.length) {
    const text = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    const shown = now.length > 0 ? internalForm('[]NodeSelectorTerm', now) : null;
    return [invalid(path, shown, text)];
  }
  const errors: FieldError[] = [];
  for (const [index, term] of old.entries()) {
    if (onlyAdds(now[index]!, term)) continue;
    const text = 'only additions are allowed (no mutations or deletions)';
    errors.push(invalid(at(path, index), internalForm('NodeSelectorTerm', now[index]), text));
  }
  return errors;
}

/** A term that matches nothing must stay so. */
function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const empty = (one: NodeSelectorTerm): boolean => lists.every((list) => !one[list]?.length);
  if (empty(old) && !empty(term)) return false;
  return lists.every((list) => {
    const before = old[list] ?? [];
    return semanticEqual((term[list] ?? []).slice(0, before.length), before);
  });
}

/** Ephemeral containers may be added. The two pods differ in nothing else. */
export function validatePodEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata?.annotations?.[MIRROR_POD_ANNOTATION] !== undefined) {
    return [forbidden('[]', 'static pods do not support ephemeral containers')];
  }
  const options = podUpdateOptions(old);
  const errors = [...validatePodMetadataAndSpec(pod, options), ...validateAnnotations(pod, old, options)];
  const path = 'spec.ephemeralContainers';
  const now = new Map(
    (pod.spec?.ephemeralContainers ?? []).map((one): [string, EphemeralContainer] => [one.name, one]),
  );
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const after = now.get(before.name);
    const name = JSON.stringify(before.name);
    if (!after) errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    else if (!equalInternally('EphemeralContainer', after, before)) {
      const difference = describeDifference('EphemeralContainer', before, after);
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be changed\n${difference}`));
    }
  }
  return errors;
}

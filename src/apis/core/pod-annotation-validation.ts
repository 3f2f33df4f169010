/**
 * Annotations that mean something to a pod.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodSpecificAnnotations, …).
 */
import { at, child, type FieldError, forbidden, invalid } from '../../apimachinery/field-error.ts';
import type { PodSpec, SeccompProfile, Toleration } from '../../apimachinery/types/core.v1.gen.ts';
import { containersWithPaths } from './container-paths.ts';
import { checkLocalDescendingPath } from './field-rules.ts';
import { APPARMOR_ANNOTATION_PREFIX, APPARMOR_LOCALHOST_PREFIX } from './pod-apparmor.ts';
import {
  MIRROR_POD_ANNOTATION,
  POD_DELETION_COST_ANNOTATION,
  SECCOMP_CONTAINER_PREFIX,
  SECCOMP_POD_ANNOTATION,
} from './pod-annotation-keys.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { validateTolerations } from './pod-scheduling-validation.ts';
import { allContainers } from './pod-util.ts';

type Annotations = Readonly<Record<string, string>>;

const TOLERATIONS_ANNOTATION = 'scheduler.alpha.kubernetes.io/tolerations';
const SECCOMP_LOCALHOST_PREFIX = 'localhost/';

const DELETION_COST = /^(?:0|-[0-9]+|[1-9][0-9]*)$/;
/** Whether a text is a number of 32 bits, as the cost of a pod's deletion is. */
export const isPodDeletionCost = (text: string): boolean =>
  DELETION_COST.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;

/** What the annotations of a pod or a template must satisfy. `path` ends with `annotations`. */
export function validatePodAnnotations(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: string,
  { allowInvalidDeletionCost, allowTolerationComparisons }: PodValidationOptions = {},
): FieldError[] {
  if (!annotations) return [];
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR_POD_ANNOTATION];
  if (mirror !== undefined && !spec.nodeName) {
    const text = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(at(path, MIRROR_POD_ANNOTATION), mirror, text));
  }
  const tolerations = annotations[TOLERATIONS_ANNOTATION];
  errors.push(...validateTolerationsAnnotation(tolerations, allowTolerationComparisons, path));
  const cost = annotations[POD_DELETION_COST_ANNOTATION];
  if (!allowInvalidDeletionCost && cost !== undefined && !isPodDeletionCost(cost)) {
    errors.push(invalid(at(path, POD_DELETION_COST_ANNOTATION), cost, 'must be a 32bit integer'));
  }
  const seccomp = annotations[SECCOMP_POD_ANNOTATION];
  if (seccomp !== undefined)
    errors.push(...validateSeccompName(seccomp, child(path, SECCOMP_POD_ANNOTATION)));
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(SECCOMP_CONTAINER_PREFIX))
      errors.push(...validateSeccompName(value, child(path, key)));
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(APPARMOR_ANNOTATION_PREFIX)) {
      errors.push(...validateAppArmorAnnotation(key, value, spec, at(path, key)));
    }
  }
  return errors;
}

function validateTolerationsAnnotation(
  text: string | undefined,
  comparisons: boolean | undefined,
  path: string,
): FieldError[] {
  if (!text) return [];
  try {
    const tolerations: unknown = JSON.parse(text);
    if (!Array.isArray(tolerations)) throw new Error('json: cannot unmarshal into a list of tolerations');
    return validateTolerations(tolerations as Toleration[], child(path, TOLERATIONS_ANNOTATION), comparisons);
  } catch (error) {
    return [invalid(path, TOLERATIONS_ANNOTATION, error instanceof Error ? error.message : String(error))];
  }
}

function validateSeccompName(name: string, path: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(name)) return [];
  if (name.startsWith(SECCOMP_LOCALHOST_PREFIX)) {
    return checkLocalDescendingPath(name.slice(SECCOMP_LOCALHOST_PREFIX.length), path);
  }
  return [invalid(path, name, 'must be a valid seccomp profile')];
}

function validateAppArmorAnnotation(key: string, value: string, spec: PodSpec, path: string): FieldError[] {
  const name = key.slice(APPARMOR_ANNOTATION_PREFIX.length);
  const errors: FieldError[] = [];
  if (!allContainers(spec).some((container) => container.name === name)) {
    errors.push(invalid(path, name, 'container not found'));
  }
  const known =
    ['', 'runtime/default', 'unconfined'].includes(value) || value.startsWith(APPARMOR_LOCALHOST_PREFIX);
  if (!known) errors.push(invalid(path, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`));
  return errors;
}

/** Annotations and fields that say the same must agree. `path` is the spec's. */
export function validateProfilesMatch(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  if (!annotations) return [];
  return [...seccompMismatches(annotations, spec, path), ...appArmorMismatches(annotations, spec, path)];
}

const RUNTIME_DEFAULT = ['runtime/default', 'docker/default'];

function seccompMismatches(annotations: Annotations, spec: PodSpec, path: string): FieldError[] {
  const podPath = child(path, 'securityContext', 'seccompProfile');
  const pod = spec.securityContext?.seccompProfile;
  const errors = seccompMismatch(annotations[SECCOMP_POD_ANNOTATION], pod, podPath);
  for (const [container, here] of containersWithPaths(spec, path)) {
    const annotation = annotations[SECCOMP_CONTAINER_PREFIX + container.name];
    const profile = container.securityContext?.seccompProfile;
    errors.push(...seccompMismatch(annotation, profile, child(here, 'securityContext', 'seccompProfile')));
  }
  return errors;
}

function seccompMismatch(
  annotation: string | undefined,
  profile: SeccompProfile | undefined,
  path: string,
): FieldError[] {
  if (annotation === undefined || !profile) return [];
  return mismatch('seccomp', annotation, profile, RUNTIME_DEFAULT, path);
}

function appArmorMismatches(annotations: Annotations, spec: PodSpec, path: string): FieldError[] {
  if (spec.os?.name === 'windows') return [];
  const errors: FieldError[] = [];
  for (const [container, here] of containersWithPaths(spec, path)) {
    const annotation = annotations[APPARMOR_ANNOTATION_PREFIX + container.name];
    const profile = container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    if (annotation === undefined || !profile) continue;
    const profilePath = child(here, 'securityContext', 'appArmorProfile');
    errors.push(...mismatch('apparmor', annotation, profile, ['runtime/default'], profilePath));
  }
  return errors;
}

function mismatch(
  what: string,
  annotation: string,
  { type, localhostProfile }: { type?: string; localhostProfile?: string },
  runtimeDefault: readonly string[],
  path: string,
): FieldError[] {
  const wrongType = [forbidden(child(path, 'type'), `${what} type in annotation and field must match`)];
  if (type === 'Unconfined') return annotation === 'unconfined' ? [] : wrongType;
  if (type === 'RuntimeDefault') return runtimeDefault.includes(annotation) ? [] : wrongType;
  if (type !== 'Localhost') return [];
  if (!annotation.startsWith('localhost/')) return wrongType;
  if (annotation === `localhost/${localhostProfile}`) return [];
  return [forbidden(child(path, 'localhostProfile'), `${what} profile in annotation and field must match`)];
}

/** Which annotations of a pod may not change. */
export function validatePodAnnotationsUpdate(
  annotations: Annotations | undefined,
  old: Annotations | undefined,
  spec: PodSpec,
  path: string,
  options: PodValidationOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  const now = annotations ?? {};
  const before = old ?? {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const name = nameOfFixed(key);
    if (name === undefined || now[key] === before[key]) continue;
    const verb = Object.hasOwn(before, key) ? 'remove or update' : 'add';
    errors.push(forbidden(at(path, key), `may not ${verb} ${name}`));
  }
  return [...errors, ...validatePodAnnotations(annotations, spec, path, options)];
}

function nameOfFixed(key: string): string | undefined {
  if (key.startsWith(APPARMOR_ANNOTATION_PREFIX)) return 'AppArmor annotations';
  return key === MIRROR_POD_ANNOTATION ? 'mirror pod annotation' : undefined;
}

/**
 * AppArmor profiles: the deprecated annotations and the fields that replaced them.
 * Source: kubernetes pkg/registry/core/pod/strategy.go (applyAppArmorVersionSkew), pkg/api/pod/util.go.
 */
import type { AppArmorProfile, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { semanticEqual } from '../strategy.ts';
import { allContainers } from './pod-util.ts';
import { validateAppArmorProfile } from './security-context-validation.ts';

export const APPARMOR_ANNOTATION_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
export const APPARMOR_LOCALHOST_PREFIX = 'localhost/';

/** The profile an annotation's value stands for. */
export function profileOfAnnotation(value: string): AppArmorProfile | undefined {
  if (value === 'unconfined') return { type: 'Unconfined' };
  if (value === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!value.startsWith(APPARMOR_LOCALHOST_PREFIX)) return undefined;
  const localhostProfile = value.slice(APPARMOR_LOCALHOST_PREFIX.length);
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

/** Containers whose profile was made of an annotation. */
const copied = new WeakSet<object>();

/** Copies profiles from annotations to containers that have none of their own, in place. */
export function prepareAppArmor(pod: Pod): void {
  const annotations = pod.metadata?.annotations;
  if (!annotations || pod.spec?.os?.name === 'windows') return;
  const podProfile = pod.spec?.securityContext?.appArmorProfile;
  for (const container of allContainers(pod.spec)) {
    const value = annotations[APPARMOR_ANNOTATION_PREFIX + container.name];
    if (value === undefined || container.securityContext?.appArmorProfile) continue;
    const profile = profileOfAnnotation(value);
    if (!profile || validateAppArmorProfile(profile, '').length > 0) continue;
    if (semanticEqual(profile, podProfile)) continue;
    container.securityContext ??= {};
    container.securityContext.appArmorProfile = profile;
    copied.add(container);
  }
}

/** Annotations of a new pod, after prepareAppArmor, that should have been fields: they became some, or could not. */
export function outdatedAppArmorAnnotations(pod: Pod): string[] {
  const annotations = pod.metadata?.annotations;
  if (!annotations || pod.spec?.os?.name === 'windows') return [];
  return allContainers(pod.spec).flatMap((container) => {
    const key = APPARMOR_ANNOTATION_PREFIX + container.name;
    const value = annotations[key];
    if (value === undefined) return [];
    if (copied.has(container)) return [key];
    return !container.securityContext?.appArmorProfile && !isProfile(value) ? [key] : [];
  });
}

const isProfile = (value: string): boolean => {
  const profile = profileOfAnnotation(value);
  return profile !== undefined && validateAppArmorProfile(profile, '').length === 0;
};

/** Walks over a pod's containers. Source: kubernetes pkg/apis/core/pods/helpers.go (VisitContainersWithPath). */
import { at, child } from '../../apimachinery/field-error.ts';
import type { Container, EphemeralContainer, PodSpec } from '../../apimachinery/types/core.v1.gen.ts';

/** Init containers, containers and ephemeral containers, each with its path below `path`. */
export function containersWithPaths(
  spec: PodSpec,
  path: string,
): [container: Container | EphemeralContainer, path: string][] {
  const list = (name: 'initContainers' | 'containers' | 'ephemeralContainers') =>
    (spec[name] ?? []).map((one, index): [Container | EphemeralContainer, string] => [
      one,
      at(child(path, name), index),
    ]);
  return [...list('initContainers'), ...list('containers'), ...list('ephemeralContainers')];
}

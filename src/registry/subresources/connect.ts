/** Which container of a pod a request for logs or a stream is for. Source: kubernetes pkg/registry/core/pod/strategy.go (LogLocation, streamLocation). */
import { badRequest } from '../../apimachinery/status.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { allContainers } from '../../apis/core/pod-util.ts';
import type { Stored } from '../../apis/object.ts';

/** The name of the container: that of the request, or of the only one. @throws StatusError 400. */
export function chooseContainer({ metadata, spec }: Stored<Pod>, asked: string): string {
  const names = allContainers(spec).map(({ name }) => name);
  if (asked) {
    if (names.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const containers = spec?.containers ?? [];
  if (containers.length === 1) return containers[0]!.name;
  const choice = containers.length ? `, choose one of: [${names.join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${metadata.name}${choice}`);
}

/** The node that serves the pod's streams. @throws StatusError 400 for a pod without one. */
export function hostOf({ metadata, spec }: Stored<Pod>): string {
  if (!spec?.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  return spec.nodeName;
}

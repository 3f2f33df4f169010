/** What the checks of a pod have in common. Source: pod-security-admission policy/{checks,helpers,visitor}.go. */
import type {
  Container,
  EphemeralContainer,
  PodSpec,
  SecurityContext,
} from '../../../apimachinery/types/core.v1.gen.ts';
import type { ObjectMeta } from '../../../apimachinery/types/meta.v1.gen.ts';
import { allContainers } from '../../../apis/core/pod-util.ts';

/** A pod, or the template of one. */
export interface PodLike {
  readonly metadata?: ObjectMeta;
  readonly spec: PodSpec;
}

/** What a pod is refused for: the kind of thing, and which. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export type Check = (pod: PodLike) => Violation | undefined;

/** A check as it is from a minor version on. */
export interface CheckVersion {
  readonly since: number;
  readonly check: Check;
  /** Checks of the baseline that are part of this one. */
  readonly instead?: readonly string[];
}

export interface VersionedCheck {
  readonly id: string;
  /** From the oldest to the newest. */
  readonly versions: readonly CheckVersion[];
}

export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many);

export const quoted = (items: readonly string[]): string =>
  items.length === 0 ? '' : `"${items.join('", "')}"`;

export const sorted = (items: Iterable<string>): string[] => [...items].sort();

/** `container "a"`, `containers "a", "b"`. */
export const named = (names: readonly string[]): string =>
  `${plural(names.length, 'container')} ${quoted(names)}`;

/** The containers of which something holds. */
export const containersThat = (
  spec: PodSpec,
  test: (container: Container | EphemeralContainer) => boolean,
): string[] =>
  allContainers(spec)
    .filter(test)
    .map(({ name }) => name ?? '');

/** The settings that a pod has for all of its containers and each of them for itself. */
export type Settings = NonNullable<PodSpec['securityContext']> & SecurityContext;

/** Who has settings of which `test` holds: `pod and container "a"`; undefined: nobody. */
export function settersThat(
  spec: PodSpec,
  test: (settings: Partial<Settings>) => boolean,
): string | undefined {
  const bad = containersThat(spec, ({ securityContext }) => !!securityContext && test(securityContext));
  const setters = spec.securityContext && test(spec.securityContext) ? ['pod'] : [];
  if (bad.length > 0) setters.push(named(bad));
  return setters.length > 0 ? setters.join(' and ') : undefined;
}

/** In a user namespace of its own, root is nobody on the node. */
export const unlessOwnUsers =
  (check: Check): Check =>
  (pod) =>
    pod.spec.hostUsers === false ? undefined : check(pod);

/** What Windows does not know, validation has refused. */
export const unlessWindows =
  (check: Check): Check =>
  (pod) =>
    pod.spec.os?.name === 'windows' ? undefined : check(pod);

/** Which checks a level has in a version. Source: pod-security-admission policy/registry.go, policy/checks.go. */
import { BASELINE } from './baseline.ts';
import type { CheckVersion, PodLike, VersionedCheck, Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { RESTRICTED } from './restricted.ts';

function versionOf({ versions }: VersionedCheck, minor: number): CheckVersion | undefined {
  return versions.findLast(({ since }) => since <= minor);
}

/** What of a pod a level does not allow. */
export function violationsOf({ level, version }: LevelVersion, pod: PodLike): Violation[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));
  const more = level === 'restricted' ? RESTRICTED.map((one) => versionOf(one, minor)) : [];
  const replaced = new Set(more.flatMap((one) => one?.instead ?? []));
  const baseline = BASELINE.filter(({ id }) => !replaced.has(id)).map((one) => versionOf(one, minor));
  return [...baseline, ...more].flatMap((one) => one?.check(pod) ?? []);
}

export const reasonsOf = (violations: readonly Violation[]): string =>
  violations.map(({ reason }) => reason).join(', ');

export const detailsOf = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');

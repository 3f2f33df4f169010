/**
 * The order of API versions: which is preferred, and what a client of an old one is pointed to.
 * Source: apimachinery pkg/version/helpers.go.
 */
const STABILITY: Readonly<Record<string, number>> = { '': 2, beta: 1, alpha: 0 };

/**
 * Stable before beta before alpha, then the higher number first; what is no such version comes last, by name.
 * As CompareKubeAwareVersionStrings, turned round.
 */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0;
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function parseVersion(text: string) {
  const match = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/.exec(text);
  if (!match) return undefined;
  return {
    major: Number(match[1]),
    stability: STABILITY[match[2] ?? ''] as number,
    minor: Number(match[3] ?? 0),
  };
}

/**
 * What the labels of a namespace ask of its pods.
 * Source: pod-security-admission api/constants.go, api/helpers.go (PolicyToEvaluate).
 */
import { at, type FieldError, invalid } from '../../../apimachinery/field-error.ts';

/** In the order of their strictness. */
const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

export interface LevelVersion {
  readonly level: Level;
  /** `latest` or `v1.x`. */
  readonly version: string;
}

export interface Policy {
  /** What pods must keep to. */
  readonly enforce: LevelVersion;
  /** What the author of pods and of their templates is warned of. */
  readonly warn: LevelVersion;
  /** What is wrong with the labels; levels that are none are taken for the strictest, versions for the latest. */
  readonly errors: readonly FieldError[];
}

const PREFIX = 'pod-security.kubernetes.io/';
const LATEST = 'latest';
const NONE: LevelVersion = { level: 'privileged', version: LATEST };
const UNRESTRICTED: Policy = { enforce: NONE, warn: NONE, errors: [] };

const MAX_MINOR = 2n ** 63n - 1n;

export const isStricter = (a: Level, b: Level): boolean => LEVELS.indexOf(a) > LEVELS.indexOf(b);
export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean =>
  a.level === b.level && a.version === b.version;
/** As messages name it: `restricted:latest`. */
export const nameOf = ({ level, version }: LevelVersion): string => `${level}:${version}`;

const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

function isVersion(text: string): boolean {
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1];
  return text === LATEST || (minor !== undefined && BigInt(minor) <= MAX_MINOR);
}

export function policyOf(labels: Readonly<Record<string, string>> | undefined): Policy {
  const mine = Object.keys(labels ?? {}).some((label) => label.startsWith(PREFIX));
  if (!labels || !mine) return UNRESTRICTED;
  const errors: FieldError[] = [];
  const refuse = (label: string, message: string): void => {
    errors.push(invalid(at('metadata.labels', label), labels[label], message));
  };
  /** `otherwise`: what stands for a level that is none. */
  const read = (mode: string, otherwise: Level): LevelVersion => {
    const [levelLabel, versionLabel] = [PREFIX + mode, `${PREFIX}${mode}-version`];
    const { [levelLabel]: level = 'privileged', [versionLabel]: version = LATEST } = labels;
    if (!isLevel(level)) refuse(levelLabel, `must be one of ${LEVELS.join(', ')}`);
    if (!isVersion(version)) refuse(versionLabel, 'must be "latest" or "v1.x"');
    return { level: isLevel(level) ? level : otherwise, version: isVersion(version) ? version : LATEST };
  };
  const enforce = read('enforce', 'restricted');
  read('audit', 'privileged');
  let warn = read('warn', 'privileged');
  // Who enforces a level and says nothing of warnings warns of it, too.
  const enforced = labels[`${PREFIX}enforce`];
  if (labels[`${PREFIX}warn`] === undefined && enforced === enforce.level) {
    if (isStricter(enforce.level, warn.level)) {
      const version = labels[`${PREFIX}warn-version`] === undefined ? enforce.version : warn.version;
      warn = { level: enforce.level, version };
    }
  }
  return { enforce, warn, errors };
}

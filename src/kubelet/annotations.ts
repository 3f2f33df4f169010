/**
 * The script of a container: annotations `kedge.dev/<what>.<container>` of its pod say what happens to it, or
 * `kedge.dev/<what>` for all containers of the pod. They are described in docs/kubelet.md. A value that cannot be
 * read counts as absent.
 */
const PREFIX = 'kedge.dev/';

/** Times are milliseconds. Absent: as the container's command and probes have it. */
export interface Script {
  /** Ends this long after its start. */
  readonly runFor?: number;
  readonly exitCode?: number;
  /** The reason of its end, e.g. `OOMKilled`. */
  readonly exitReason?: string;
  readonly terminationMessage?: string;
  /** Only so many runs end by themselves; the one after them stays. */
  readonly crashes?: number;
  /** The readiness probe succeeds this long after the start; Infinity: never. */
  readonly readyDelay?: number;
  /** The startup probe succeeds this long after the start; Infinity: never. */
  readonly startupDelay?: number;
  /** The liveness probe fails from this long after the start. */
  readonly livenessFailsAfter?: number;
  readonly pullFor?: number;
  /** The image cannot be pulled: why. */
  readonly pullError?: string;
  /** Time between SIGTERM and the end. */
  readonly stopFor?: number;
  readonly stopExitCode?: number;
}

const NONE: Script = {};

/** Reads the script of a container from the annotations of its pod. */
export function scriptOf(
  annotations: Readonly<Record<string, string>> | undefined,
  container: string,
): Script {
  if (!annotations || !hasScript(annotations)) return NONE;
  const read = (what: string): string | undefined =>
    annotations[`${PREFIX}${what}.${container}`] ?? annotations[PREFIX + what];
  const script: Record<string, unknown> = {
    runFor: seconds(read('run-seconds')),
    exitCode: whole(read('exit-code'), 255),
    exitReason: read('exit-reason') || undefined,
    terminationMessage: read('termination-message'),
    crashes: whole(read('crash-count'), 1_000_000),
    readyDelay: secondsOrNever(read('ready-delay')),
    startupDelay: secondsOrNever(read('startup-delay')),
    livenessFailsAfter: seconds(read('liveness-fails-after')),
    pullFor: seconds(read('pull-seconds')),
    pullError: read('pull-error') || undefined,
    stopFor: seconds(read('stop-seconds')),
    stopExitCode: whole(read('stop-exit-code'), 255),
  };
  for (const key of Object.keys(script)) if (script[key] === undefined) delete script[key];
  return script as Script;
}

function hasScript(annotations: Readonly<Record<string, string>>): boolean {
  for (const name in annotations) if (name.startsWith(PREFIX)) return true;
  return false;
}

/** Ten years: longer is for ever. */
const MAX_SECONDS = 315_360_000;

function seconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return number <= MAX_SECONDS ? Math.round(number * 1000) : undefined;
}

const secondsOrNever = (text: string | undefined): number | undefined =>
  text === 'never' ? Number.POSITIVE_INFINITY : seconds(text);

function whole(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text) <= max ? Number(text) : undefined;
}

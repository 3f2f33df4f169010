/** What is known of a run of a container from its command: how it ends, and which files it has when. */
import { seeded } from '../apimachinery/random.ts';
import type { Container, EphemeralContainer, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { allContainers } from '../apis/core/pod-util.ts';
import { expand, knownEnvironment } from './environment.ts';
import { canRestartAll } from './restart.ts';
import { interpret, type Result } from './runtime/command.ts';
import { isIn, type Surroundings, UNKNOWN } from './runtime/process.ts';

type AnyContainer = Container | EphemeralContainer;

export interface Life extends Result {
  /** What it found when it began. */
  readonly surroundings: Surroundings;
}

/** Runs before this one that are gone through to know what they have left in volumes. */
const MAX_RUNS = 20;

/** Told once for each version of a pod. */
const lives = new WeakMap<Pod, Map<string, Life>>();

/** Run number `run` (0: the first) of a container. */
export function lifeOf(pod: Pod, container: AnyContainer, run: number): Life {
  const known = lives.get(pod) ?? new Map<string, Life>();
  lives.set(pod, known);
  const key = `${run}/${container.name}`;
  let life = known.get(key);
  if (!life) {
    life = live(pod, container, run);
    known.set(key, life);
  }
  return life;
}

function live(pod: Pod, container: AnyContainer, run: number): Life {
  const variables = knownEnvironment(pod, container);
  const words = commandOf(container, variables);
  const emptyDirs = ownVolumes(pod, container);
  const begin = (files: Map<string, string | undefined>, dirs: readonly string[], number = run): Life => {
    const surroundings = { variables, files, emptyDirs: [...dirs, ...temporary(container)] };
    // Chance is the same whenever this run is looked at.
    const random = seeded(`${pod.metadata?.uid}/${container.name}/${number}`);
    return { ...interpret(words, { ...surroundings, random }), surroundings };
  };
  if (emptyDirs.length === 0 || run === 0) return begin(new Map(), emptyDirs);
  // A run that was cut short has not done all that it would have done.
  if (run > MAX_RUNS || mayBeCutShort(pod, container)) return begin(new Map(), []);
  const files = new Map<string, string | undefined>();
  for (let before = 0; before < run; before++) {
    const { duration, changes } = begin(files, emptyDirs, before);
    if (!Number.isFinite(duration)) return begin(new Map(), []);
    for (const { path, content } of changes) if (isIn(emptyDirs, path)) files.set(path, content);
  }
  return begin(files, emptyDirs);
}

/** Nearly all images have nothing there, and no run leaves anything to the next one. */
const temporary = ({ volumeMounts = [] }: AnyContainer): string[] =>
  volumeMounts.some(({ mountPath }) => `${mountPath}/`.startsWith('/tmp/')) ? [] : ['/tmp'];

/** Whether others than the container itself end its runs. */
const mayBeCutShort = (pod: Pod, { name, livenessProbe, startupProbe }: AnyContainer): boolean =>
  livenessProbe !== undefined ||
  startupProbe !== undefined ||
  allContainers(pod.spec).some((one) => one.name !== name && canRestartAll(one));

/** The words of a container's command, references to variables replaced. */
function commandOf({ command, args }: AnyContainer, variables: ReadonlyMap<string, string>): string[] {
  return [...(command ?? []), ...(args ?? [])].map((word) => expand(word, (name) => variables.get(name)));
}

/** Where the empty directories are mounted that no other container has. */
function ownVolumes(pod: Pod, container: AnyContainer): string[] {
  const own = (pod.spec?.volumes ?? []).filter(
    ({ name, emptyDir }) =>
      emptyDir &&
      allContainers(pod.spec).filter((one) => one.volumeMounts?.some((mount) => mount.name === name))
        .length === 1,
  );
  return (container.volumeMounts ?? [])
    .filter((mount) => !mount.subPath && !mount.subPathExpr && own.some(({ name }) => name === mount.name))
    .map(({ mountPath }) => mountPath.replace(/\/+$/, ''));
}

/** Most bytes of a message from a file, and from the log. */
const MAX_MESSAGE = 4096;
const MAX_LOG = 2048;
const MAX_LOG_LINES = 80;

/**
 * What a container says of its end: the end of the file it has for that, or of its log.
 * Source: kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go (getTerminationMessage).
 */
export function terminationMessage(container: AnyContainer, { changes, exitCode, printed }: Life): string {
  const path = container.terminationMessagePath || '/dev/termination-log';
  const written = changes.findLast((change) => change.path === path)?.content ?? '';
  if (written !== '') return tell(written, MAX_MESSAGE);
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return '';
  const lines = printed.split(/(?<=\n)/);
  return tell(lines.slice(-MAX_LOG_LINES).join(''), MAX_LOG);
}

/** The last bytes of a text; nothing when not all of it is known. */
function tell(text: string, bytes: number): string {
  if (text.includes(UNKNOWN)) return '';
  const encoded = new TextEncoder().encode(text);
  return encoded.length <= bytes ? text : new TextDecoder().decode(encoded.subarray(-bytes));
}

/** Moments at which an answer may become another one; more are not looked at. */
const MAX_MOMENTS = 100;

/** What a command that is run in a container says from some time on: whether it succeeds. */
export interface Answer {
  /** Milliseconds after the container's start. */
  readonly from: number;
  readonly succeeds: boolean;
}

/**
 * The answers of a probe's command while a container lives, in the order of time. What is not known succeeds; what takes
 * longer than `timeout` ms fails.
 */
export function answersOf(life: Life, command: readonly string[], timeout: number): Answer[] {
  const { surroundings, known } = life;
  const answer = (from: number, there: Surroundings): Answer => {
    const result = interpret(command, there);
    return { from, succeeds: !result.known || (result.exitCode === 0 && result.duration <= timeout) };
  };
  const moments = [...new Set([0, ...life.changes.map(({ at }) => at)])];
  if (!known || moments.length > MAX_MOMENTS) return [answer(0, {})];
  const files = new Map(surroundings.files);
  // What a script makes is taken not to be there before.
  for (const { path, content } of life.changes) {
    if (!files.has(path) && content !== undefined) files.set(path, undefined);
  }
  let next = 0;
  return moments.map((from) => {
    for (; next < life.changes.length && life.changes[next]!.at <= from; next++) {
      files.set(life.changes[next]!.path, life.changes[next]!.content);
    }
    return answer(from, { ...surroundings, files });
  });
}

/** The first time from `after` on at which the answer is `succeeds`; Infinity when there is none. */
export function firstAnswer(answers: readonly Answer[], succeeds: boolean, after: number): number {
  for (const [index, one] of answers.entries()) {
    const until = answers[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    if (one.succeeds === succeeds && until > after) return Math.max(one.from, after);
  }
  return Number.POSITIVE_INFINITY;
}

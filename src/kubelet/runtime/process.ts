/** What is known of a program that runs: its variables, what it has printed, and the files it has changed. */
import { Beyond } from './shell-syntax.ts';

/** Commands of a script that are looked at. */
const MAX_STEPS = 1000;
/** Characters of what is printed, and of a file, that are kept. */
const MAX_TEXT = 16_384;

/** Stands for text that is not known, in what is printed and in the values of variables. */
export const UNKNOWN = '\uFFFC';

/** The content of each file that is known; undefined: it is known not to be there. */
export type Files = Map<string, string | undefined>;

/** A moment at which a file has changed. */
export interface Change {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly path: string;
  /** Undefined: the file is gone. */
  readonly content: string | undefined;
}

/** What has happened so far. */
export interface Process {
  /** Variables with known values; an image may have others. */
  readonly variables: Map<string, string>;
  readonly files: Files;
  readonly changes: Change[];
  /** What was printed, the two streams together as the log has them. */
  printed: string;
  /** Milliseconds since the start. */
  time: number;
  /** Exit code of the last command. */
  status: number;
  /** Exit code of the last command substitution of a command. */
  substituted?: number;
  /** Commands that may still run. */
  steps: number;
  stopOnError: boolean;
  /** It runs for its output. */
  readonly captured: boolean;
  /** Directories that were empty at first. */
  readonly emptyDirs: readonly string[];
  /** Between 0 and 1, for the shell's own chance. */
  readonly random: (() => number) | undefined;
}

/** The script goes on for ever from here. */
export class Endless extends Error {
  override name = 'Endless';
}

/** Where a program starts. */
export interface Surroundings {
  readonly variables?: Iterable<readonly [string, string]>;
  readonly files?: Iterable<readonly [string, string | undefined]>;
  readonly emptyDirs?: readonly string[];
  readonly random?: () => number;
}

export const newProcess = ({
  variables = [],
  files = [],
  emptyDirs = [],
  random,
}: Surroundings): Process => ({
  variables: new Map(variables),
  files: new Map(files),
  changes: [],
  printed: '',
  time: 0,
  status: 0,
  steps: MAX_STEPS,
  stopOnError: false,
  captured: false,
  emptyDirs,
  random,
});

/** Whether a path is in one of some directories. */
export const isIn = (directories: readonly string[], path: string): boolean =>
  directories.some((directory) => path.startsWith(`${directory}/`));

/** Whether a file is there. @throws Beyond when that is not known. */
export function exists({ files, emptyDirs }: Process, path: string): boolean {
  if (files.has(path)) return files.get(path) !== undefined;
  if (isIn(emptyDirs, path)) return false;
  throw new Beyond(path);
}

/** What is in a file before it is written to: it is made when it is not there. */
export const contentOf = ({ files, emptyDirs }: Process, path: string): string =>
  files.has(path) || isIn(emptyDirs, path) ? (files.get(path) ?? '') : UNKNOWN;

/** Writes a file, or removes it. */
export function changeFile(process: Process, path: string, content: string | undefined): void {
  const kept = content?.slice(0, MAX_TEXT);
  process.files.set(path, kept);
  process.changes.push({ at: process.time, path, content: kept });
}

/** The last that was printed is kept. */
export function print(process: Process, output: string): void {
  process.printed = (process.printed + output).slice(-MAX_TEXT);
}

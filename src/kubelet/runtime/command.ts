/**
 * What becomes of a container's command: how long it runs, how it ends, what it prints and which files it changes, as
 * far as that can be known without running it. Anything else is a program that runs until it is stopped.
 */
import { type Change, Endless, newProcess, type Process, type Surroundings } from './process.ts';
import { runProgram, runScript } from './shell.ts';
import { Beyond } from './shell-syntax.ts';

/** How a program runs. */
export interface Run {
  /** Milliseconds until it ends by itself; Infinity: only when it is stopped. */
  readonly duration: number;
  /** Meaningless when it does not end. */
  readonly exitCode: number;
}

export interface Result extends Run {
  /** What it does to files is known. */
  readonly known: boolean;
  /** In the order of time. */
  readonly changes: readonly Change[];
  /** The last it prints until it ends. */
  readonly printed: string;
}

const BEYOND: Result = {
  duration: Number.POSITIVE_INFINITY,
  exitCode: 0,
  known: false,
  changes: [],
  printed: '',
};
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);

/** How a command with its arguments runs. An empty one is the image's own entry point. */
export function interpret(words: readonly string[], surroundings: Surroundings = {}): Result {
  const process = newProcess(surroundings);
  let duration = 0;
  try {
    run(words, process);
    duration = process.time;
  } catch (error) {
    if (error instanceof Beyond) return BEYOND;
    if (!(error instanceof Endless)) throw error;
    duration = Number.POSITIVE_INFINITY;
  }
  const { status: exitCode, changes, printed } = process;
  return { duration, exitCode, known: true, changes, printed };
}

function run(words: readonly string[], process: Process): void {
  const [program = '', flags = '', script] = words;
  if (!SHELLS.has(program.slice(program.lastIndexOf('/') + 1))) {
    runProgram(words, process);
    return;
  }
  if (!/^-[a-z]*c$/.test(flags) || script === undefined) throw new Beyond('a shell that reads');
  runScript(script, process, flags.includes('e'));
}

/**
 * Runs scripts whose effects can be known: how long they take, how they end, what they print and which files they
 * write. What is not known counts as unknown; a script that depends on it is Beyond.
 */
import { evaluate, integer } from './arithmetic.ts';
import {
  Beyond,
  type Command,
  type Item,
  parseScript,
  type Redirect,
  type Script,
  type Word,
} from './shell-syntax.ts';
import { changeFile, contentOf, print, type Process, UNKNOWN } from './process.ts';
import { UTILITIES } from './utilities.ts';

class Exit extends Error {}

/** Characters that variables and substitutions may make of a command. */
const MAX_EXPANSION = 16_384;

/** Runs a script to its end. @throws Beyond, Endless */
export function runScript(text: string, process: Process, stopOnError = false): void {
  process.stopOnError = stopOnError;
  try {
    runList(parseScript(text), process);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
}

/** Runs one program with its arguments. @throws Beyond, Endless */
export function runProgram(words: readonly string[], process: Process): void {
  const { status, output } = utility(words, process);
  process.status = status;
  print(process, output);
}

/** `borne`: a failure of the last command stops nothing. */
function runList(script: Script, process: Process, borne = false): void {
  for (const [index, { joint, negated, command }] of script.entries()) {
    if ((joint === '&&' && process.status !== 0) || (joint === '||' && process.status === 0)) continue;
    if (--process.steps < 0) throw new Beyond('too many commands');
    const watched = !borne && !negated && endsChain(script[index + 1]);
    runCommand(command, process, !watched);
    if (negated) process.status = process.status === 0 ? 1 : 0;
    if (process.status !== 0 && process.stopOnError && watched) throw new Exit();
  }
}

const endsChain = (next: Item | undefined): boolean => next === undefined || next.joint === ';';

function runCommand(command: Command, process: Process, borne: boolean): void {
  switch (command.type) {
    case 'simple':
      runSimple(command, process);
      return;
    case 'if': {
      const chosen = command.clauses.find(([condition]) => {
        runList(condition, process, true);
        return process.status === 0;
      });
      runBody(chosen?.[1] ?? command.otherwise, process, borne);
      return;
    }
    case 'while': {
      for (let status = 0; ; status = process.status) {
        runList(command.condition, process, true);
        if ((process.status === 0) === command.until) {
          process.status = status;
          return;
        }
        runBody(command.body, process, borne);
      }
    }
    case 'for': {
      const values = command.words.flatMap((word) => expand(word, process));
      process.status = 0;
      for (const value of values) {
        if (value.includes(UNKNOWN)) throw new Beyond('an unknown number of rounds');
        process.variables.set(command.variable, value);
        runBody(command.body, process, borne);
      }
      return;
    }
  }
}

function runBody(body: Script, process: Process, borne: boolean): void {
  process.status = 0;
  runList(body, process, borne);
}

function runSimple(command: Command & { readonly type: 'simple' }, process: Process): void {
  const { assignments, redirects } = command;
  delete process.substituted;
  for (const [name, value] of assignments) {
    // Variables of one command only would have to be forgotten again.
    if (command.words.length > 0) throw new Beyond(name);
    process.variables.set(name, expand(value, process, false).join(''));
  }
  const words = command.words.flatMap((word) => expand(word, process));
  if (words.reduce((sum, word) => sum + word.length, 0) > 2 * MAX_EXPANSION) throw new Beyond('too long');
  const [name = '', ...args] = words;
  if (name.includes(UNKNOWN)) throw new Beyond(name);
  if (command.words.length > 0 && name === '') throw new Beyond('no command');
  if (name === 'exit' || name === 'set') {
    if (redirects.length > 0) throw new Beyond(name);
    if (name === 'exit') exit(args, process);
    set(args, process);
    return;
  }
  const targets = redirects.map((redirect) => targetOf(redirect, process));
  const { status, output, error } =
    name === ''
      ? { status: process.substituted ?? 0, output: '', error: false }
      : utility([name, ...args], process);
  process.status = status;
  write(redirects, targets, output, error, process);
}

function exit([code, ...more]: readonly string[], process: Process): never {
  if (more.length > 0) throw new Beyond('exit');
  if (code !== undefined) process.status = integer(code) & 255;
  throw new Exit();
}

function set(args: readonly string[], process: Process): void {
  if (!args.every((arg) => /^-[eux]+$/.test(arg))) throw new Beyond('set');
  // What is traced is printed.
  if (args.some((arg) => arg.includes('x'))) print(process, UNKNOWN);
  process.stopOnError ||= args.some((arg) => arg.includes('e'));
  process.status = 0;
}

interface Result {
  readonly status: number;
  readonly output: string;
  /** The output is on the error stream. */
  readonly error: boolean;
}

function utility([path = '', ...args]: readonly string[], process: Process): Result {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const run = Object.hasOwn(UTILITIES, name) ? UTILITIES[name] : undefined;
  if (!run) throw new Beyond(name);
  const { status = 0, output = '', error = false } = run(args, process);
  return { status, output, error };
}

/** The file of a redirection; undefined: it goes nowhere, or to the other stream. */
function targetOf({ to }: Redirect, process: Process): string | undefined {
  if (typeof to === 'number') return undefined;
  const [path = '', ...more] = expand(to, process);
  if (path === '/dev/null') return undefined;
  if (more.length > 0 || !path.startsWith('/') || path.includes(UNKNOWN)) throw new Beyond(path);
  return path;
}

/** Puts what a command has printed where its redirections say. */
function write(
  redirects: readonly Redirect[],
  targets: readonly (string | undefined)[],
  output: string,
  error: boolean,
  process: Process,
): void {
  /** Where the two streams go: undefined is the log, null nowhere. */
  const streams: [string | null | undefined, string | null | undefined] = [undefined, undefined];
  for (const [index, { from, to, append }] of redirects.entries()) {
    const target = targets[index];
    if (typeof to === 'number') streams[from - 1] = streams[to - 1];
    else {
      streams[from - 1] = target ?? null;
      if (target !== undefined) changeFile(process, target, append ? contentOf(process, target) : '');
    }
  }
  const stream = streams[error ? 1 : 0];
  // The errors of what is captured are printed beside it.
  if (stream === undefined && error && process.captured) throw new Beyond('two streams');
  if (stream === undefined) print(process, output);
  else if (stream !== null) changeFile(process, stream, contentOf(process, stream) + output);
}

/** The words that a word becomes. */
function expand(word: Word, process: Process, fields = true): string[] {
  const words: string[] = [];
  let length = 0;
  let current: string | undefined;
  for (const part of word) {
    if ('text' in part) {
      current = (current ?? '') + part.text;
      continue;
    }
    const value = valueOfPart(part, process);
    length += value.length;
    if (length > MAX_EXPANSION) throw new Beyond('too long');
    if ('arithmetic' in part || !part.split || !fields) {
      current = (current ?? '') + value;
      continue;
    }
    const pieces = value.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        if (current !== undefined) words.push(current);
        current = undefined;
      }
      if (piece !== '') current = (current ?? '') + piece;
    }
  }
  if (current !== undefined) words.push(current);
  return words;
}

function valueOfPart(part: Exclude<Word[number], { readonly text: string }>, process: Process): string {
  if ('arithmetic' in part) {
    const { arithmetic } = part;
    if (arithmetic.includes('$(') || arithmetic.includes('`')) throw new Beyond(arithmetic);
    return String(evaluate(arithmetic.replace(/\$\{(\w+)\}/g, '$1'), (name) => variable(name, process)));
  }
  if ('variable' in part)
    return part.variable === '?' ? String(process.status) : variable(part.variable, process);
  return substitute(part.output, process);
}

/** `RANDOM` is a number below 2^15 each time. */
function variable(name: string, { variables, random }: Process): string {
  if (name === 'RANDOM' && random && !variables.has(name)) return String(Math.floor(random() * 32_768));
  return variables.get(name) ?? UNKNOWN;
}

/** What a script prints that runs for its output; it shares files and time with the one it stands in. */
function substitute(script: Script, process: Process): string {
  const inner: Process = {
    ...process,
    variables: new Map(process.variables),
    printed: '',
    stopOnError: false,
    captured: true,
  };
  try {
    runList(script, inner);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  process.time = inner.time;
  process.steps = inner.steps;
  process.substituted = inner.status;
  return inner.printed.replace(/\n+$/, '');
}

/**
 * Programs whose effects can be known from their arguments: what they print, how they end, which files they change.
 * Source: POSIX.1-2024, Utilities.
 */
import { evaluate, integer } from './arithmetic.ts';
import { changeFile, contentOf, Endless, exists, type Process, UNKNOWN } from './process.ts';
import { Beyond } from './shell-syntax.ts';

interface Result {
  /** Exit code; 0 when absent. */
  readonly status?: number;
  readonly output?: string;
  /** The output is on the error stream. */
  readonly error?: boolean;
}
type Utility = (args: readonly string[], process: Process) => Result;

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
const MAX_SEQUENCE = 1000;
const MAX_TEST = 10;

const status = (succeeds: boolean): Result => ({ status: succeeds ? 0 : 1 });
const line = (text: string): Result => ({ output: `${text}\n` });

/** @throws Beyond when an argument is not known. */
function known(args: readonly string[]): void {
  for (const arg of args) if (arg.includes(UNKNOWN)) throw new Beyond('an unknown argument');
}

/** What ends well at once and prints what is not known here. */
const prints: Utility = () => line(UNKNOWN);

function echo(args: readonly string[]): Result {
  const words = args[0] === '-n' ? args.slice(1) : args;
  const text = words.join(' ');
  // Shells differ in what they make of options and backslashes.
  const shown = /^-[neE]+$/.test(words[0] ?? '') || text.includes('\\') ? UNKNOWN : text;
  return { output: words === args ? `${shown}\n` : shown };
}

function printf(args: readonly string[]): Result {
  const [format = '', ...values] = args;
  if (args.length === 0) throw new Beyond('printf');
  if (/%[^s%]|\\[^nt]/.test(format) || (format.match(/%s/g)?.length ?? 0) !== values.length) {
    return { output: UNKNOWN };
  }
  let next = 0;
  const output = format.replace(/%s|%%|\\n|\\t/g, (sign) => {
    if (sign === '%s') return values[next++]!;
    return { '%%': '%', '\\n': '\n', '\\t': '\t' }[sign]!;
  });
  return { output };
}

const sleep: Utility = (args, process) => {
  if (args.length === 0) throw new Beyond('sleep');
  let seconds = 0;
  for (const arg of args) {
    if (arg === 'infinity' || arg === 'inf') throw new Endless();
    const match = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(arg);
    if (!match) throw new Beyond(arg);
    seconds += Number(match[1]) * UNITS[match[2]!]!;
  }
  process.time += seconds * 1000;
  return {};
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};

function test(args: readonly string[], process: Process): boolean {
  if (args.length > MAX_TEST) throw new Beyond('test');
  known(args);
  const [first = '', second = '', third = ''] = args;
  if (args.length > 1 && first === '!') return !test(args.slice(1), process);
  if (args.length <= 1) return first !== '';
  if (args.length === 2) {
    if (first === '-n') return second !== '';
    if (first === '-z') return second === '';
    if (first === '-s') return exists(process, second) && process.files.get(second) !== '';
    if (first === '-e' || first === '-f' || first === '-r') return exists(process, second);
  }
  if (args.length === 3) {
    if (second === '=' || second === '==') return first === third;
    if (second === '!=') return first !== third;
    const compare = COMPARISONS[second];
    if (compare) return compare(integer(first), integer(third));
  }
  throw new Beyond('test');
}

const bracket =
  (close: string): Utility =>
  (args, process) => {
    if (args.at(-1) !== close) throw new Beyond('[');
    return status(test(args.slice(0, -1), process));
  };

function expr(args: readonly string[]): Result {
  known(args);
  const [left = '', operator = '', right = ''] = args;
  if (args.length !== 3 || !/^(?:[-+*/%<>]|[!<>]?=)$/.test(operator)) throw new Beyond('expr');
  integer(left);
  integer(right);
  const sign = operator === '=' ? '==' : operator;
  const value = evaluate(`${left} ${sign} (${right})`, () => UNKNOWN);
  return { ...line(String(value)), ...status(value !== 0) };
}

function seq(args: readonly string[]): Result {
  known(args);
  const [from, to] = args.length === 1 ? [1, integer(args[0]!)] : args.map(integer);
  if (args.length === 0 || args.length > 2 || to! - from! > MAX_SEQUENCE) throw new Beyond('seq');
  let output = '';
  for (let value = from!; value <= to!; value++) output += `${value}\n`;
  return { output };
}

const cat: Utility = (args, process) => {
  known(args);
  if (args.length === 0 || args.some((arg) => arg.startsWith('-'))) throw new Beyond('cat');
  let output = '';
  for (const path of args) {
    if (!exists(process, path)) {
      return { status: 1, error: true, output: `cat: can't open '${path}': No such file or directory\n` };
    }
    output += process.files.get(path);
  }
  return { output };
};

/** Paths, after options of some letters. @throws Beyond */
function paths(args: readonly string[], options: RegExp): string[] {
  known(args);
  const found = args.filter((arg) => !options.test(arg));
  if (found.length === 0 || !found.every((path) => path.startsWith('/'))) throw new Beyond('a path');
  return found;
}

const touch: Utility = (args, process) => {
  for (const path of paths(args, /^$/)) changeFile(process, path, contentOf(process, path));
  return {};
};

/** Files below a directory that is removed go, too. */
const rm: Utility = (args, process) => {
  const forced = args.some((arg) => /^-[rR]*f[rRf]*$/.test(arg));
  for (const path of paths(args, /^-[rRf]+$/)) {
    if (!forced && !exists(process, path)) return { status: 1, error: true, output: UNKNOWN };
    for (const file of process.files.keys()) {
      if (file.startsWith(`${path}/`)) changeFile(process, file, undefined);
    }
    changeFile(process, path, undefined);
  }
  return {};
};

export const UTILITIES: Readonly<Record<string, Utility>> = {
  ':': () => ({}),
  '[': bracket(']'),
  '[[': bracket(']]'),
  cat,
  date: prints,
  echo,
  expr,
  false: () => status(false),
  hostname: (args) => {
    if (args.length > 0) throw new Beyond('hostname');
    return line(UNKNOWN);
  },
  id: prints,
  mkdir: (args) => {
    paths(args, /^-p$/);
    if (!args.includes('-p')) throw new Beyond('mkdir');
    return {};
  },
  printf,
  pwd: prints,
  rm,
  seq,
  sleep,
  sync: () => ({}),
  test: (args, process) => status(test(args, process)),
  touch,
  true: () => ({}),
  uname: prints,
  uptime: prints,
  whoami: prints,
};

/**
 * What becomes of a container's command: a small interpreter for commands whose end is obvious - `true`, `false`,
 * `sleep N`, `echo …`, `exit N`, alone or in `sh -c`, joined by `;`, newlines, `&&` and `||`. Anything else is a
 * program that runs until it is stopped.
 */

/** How a program runs. */
export interface Run {
  /** Milliseconds until it ends by itself; Infinity: only when it is stopped. */
  readonly duration: number;
  /** Meaningless when it does not end. */
  readonly exitCode: number;
}

const ENDLESS: Run = { duration: Number.POSITIVE_INFINITY, exitCode: 0 };
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
/** Commands of a script that are looked at; longer scripts are programs like any other. */
const MAX_COMMANDS = 100;
const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** How a command with its arguments runs. An empty one is the image's own entry point. */
export function interpret(words: readonly string[]): Run {
  const [program = '', ...args] = words;
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (SHELLS.has(name)) {
    const [flags, script] = args;
    return flags && /^-[a-z]*c$/.test(flags) && script !== undefined ? runScript(script) : ENDLESS;
  }
  return runCommand([name, ...args]) ?? ENDLESS;
}

/** A command that is understood; undefined for all others. `words[0]` is without its directory. */
function runCommand([name = '', ...args]: readonly string[]): Run | undefined {
  switch (name) {
    case 'true':
    case ':':
    case 'echo':
    case 'printf':
      return { duration: 0, exitCode: 0 };
    case 'false':
      return { duration: 0, exitCode: 1 };
    case 'sleep':
      return sleep(args);
    default:
      return undefined;
  }
}

function sleep(args: readonly string[]): Run | undefined {
  if (args.length === 0) return undefined;
  let seconds = 0;
  for (const arg of args) {
    if (arg === 'infinity' || arg === 'inf') return ENDLESS;
    const match = /^(\d+(?:\.\d+)?|\.\d+)([smhd]?)$/.exec(arg);
    if (!match) return undefined;
    seconds += Number(match[1]) * UNITS[match[2]!]!;
  }
  return { duration: seconds * 1000, exitCode: 0 };
}

interface Command {
  /** What stands before it: `&&`, `||`, or `;` for any end of a command. */
  readonly joint: string;
  readonly words: readonly string[];
}

function runScript(script: string): Run {
  const commands = parseScript(script);
  if (!commands) return ENDLESS;
  let duration = 0;
  let exitCode = 0;
  let stopOnError = false;
  for (const { joint, words } of commands) {
    if ((joint === '&&' && exitCode !== 0) || (joint === '||' && exitCode === 0)) continue;
    if (stopOnError && joint === ';' && exitCode !== 0) break;
    const [name = '', ...args] = words;
    if (name === 'set') {
      if (!args.every((arg) => /^-[eux]+$/.test(arg))) return ENDLESS;
      stopOnError ||= args.some((arg) => arg.includes('e'));
      exitCode = 0;
      continue;
    }
    if (name === 'exit') {
      if (args.length > 1 || !/^\d*$/.test(args[0] ?? '')) return ENDLESS;
      return { duration, exitCode: args[0] ? Number(args[0]) & 255 : exitCode };
    }
    const run = runCommand([name.slice(name.lastIndexOf('/') + 1), ...args]);
    if (!run || run.duration === Number.POSITIVE_INFINITY) return ENDLESS;
    duration += run.duration;
    exitCode = run.exitCode;
  }
  return { duration, exitCode };
}

/** What a shell does more than we understand: variables, substitutions, redirections, pipes, groups, jobs. */
const BEYOND = new Set(['$', '`', '<', '>', '(', ')', '{', '}', '*', '?', '[', '~', '!', '#']);

/** The commands of a script, or undefined when it has anything that is not understood. */
function parseScript(script: string): Command[] | undefined {
  const commands: Command[] = [];
  let joint = ';';
  let words: string[] = [];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (next: string): void => {
    endWord();
    if (words.length > 0) commands.push({ joint, words });
    joint = next;
    words = [];
  };
  for (let at = 0; at < script.length; at++) {
    const char = script[at]!;
    if (char === "'" || char === '"') {
      const end = script.indexOf(char, at + 1);
      if (end < 0) return undefined;
      const text = script.slice(at + 1, end);
      if (char === '"' && /[$`\\]/.test(text)) return undefined;
      word = (word ?? '') + text;
      at = end;
    } else if (char === ';' || char === '\n') {
      endCommand(';');
    } else if (char === '&' || char === '|') {
      if (script[at + 1] !== char) return undefined;
      endCommand(char + char);
      at++;
    } else if (char === ' ' || char === '\t') {
      endWord();
    } else if (char === '\\' || BEYOND.has(char)) {
      return undefined;
    } else {
      word = (word ?? '') + char;
    }
    if (commands.length > MAX_COMMANDS) return undefined;
  }
  endCommand(';');
  return commands;
}

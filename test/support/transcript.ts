/**
 * Command lines and what they must print, as text that reads like a terminal:
 *
 *     ## A comment, up to the next command
 *     $ kubectl get pod nothing
 *     Error from server (NotFound): pods "nothing" not found
 *     [1]
 *
 * `$ ` runs a command once, `~$ ` until it prints what it must. Below stand its stdout and stderr, and `[code]` when
 * the exit code is not 0. `…` stands for any part of a line, a line `…` for any number of lines. Spaces at the ends of
 * lines do not count. `NAME=value` before a command is its environment, `< file` its stdin.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Outcome, type Shell, words } from './clients.ts';

export interface Step {
  readonly command: string;
  /** Until it prints what it must. */
  readonly eventually: boolean;
  readonly expected: string;
  /** Where it stands in its file, from 1. */
  readonly line: number;
}

export function parseTranscript(text: string): Step[] {
  const steps: { command: string; eventually: boolean; line: number; lines: string[] }[] = [];
  let comment = true;
  for (const [index, line] of text.split('\n').entries()) {
    const start = /^(~?)\$ (.*)$/.exec(line);
    if (start) {
      steps.push({ command: start[2]!, eventually: start[1] === '~', line: index + 1, lines: [] });
      comment = false;
    } else if (line.startsWith('## ')) comment = true;
    else if (!comment) steps.at(-1)!.lines.push(line);
    else if (line !== '') throw new Error(`line ${index + 1} belongs to no command`);
  }
  return steps.map(({ lines, ...step }) => ({ ...step, expected: tidy(lines.join('\n')) }));
}

/** Without the spaces that nobody sees. */
const tidy = (text: string): string => text.replace(/[^\S\n]+$/gm, '').replace(/\n+$/, '');

/** What a command printed, in the form of a transcript. */
export function transcribe({ code, stdout, stderr }: Outcome): string {
  const parts = [stdout, stderr].map((text) => text.replace(/\n+$/, '')).filter((text) => text !== '');
  return tidy([...parts, ...(code === 0 ? [] : [`[${code}]`])].join('\n'));
}

export function matches(expected: string, printed: string): boolean {
  const pattern = expected
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\n)*?' : `${line.split('…').map(literal).join('.*')}\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${printed}\n`);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export interface Programs {
  readonly [name: string]: string;
}

const DEADLINE_MS = 30_000;

/** Runs a step. Returns what it printed, once that is what it must be or cannot become so any more. */
export async function runStep(shell: Shell, programs: Programs, step: Step): Promise<string> {
  const env: Record<string, string> = {};
  const args = words(step.command);
  for (let set = /^([A-Z_]+)=(.*)$/.exec(args[0]!); set; set = /^([A-Z_]+)=(.*)$/.exec(args[0]!)) {
    env[set[1]!] = set[2]!;
    args.shift();
  }
  const from = args.at(-2) === '<' ? args.splice(-2)[1]! : undefined;
  const stdin = from === undefined ? '' : readFileSync(join(shell.directory, from), 'utf8');
  const program = programs[args[0]!];
  if (!program) throw new Error(`line ${step.line}: no program ${args[0]}`);
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const printed = transcribe(await shell.run(program, args.slice(1), { stdin, env }));
    if (!step.eventually || matches(step.expected, printed) || Date.now() > deadline) return printed;
    await delay(50);
  }
}

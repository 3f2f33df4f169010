import { describe, expect, it } from 'vitest';
import { interpret } from './command.ts';

const sh = (script: string): string[] => ['sh', '-c', script];
const forever = { duration: Number.POSITIVE_INFINITY, exitCode: 0 };

describe('interpret', () => {
  it.each<[string, string[], number, number]>([
    ['true', ['true'], 0, 0],
    ['a path', ['/bin/false'], 0, 1],
    ['sleep', ['sleep', '5'], 5000, 0],
    ['sleep with a unit', ['sleep', '1.5m'], 90_000, 0],
    ['sleep sums up', ['sleep', '1', '2s'], 3000, 0],
    ['echo', ['echo', 'hello'], 0, 0],
    ['exit', sh('exit 3'), 0, 3],
    ['exit keeps the last code', sh('false; exit'), 0, 1],
    ['exit codes have 8 bits', sh('exit 256'), 0, 0],
    ['a sequence', sh('echo a; sleep 2; exit 7'), 2000, 7],
    ['lines', sh('sleep 1\nsleep 2'), 3000, 0],
    ['and', sh('false && sleep 100'), 0, 1],
    ['or', sh('false || sleep 3'), 3000, 0],
    ['or, not needed', sh('true || sleep 3'), 0, 0],
    ['set -e', sh('set -e; false; sleep 9'), 0, 1],
    ['quotes', sh(`echo 'a; b' "c && d" && exit 4`), 0, 4],
    ['bash -ec', ['/bin/bash', '-ec', 'exit 2'], 0, 2],
    ['nothing', sh(''), 0, 0],
  ])('ends: %s', (_name, words, duration, exitCode) => {
    expect(interpret(words)).toEqual({ duration, exitCode });
  });

  it.each<[string, string[]]>([
    ['the entry point', []],
    ['a server', ['nginx', '-g', 'daemon off;']],
    ['an interactive shell', ['sh']],
    ['sleep infinity', ['sleep', 'infinity']],
    ['bad sleep', ['sleep', 'x']],
    ['a loop', sh('while true; do sleep 1; done')],
    ['a variable', sh('exit $CODE')],
    ['a substitution', sh('echo "$(date)"; exit 1')],
    ['a redirection', sh('echo ok > /tmp/health; exit 1')],
    ['a pipe', sh('echo a | cat')],
    ['a job', sh('sleep 5 & exit 1')],
    ['an unknown program', sh('server; exit 1')],
    ['an open quote', sh("echo 'a")],
    ['too many commands', sh('true;'.repeat(200))],
  ])('runs until it is stopped: %s', (_name, words) => {
    expect(interpret(words)).toEqual(forever);
  });
});

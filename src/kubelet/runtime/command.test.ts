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
    ['what is not known is printed', sh('date; echo "at $(hostname) of $NODE"; exit 3'), 0, 3],
    ['if', sh('if [ 2 -gt 1 ]; then exit 4; fi; exit 5'), 0, 4],
    ['else', sh('if [[ a == b ]]\nthen\n  exit 4\nelse\n  exit 5\nfi'), 0, 5],
    ['elif', sh('if false; then exit 4; elif test -n x; then exit 5; else exit 6; fi'), 0, 5],
    ['an if without a true condition', sh('if false; then true; fi'), 0, 0],
    ['a negation', sh('! true || exit 7'), 0, 7],
    ['a substitution', sh('exit $(expr 7 % 4)'), 0, 3],
    ['backquotes', sh('x=`expr 7 - 4`; exit $x'), 0, 3],
    ['the code of a substitution', sh('x=$(false) || exit 9'), 0, 9],
    ['arithmetic', sh('a=7; exit $(( (a - 1) / 2 * 3 + $a % 4 ))'), 0, 12],
    ['a loop over words', sh('for i in 1 2 3; do sleep $i; done'), 6000, 0],
    ['a loop over a sequence', sh('for i in $(seq 1 4); do echo $i; sleep 1; done; exit $i'), 4000, 4],
    [
      'a loop with a counter',
      sh('i=0; while [ $i -lt 5 ]; do i=$((i+1)); sleep 2; done; exit $i'),
      10_000,
      5,
    ],
    ['a loop until', sh('i=3; until [ $i -eq 0 ]; do i=$(expr $i - 1); done'), 0, 1],
    ['set -e bears conditions', sh('set -e; false || true; if false; then true; fi; ! true; exit 8'), 0, 8],
    ['set -e in a body', sh('set -e; for i in 1 2; do false; sleep 9; done'), 0, 1],
    ['set -e by a flag', ['sh', '-ec', 'false; sleep 9'], 0, 1],
    ['the last code', sh('false; exit $?'), 0, 1],
    ['words of a variable', sh('a="1 2"; sleep $a'), 3000, 0],
    ['a quoted variable is one word', sh('a="1 2"; [ "$a" = "1 2" ] && exit 6'), 0, 6],
    ['a comment', sh('# exit 1\nexit 2 # exit 3'), 0, 2],
    ['a file', sh('echo 3 > /tmp/a; exit $(cat /tmp/a)'), 0, 3],
    ['a file that is removed', sh('touch /tmp/a; rm -f /tmp/a; cat /tmp/a'), 0, 1],
    ['a file in a directory that is removed', sh('touch /x/a/b; rm -rf /x; test -e /x/a/b'), 0, 1],
    ['nowhere', sh('echo a > /dev/null 2>&1; exit 2'), 0, 2],
  ])('ends: %s', (_name, words, duration, exitCode) => {
    expect(interpret(words)).toMatchObject({ duration, exitCode, known: true });
  });

  it.each<[string, string[]]>([
    ['the entry point', []],
    ['a server', ['nginx', '-g', 'daemon off;']],
    ['an interactive shell', ['sh']],
    ['sleep infinity', ['sleep', 'infinity']],
    ['bad sleep', ['sleep', 'x']],
    ['a loop', sh('while true; do sleep 1; done')],
    ['a variable', sh('exit $CODE')],
    ['an unknown variable that decides', sh('[ -z "$CODE" ] || exit 1')],
    ['a file of the image', sh('[ -f /etc/passwd ] && exit 1')],
    ['a variable of one command', sh('A=b true; exit 1')],
    ['a file somewhere', sh('echo ok > here; exit 1')],
    ['a division by zero', sh('exit $((1 / 0))')],
    ['a pattern', sh('echo /tmp/*; exit 1')],
    ['a default of a variable', sh('exit $' + '{CODE:-1}')],
    ['an argument', sh('exit $1')],
    ['a function', sh('f() { exit 1; }; f')],
    ['a reserved word that begins nothing', sh('exit 1; fi')],
    ['an empty loop', sh('while do done')],
    ['a text that grows', sh('a=x; while true; do a=$a$a; done')],
    ['parentheses', sh(`exit $((${'('.repeat(4000)}1${')'.repeat(4000)}))`)],
    ['negations', sh(`[ ${'! '.repeat(4000)} a ]`)],
    ['half an if', sh('if true; then exit 1')],
    ['a command behind a compound', sh('if true; then true; fi exit 1')],
    ['deep nesting', sh(`exit ${'$(expr 1 + '.repeat(30)}1${')'.repeat(30)}`)],
    ['a long loop', sh('for i in $(seq 1 999); do for j in $(seq 1 999); do true; done; done; exit 1')],
    ['a pipe', sh('echo a | cat')],
    ['a job', sh('sleep 5 & exit 1')],
    ['an unknown program', sh('server; exit 1')],
    ['an open quote', sh("echo 'a")],
    ['too many commands', sh('true;'.repeat(1100))],
  ])('runs until it is stopped: %s', (_name, words) => {
    expect(interpret(words)).toMatchObject(forever);
  });
});

describe('what is printed', () => {
  it.each([
    ['echo', sh('echo a b; echo -n c'), 'a b\nc'],
    ['printf', sh("printf '%s: %s\\n' a b"), 'a: b\n'],
    ['both streams', sh('echo a; cat /tmp/b 2>/dev/null; echo c >&2'), 'a\nc\n', ['/tmp/b']],
    ['errors', sh('cat /tmp/b'), "cat: can't open '/tmp/b': No such file or directory\n", ['/tmp/b']],
    ['variables', sh('echo "$' + "{A}-$A\" '$A'"), 'x-x $A\n'],
  ])('%s', (_name, words, printed, absent: string[] = []) => {
    const files = absent.map((path) => [path, undefined] as const);
    expect(interpret(words, { files, variables: [['A', 'x']] }).printed).toBe(printed);
  });
});

describe('files', () => {
  it('change at their time', () => {
    const { duration, changes } = interpret(sh('echo ok >/tmp/a; sleep 10; rm -rf /tmp/a; sleep infinity'));
    expect(duration).toBe(Number.POSITIVE_INFINITY);
    expect(changes).toEqual([
      { at: 0, path: '/tmp/a', content: '' },
      { at: 0, path: '/tmp/a', content: 'ok\n' },
      { at: 10_000, path: '/tmp/a', content: undefined },
    ]);
  });
  it('are appended to', () => {
    const { changes } = interpret(sh('echo a > /tmp/a; echo b >> /tmp/a'));
    expect(changes.at(-1)).toEqual({ at: 0, path: '/tmp/a', content: 'a\nb\n' });
  });
  it('are not in a directory that was empty', () => {
    const script = sh('if [[ -r /data/foo ]]; then exit 0; else touch /data/foo; exit 1; fi');
    expect(interpret(script).known).toBe(false);
    expect(interpret(script, { emptyDirs: ['/data'] }).exitCode).toBe(1);
    const files = [['/data/foo', '']] as const;
    expect(interpret(script, { emptyDirs: ['/data'], files }).exitCode).toBe(0);
  });
});

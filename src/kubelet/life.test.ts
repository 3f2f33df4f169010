import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { answersOf, firstAnswer, lifeOf, terminationMessage } from './life.ts';

const container = (script: string, more: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'busybox',
  command: ['sh', '-c'],
  args: [script],
  ...more,
});
const podOf = (one: Container, more: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n', labels: { index: '3' } },
  spec: { nodeName: 'node-1', containers: [one], ...more },
});
const lived = (one: Container, run = 0, more: Partial<Pod['spec']> = {}) =>
  lifeOf(podOf(one, more), one, run);

describe('lifeOf', () => {
  it('knows the variables that follow from the pod', () => {
    const fieldRef = { fieldPath: "metadata.labels['index']" };
    const env = [
      { name: 'INDEX', valueFrom: { fieldRef } },
      { name: 'TWICE', value: '$(INDEX)$(INDEX)' },
    ];
    expect(lived(container('exit $TWICE', { env })).exitCode).toBe(33);
    expect(lived(container('exit $(INDEX)', { env })).exitCode).toBe(3);
  });
  it.each([
    ['of a ConfigMap', { valueFrom: { configMapKeyRef: { name: 'a', key: 'b' } } }],
    ['of the status', { valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    ['of one that is not told', { value: '$(OTHER)' }],
  ])('does not know a variable %s', (_name, value) => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', ...value },
    ];
    expect(lived(container('exit $A', { env })).duration).toBe(Number.POSITIVE_INFINITY);
  });

  it('has chance, the same for the same run', () => {
    const one = container('exit $(( $RANDOM / 16384 ))');
    const codes = Array.from({ length: 20 }, (_, run) => lived(one, run).exitCode);
    expect(new Set(codes)).toEqual(new Set([0, 1]));
    expect(Array.from({ length: 20 }, (_, run) => lived(one, run).exitCode)).toEqual(codes);
  });

  const once = 'if [ -r /data/foo ]; then exit 0; fi; touch /data/foo; exit 1';
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const volumes = [{ name: 'data', emptyDir: {} }];
  it('knows what earlier runs have left in a volume', () => {
    const one = container(once, { volumeMounts });
    expect([0, 1, 2].map((run) => lived(one, run, { volumes }).exitCode)).toEqual([1, 0, 0]);
  });
  it('does not know it of other volumes, of shared ones, and of runs that may have been cut short', () => {
    const one = container(once, { volumeMounts });
    const shared = { volumes, containers: [one, { ...one, name: 'd' }] };
    expect(lived(one, 0, { volumes: [{ name: 'data', hostPath: { path: '/x' } }] }).known).toBe(false);
    expect(lived(one, 0, shared).known).toBe(false);
    expect(lived(container(once, { volumeMounts, livenessProbe: {} }), 1, { volumes }).known).toBe(false);
    expect(lived(one, 1000, { volumes }).known).toBe(false);
  });
});

describe('terminationMessage', () => {
  const FallbackToLogsOnError = 'FallbackToLogsOnError';
  it.each<[string, string, Partial<Container>, string]>([
    ['the file', 'echo -n OK > /dev/termination-log; echo DONE', {}, 'OK'],
    ['another file', 'echo -n OK > /tmp/m; exit 1', { terminationMessagePath: '/tmp/m' }, 'OK'],
    ['the log', 'echo -n DONE; false', { terminationMessagePolicy: FallbackToLogsOnError }, 'DONE'],
    [
      'the file first',
      'echo a > /dev/termination-log; false',
      { terminationMessagePolicy: FallbackToLogsOnError },
      'a\n',
    ],
    ['no log of what succeeds', 'echo DONE', { terminationMessagePolicy: FallbackToLogsOnError }, ''],
    ['no log unless asked for', 'echo DONE; false', {}, ''],
    ['nothing that is not known', 'date; false', { terminationMessagePolicy: FallbackToLogsOnError }, ''],
    [
      '80 lines',
      'for i in $(seq 1 90); do echo $i; done; false',
      { terminationMessagePolicy: FallbackToLogsOnError },
      Array.from({ length: 80 }, (_, i) => `${i + 11}\n`).join(''),
    ],
    [
      '2048 bytes',
      `echo ${'a'.repeat(3000)}; false`,
      { terminationMessagePolicy: FallbackToLogsOnError },
      `${'a'.repeat(2047)}\n`,
    ],
    ['4096 bytes', `echo ${'a'.repeat(5000)} > /dev/termination-log`, {}, `${'a'.repeat(4095)}\n`],
  ])('%s', (_name, script, more, message) => {
    const one = container(script, more);
    expect(terminationMessage(one, lived(one))).toBe(message);
  });
});

describe('answersOf', () => {
  const script = 'echo ok > /tmp/health; sleep 10; rm -rf /tmp/health; sleep 600';
  it('follows the files of the container', () => {
    const answers = answersOf(lived(container(script)), ['cat', '/tmp/health'], 1000);
    expect(answers).toEqual([
      { from: 0, succeeds: true },
      { from: 10_000, succeeds: false },
    ]);
    expect(firstAnswer(answers, true, 3000)).toBe(3000);
    expect(firstAnswer(answers, false, 3000)).toBe(10_000);
    expect(firstAnswer(answers, false, 12_000)).toBe(12_000);
    expect(firstAnswer(answers, true, 10_000)).toBe(Number.POSITIVE_INFINITY);
  });
  it('fail for files that were never written where nothing is at first', () => {
    const volumeMounts = [{ name: 'a', mountPath: '/tmp' }];
    const succeeds = (more: object): boolean =>
      answersOf(lived(container('sleep 600', more)), ['cat', '/tmp/health'], 1000)[0]!.succeeds;
    expect(succeeds({})).toBe(false);
    expect(succeeds({ volumeMounts })).toBe(true);
  });
  it('fail when they take too long', () => {
    const succeeds = (timeout: number): boolean =>
      answersOf(lived(container('server')), ['sleep', '5'], timeout)[0]!.succeeds;
    expect(succeeds(5000)).toBe(true);
    expect(succeeds(4000)).toBe(false);
  });
  it('takes for granted that what is not known succeeds', () => {
    const all = [{ from: 0, succeeds: true }];
    expect(answersOf(lived(container('server')), ['cat', '/tmp/health'], 1000)).toEqual(all);
    expect(answersOf(lived(container('sleep 600')), ['cat', '/run/health'], 1000)).toEqual(all);
    expect(answersOf(lived(container(script)), ['pg_isready'], 1000)).toEqual(
      all.concat({ from: 10_000, succeeds: true }),
    );
  });
});

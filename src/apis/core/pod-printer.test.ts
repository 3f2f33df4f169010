import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import { podPrinter } from './pod-printer.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

type Status = Omit<PodStatus, 'containerStatuses' | 'initContainerStatuses'> & {
  containerStatuses?: unknown[];
  initContainerStatuses?: unknown[];
};
const pod = (status: Status, spec: Partial<PodSpec> = {}, metadata: Pod['metadata'] = {}): Pod => ({
  metadata: { name: 'p', creationTimestamp: ago(300), ...metadata },
  spec: { containers: [{ name: 'c' }], ...spec },
  status: status as PodStatus,
});
/** Ready, Status, Restarts. */
const short = (one: Pod): unknown[] => podPrinter.cells(one, now).slice(1, 4);

const running = { ready: true, restartCount: 0, state: { running: {} } };
const waiting = (reason: string) => ({ ready: false, restartCount: 0, state: { waiting: { reason } } });
const ended = (exitCode: number, more: object = {}) => ({
  ready: false,
  restartCount: 0,
  state: { terminated: { exitCode, ...more } },
});
const restarted = (restartCount: number, seconds: number) => ({
  ...running,
  restartCount,
  lastState: { terminated: { exitCode: 1, finishedAt: ago(seconds) } },
});
const two: Partial<PodSpec> = { containers: [{ name: 'c' }, { name: 'd' }] };
const init: Partial<PodSpec> = { initContainers: [{ name: 'i' }, { name: 'j' }] };
const sidecar: Partial<PodSpec> = { initContainers: [{ name: 's', restartPolicy: 'Always' }] };
const initialized = [{ type: 'Initialized', status: 'True' }];

describe('podPrinter', () => {
  it.each<[string, Pod, unknown[]]>([
    ['pending', pod({ phase: 'Pending' }), ['0/1', 'Pending', '0']],
    ['a reason', pod({ phase: 'Failed', reason: 'Evicted' }), ['0/1', 'Evicted', '0']],
    ['running', pod({ phase: 'Running', containerStatuses: [running] }), ['1/1', 'Running', '0']],
    [
      'restarts',
      pod({ phase: 'Running', containerStatuses: [restarted(3, 300), restarted(1, 600)] }, two),
      ['2/2', 'Running', '4 (5m ago)'],
    ],
    [
      'waiting',
      pod({ phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] }),
      ['0/1', 'ContainerCreating', '0'],
    ],
    [
      'the first container’s reason',
      pod(
        { phase: 'Running', containerStatuses: [waiting('CrashLoopBackOff'), waiting('ErrImagePull')] },
        two,
      ),
      ['0/2', 'CrashLoopBackOff', '0'],
    ],
    ['an exit code', pod({ phase: 'Failed', containerStatuses: [ended(3)] }), ['0/1', 'ExitCode:3', '0']],
    [
      'a signal',
      pod({ phase: 'Failed', containerStatuses: [ended(137, { signal: 9 })] }),
      ['0/1', 'Signal:9', '0'],
    ],
    [
      'completed',
      pod({ phase: 'Succeeded', containerStatuses: [ended(0, { reason: 'Completed' })] }),
      ['0/1', 'Completed', '0'],
    ],
    [
      'completed beside one that runs',
      pod({ phase: 'Running', containerStatuses: [ended(0, { reason: 'Completed' }), running] }, two),
      ['1/2', 'NotReady', '0'],
    ],
    [
      'completed beside one that is ready',
      pod(
        {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [ended(0, { reason: 'Completed' }), running],
        },
        two,
      ),
      ['1/2', 'Running', '0'],
    ],
    [
      'the second init container',
      pod({ phase: 'Pending', initContainerStatuses: [ended(0), waiting('PodInitializing')] }, init),
      ['0/1', 'Init:1/2', '0'],
    ],
    [
      'a failed init container',
      pod({ phase: 'Pending', initContainerStatuses: [ended(1, { reason: 'Error' })] }, init),
      ['0/1', 'Init:Error', '0'],
    ],
    [
      'an init container’s exit code',
      pod({ phase: 'Pending', initContainerStatuses: [ended(2)] }, init),
      ['0/1', 'Init:ExitCode:2', '0'],
    ],
    [
      'an init container’s signal',
      pod({ phase: 'Pending', initContainerStatuses: [ended(2, { signal: 15 })] }, init),
      ['0/1', 'Init:Signal:15', '0'],
    ],
    [
      'an init container in a loop',
      pod(
        { phase: 'Pending', initContainerStatuses: [{ ...waiting('CrashLoopBackOff'), restartCount: 2 }] },
        init,
      ),
      ['0/1', 'Init:CrashLoopBackOff', '2'],
    ],
    [
      'init containers that are done do not count',
      pod(
        {
          phase: 'Running',
          initContainerStatuses: [{ ...ended(0), restartCount: 5 }],
          containerStatuses: [running],
        },
        init,
      ),
      ['1/1', 'Running', '0'],
    ],
    [
      'a sidecar',
      pod(
        {
          phase: 'Running',
          initContainerStatuses: [{ ...restarted(1, 60), name: 's', started: true }],
          containerStatuses: [running],
        },
        sidecar,
      ),
      ['2/2', 'Running', '1 (60s ago)'],
    ],
    [
      'a sidecar that starts',
      pod({ phase: 'Pending', initContainerStatuses: [{ ...running, name: 's', started: false }] }, sidecar),
      ['0/2', 'Init:0/1', '0'],
    ],
    [
      'a sidecar that ended later',
      pod(
        {
          phase: 'Running',
          conditions: initialized,
          initContainerStatuses: [{ ...ended(1, { reason: 'Error' }), name: 's' }],
          containerStatuses: [running],
        },
        sidecar,
      ),
      ['1/2', 'Init:Error', '0'],
    ],
    [
      'gated',
      pod({
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      }),
      ['0/1', 'SchedulingGated', '0'],
    ],
    [
      'terminating',
      pod({ phase: 'Running', containerStatuses: [running] }, {}, { deletionTimestamp: ago(1) }),
      ['1/1', 'Terminating', '0'],
    ],
    [
      'finished and terminating',
      pod(
        { phase: 'Succeeded', containerStatuses: [ended(0, { reason: 'Completed' })] },
        {},
        { deletionTimestamp: ago(1) },
      ),
      ['0/1', 'Completed', '0'],
    ],
    [
      'lost',
      pod({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp: ago(1) }),
      ['0/1', 'Unknown', '0'],
    ],
  ])('shows %s', (_name, one, expected) => {
    expect(short(one)).toEqual(expected);
  });

  it('shows the rest', () => {
    const one = pod(
      {
        phase: 'Running',
        podIPs: [{ ip: '10.0.0.1' }],
        nominatedNodeName: 'm',
        conditions: [{ type: 'g', status: 'True' }],
      },
      { nodeName: 'n', readinessGates: [{ conditionType: 'g' }, { conditionType: 'h' }] },
    );
    expect(podPrinter.cells(one, now).slice(4)).toEqual(['5m', '10.0.0.1', 'n', 'm', '1/2']);
    expect(podPrinter.cells({}, now)).toEqual([
      '',
      '0/0',
      '',
      '0',
      '<unknown>',
      '<none>',
      '<none>',
      '<none>',
      '<none>',
    ]);
    expect(podPrinter.columns).toHaveLength(9);
  });

  it('marks what is finished', () => {
    expect(podPrinter.conditions!(pod({ phase: 'Running' }))).toEqual([]);
    expect(podPrinter.conditions!(pod({ phase: 'Failed' }))).toEqual([
      { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' },
    ]);
    expect(podPrinter.conditions!(pod({ phase: 'Succeeded' }))[0]!.message).toBe(
      'The pod has completed successfully.',
    );
  });
});

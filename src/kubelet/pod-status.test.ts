import { describe, expect, it } from 'vitest';
import type { Pod, PodStatus } from '../apimachinery/types/core.v1.gen.ts';
import { type ContainerState, members, newPodRuntime, type PodRuntime } from './pod-runtime.ts';
import { podStatus, rejectedStatus } from './pod-status.ts';
import { pod, START } from './testing.ts';

const RUNNING: ContainerState = { type: 'running', startedAt: START };
const ENDED: ContainerState = { type: 'ended' };

/** A runtime whose containers are in these states; those that ended did so with 0. */
function runtimeOf(
  object: Pod,
  states: Record<string, ContainerState>,
  more: Partial<PodRuntime> = {},
): PodRuntime {
  const runtime = { ...newPodRuntime(START), ip: '10.244.0.9', ...more };
  for (const { runtime: container } of members(object, runtime)) {
    const state = states[container.name];
    if (!state) continue;
    container.state = state;
    container.id = 'kedge://1';
    if (state.type === 'ended') {
      container.ended = {
        id: 'kedge://1',
        exitCode: 0,
        reason: 'Completed',
        startedAt: START,
        finishedAt: START,
      };
    }
  }
  return runtime;
}

const conditions = ({ conditions = [] }: PodStatus): string[] =>
  conditions.map(({ type, status, reason, message }) =>
    [`${type}=${status}`, reason, message].filter(Boolean).join(' '),
  );

describe('the conditions of a pod', () => {
  const initContainers = [{ name: 'init', image: 'app:1' }];
  it.each<[string, Pod, Record<string, ContainerState>, Partial<PodRuntime>, string[]]>([
    [
      'before its sandbox',
      pod(),
      {},
      { ip: undefined } as never,
      [
        'PodReadyToStartContainers=False',
        'Initialized=True',
        'Ready=False ContainersNotReady containers with unready status: [main]',
        'ContainersReady=False ContainersNotReady containers with unready status: [main]',
        'PodScheduled=True',
      ],
    ],
    [
      'while it is initialized',
      pod({ spec: { initContainers } }),
      { init: RUNNING },
      {},
      [
        'PodReadyToStartContainers=True',
        'Initialized=False ContainersNotInitialized containers with incomplete status: [init]',
        'Ready=False ContainersNotReady containers with unready status: [main]',
        'ContainersReady=False ContainersNotReady containers with unready status: [main]',
        'PodScheduled=True',
      ],
    ],
    [
      'while it runs',
      pod({ spec: { initContainers } }),
      { init: ENDED, main: RUNNING },
      {},
      [
        'PodReadyToStartContainers=True',
        'Initialized=True',
        'Ready=True',
        'ContainersReady=True',
        'PodScheduled=True',
      ],
    ],
    [
      'when it has succeeded',
      pod(),
      { main: ENDED },
      { finished: true },
      [
        'PodReadyToStartContainers=False',
        'Initialized=True PodCompleted',
        'Ready=False PodCompleted',
        'ContainersReady=False PodCompleted',
        'PodScheduled=True',
      ],
    ],
    [
      'when it has failed',
      pod(),
      { main: ENDED },
      { finished: true, failure: { reason: 'DeadlineExceeded', message: 'late' } },
      [
        'PodReadyToStartContainers=False',
        'Initialized=True',
        'Ready=False PodFailed',
        'ContainersReady=False PodFailed',
        'PodScheduled=True',
      ],
    ],
  ])('%s', (_name, object, states, more, expected) => {
    expect(conditions(podStatus(object, runtimeOf(object, states, more), '172.18.0.2', START))).toEqual(
      expected,
    );
  });

  it('keep their time while their status stays', () => {
    const object = pod();
    const waiting = podStatus(object, runtimeOf(object, {}), '172.18.0.2', START);
    const running = podStatus(
      { ...object, status: waiting },
      runtimeOf(object, { main: RUNNING }),
      '172.18.0.2',
      START + 5000,
    );
    const times = running.conditions!.map(
      ({ type, lastTransitionTime }) => `${type} ${lastTransitionTime!.slice(17, 19)}`,
    );
    expect(times).toEqual([
      'PodReadyToStartContainers 00',
      'Initialized 00',
      'Ready 05',
      'ContainersReady 05',
      'PodScheduled 00',
    ]);
  });
});

describe('podStatus', () => {
  it('says why the pod failed, and keeps what others wrote', () => {
    const object = pod();
    object.status = {
      nominatedNodeName: 'node-9',
      qosClass: 'BestEffort',
      conditions: [{ type: 'DisruptionTarget', status: 'True' }],
    };
    const failure = { reason: 'DeadlineExceeded', message: 'late' };
    const status = podStatus(
      object,
      runtimeOf(object, { main: ENDED }, { finished: true, failure }),
      '172.18.0.2',
      START,
    );
    expect(status).toMatchObject({
      phase: 'Failed',
      ...failure,
      nominatedNodeName: 'node-9',
      qosClass: 'BestEffort',
    });
    expect(status.conditions![0]).toEqual({ type: 'DisruptionTarget', status: 'True' });
  });

  it('never leaves a final phase', () => {
    const object = { ...pod(), status: { phase: 'Failed', reason: 'Evicted', message: 'too big' } };
    const status = podStatus(object, runtimeOf(object, { main: RUNNING }), '172.18.0.2', START);
    expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'too big' });
  });

  it('lists init, main and ephemeral containers on their own', () => {
    const object = pod({
      spec: { initContainers: [{ name: 'init' }], ephemeralContainers: [{ name: 'debug' }] },
    });
    const status = podStatus(object, runtimeOf(object, {}), '172.18.0.2', START);
    expect(status.initContainerStatuses!.map(({ name }) => name)).toEqual(['init']);
    expect(status.containerStatuses!.map(({ name }) => name)).toEqual(['main']);
    expect(status.ephemeralContainerStatuses!.map(({ name }) => name)).toEqual(['debug']);
  });

  it('shows users, mounts and resources of a running container', () => {
    const object = pod({
      containers: [
        {
          resources: { requests: { cpu: '1' }, limits: { cpu: '2' } },
          securityContext: { runAsUser: 1000 },
          volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true }],
        },
      ],
      spec: { securityContext: { runAsGroup: 7, fsGroup: 8, supplementalGroups: [9] } },
    });
    const [status] = podStatus(object, runtimeOf(object, { main: RUNNING }), '172.18.0.2', START)
      .containerStatuses!;
    expect(status).toMatchObject({
      allocatedResources: { cpu: '1' },
      resources: { requests: { cpu: '1' }, limits: { cpu: '2' } },
      user: { linux: { uid: 1000, gid: 7, supplementalGroups: [7, 8, 9] } },
      volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly: 'Disabled' }],
    });
  });

  it('tells why a pod was refused', () => {
    expect(rejectedStatus(pod(), 'NodePorts', 'no ports', START)).toEqual({
      phase: 'Failed',
      reason: 'NodePorts',
      message: 'Pod was rejected: no ports',
      startTime: '2026-01-01T00:00:00Z',
    });
  });
});

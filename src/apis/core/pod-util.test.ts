import { describe, expect, it } from 'vitest';
import type { Pod, PodStatus } from '../../apimachinery/types/core.v1.gen.ts';
import {
  areReadinessGatesTrue,
  findPort,
  getContainerStatus,
  isPodActive,
  isPodAvailable,
  isPodReady,
  isPodTerminal,
  isPodTerminating,
  podReadyTime,
  setPodCondition,
} from './pod-util.ts';

const time = '2026-01-01T00:00:00Z';
const since = Date.parse(time);
const ready = (status = 'True'): Pod => ({
  status: { conditions: [{ type: 'Ready', status, lastTransitionTime: time }] },
});

describe('pod-util', () => {
  it('tells ready from available', () => {
    expect(isPodReady(ready())).toBe(true);
    expect(isPodReady(ready('False'))).toBe(false);
    expect(isPodReady({})).toBe(false);
    expect(podReadyTime(ready())).toBe(since);
    expect(podReadyTime(ready('False'))).toBeUndefined();
    expect(isPodAvailable(ready(), 0, since)).toBe(true);
    expect(isPodAvailable(ready(), 10, since + 10_000)).toBe(false);
    expect(isPodAvailable(ready(), 10, since + 10_001)).toBe(true);
    expect(isPodAvailable(ready('False'), 0, since + 10_001)).toBe(false);
  });

  it('tells active from terminal and terminating', () => {
    const deleted: Pod = { metadata: { deletionTimestamp: time }, status: { phase: 'Running' } };
    const failed: Pod = { status: { phase: 'Failed' } };
    expect([isPodActive({}), isPodTerminal({}), isPodTerminating({})]).toEqual([true, false, false]);
    expect([isPodActive(deleted), isPodTerminal(deleted), isPodTerminating(deleted)]).toEqual([
      false,
      false,
      true,
    ]);
    expect([isPodActive(failed), isPodTerminal(failed), isPodTerminating(failed)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('reads readiness gates', () => {
    const pod = ready();
    expect(areReadinessGatesTrue(pod)).toBe(true);
    pod.spec = { containers: [], readinessGates: [{ conditionType: 'Ready' }] };
    expect(areReadinessGatesTrue(pod)).toBe(true);
    pod.spec.readinessGates!.push({ conditionType: 'x' });
    expect(areReadinessGatesTrue(pod)).toBe(false);
  });

  it('sets conditions and keeps the time of a status that stays', () => {
    const pod: Pod = {};
    expect(setPodCondition(pod, { type: 'A', status: 'False' }, '1')).toBe(true);
    expect(setPodCondition(pod, { type: 'A', status: 'False' }, '2')).toBe(false);
    expect(setPodCondition(pod, { type: 'A', status: 'False', reason: 'R' }, '3')).toBe(true);
    expect(pod.status!.conditions).toEqual([
      { type: 'A', status: 'False', reason: 'R', lastTransitionTime: '1' },
    ]);
    expect(setPodCondition(pod, { type: 'A', status: 'True' }, '4')).toBe(true);
    expect(pod.status!.conditions![0]!.lastTransitionTime).toBe('4');
  });

  it('finds ports by number, and by name and protocol, in sidecars too', () => {
    const port = { name: 'web', containerPort: 80, protocol: 'TCP' };
    const pod: Pod = {
      spec: {
        containers: [{ name: 'c', ports: [port] }],
        initContainers: [
          { name: 's', restartPolicy: 'Always', ports: [{ name: 'side', containerPort: 81 }] },
          { name: 'i', ports: [{ name: 'init', containerPort: 82 }] },
        ],
      },
    };
    expect(findPort(pod, 8080)).toBe(8080);
    expect(findPort(pod, 'web')).toBe(80);
    expect(findPort(pod, 'web', 'UDP')).toBeUndefined();
    expect(findPort(pod, 'side')).toBe(81);
    expect(findPort(pod, 'init')).toBeUndefined();
  });

  it('finds the status of any container', () => {
    const status = {
      initContainerStatuses: [{ name: 'i' }],
      containerStatuses: [{ name: 'c' }],
    } as unknown as PodStatus;
    expect(getContainerStatus({ status }, 'i')?.name).toBe('i');
    expect(getContainerStatus({ status }, 'x')).toBeUndefined();
  });
});

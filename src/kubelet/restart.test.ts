import { describe, expect, it } from 'vitest';
import type { Container } from '../apimachinery/types/core.v1.gen.ts';
import type { Backoff, Role } from './pod-runtime.ts';
import {
  backoffDelay,
  formatDuration,
  formatSeconds,
  nextBackoff,
  parseSeconds,
  restartsAll,
  shouldRestart,
} from './restart.ts';

describe('shouldRestart', () => {
  it.each<[string, string, Partial<Container>, Role, number, boolean]>([
    ['Always', 'Always', {}, 'main', 0, true],
    ['OnFailure, failed', 'OnFailure', {}, 'main', 1, true],
    ['OnFailure, succeeded', 'OnFailure', {}, 'main', 0, false],
    ['Never', 'Never', {}, 'main', 1, false],
    ['a sidecar', 'Never', { restartPolicy: 'Always' }, 'sidecar', 0, true],
    ['an init container that succeeded', 'Always', {}, 'init', 0, false],
    ['an init container that failed', 'Always', {}, 'init', 1, true],
    ['an init container of a pod that never restarts', 'Never', {}, 'init', 1, false],
    ['an ephemeral container', 'Always', {}, 'ephemeral', 1, false],
    ["the container's own policy", 'Always', { restartPolicy: 'Never' }, 'main', 1, false],
    [
      'a rule that holds',
      'Never',
      {
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      },
      'main',
      42,
      true,
    ],
    [
      'a rule that does not',
      'Never',
      {
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'NotIn', values: [42] } }],
      },
      'main',
      42,
      false,
    ],
  ])('%s', (_name, restartPolicy, container, role, exitCode, expected) => {
    const spec = { name: 'main', ...container };
    expect(shouldRestart({ spec: { restartPolicy, containers: [spec] } }, spec, role, exitCode)).toBe(
      expected,
    );
  });
});

describe('back-off', () => {
  it('is 0, then 10 s doubling to 5 minutes', () => {
    let backoff: Backoff | undefined;
    let now = 0;
    const delays: string[] = [];
    for (let run = 0; run < 8; run++) {
      const delay = backoffDelay(backoff, now);
      delays.push(formatSeconds(delay));
      now += delay;
      backoff = nextBackoff(backoff, now - delay, now);
    }
    expect(delays).toEqual(['0s', '10s', '20s', '40s', '1m20s', '2m40s', '5m0s', '5m0s']);
  });

  it('begins anew after a good run of more than ten minutes', () => {
    const backoff = { delay: 300_000, updatedAt: 0 };
    expect(backoffDelay(backoff, 600_000)).toBe(300_000);
    expect(backoffDelay(backoff, 600_001)).toBe(0);
    expect(nextBackoff(backoff, 600_001, 600_001)).toEqual({ delay: 10_000, updatedAt: 600_001 });
  });
});

it('writes and reads durations as Go does', () => {
  for (const seconds of [10, 20, 40, 80, 160, 300]) {
    expect(parseSeconds(formatSeconds(seconds * 1000))).toBe(seconds * 1000);
  }
  expect(parseSeconds('soon')).toBeUndefined();
  expect([0, 120, 1500, 61_000].map(formatDuration)).toEqual(['0s', '120ms', '1.5s', '1m1s']);
});

describe('restartsAll', () => {
  it('goes by the first rule that holds', () => {
    const container: Container = {
      name: 'c',
      restartPolicy: 'Never',
      restartPolicyRules: [
        { action: 'Restart', exitCodes: { operator: 'In', values: [1] } },
        { action: 'RestartAllContainers', exitCodes: { operator: 'NotIn', values: [0] } },
      ],
    };
    expect([0, 1, 2].map((code) => restartsAll(container, code))).toEqual([false, false, true]);
    const pod = { spec: { containers: [container] } };
    expect([0, 1, 2].map((code) => shouldRestart(pod, container, 'main', code))).toEqual([
      false,
      true,
      false,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
} from '../../apimachinery/types/policy.v1.gen.ts';
import { budgetStatus, countHealthy, DELETION_TIMEOUT_MS, disruptedPods, expectedPods } from './budget.ts';

const NOW = Date.UTC(2026, 0, 1);
const time = (ms: number): string => new Date(ms).toISOString();
const pod = (name: string, { owner = 'rs', ready = true, going = false } = {}): Pod => ({
  metadata: {
    name,
    namespace: 'ns',
    ...(owner
      ? {
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true },
          ],
        }
      : {}),
    ...(going ? { deletionTimestamp: time(NOW) } : {}),
  },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const find = ({ uid }: { uid: string }) => (uid === 'gone' ? undefined : { uid: 'deployment', scale: 10 });

describe('expectedPods', () => {
  const pods = [pod('a'), pod('b', { owner: 'rs2' }), pod('c', { owner: '' })];
  it.each<[PodDisruptionBudgetSpec, number, number, string[]]>([
    [{ minAvailable: 2 }, 3, 2, []],
    [{ minAvailable: '45%' }, 10, 5, ['c']],
    [{ maxUnavailable: 3 }, 10, 7, ['c']],
    [{ maxUnavailable: '25%' }, 10, 7, ['c']],
    [{ maxUnavailable: 20 }, 10, 0, ['c']],
    [{}, 0, 0, []],
  ])('%j', (spec, expected, desiredHealthy, unmanaged) => {
    expect(expectedPods(spec, pods, find)).toEqual({ expectedPods: expected, desiredHealthy, unmanaged });
  });

  it('fails for pods whose controller is not to be found', () => {
    expect(() => expectedPods({ maxUnavailable: 1 }, [pod('a', { owner: 'gone' })], find)).toThrow(
      'found no controllers for pod "a"',
    );
  });
});

it('forgets evictions that are seen, and those that came to nothing', () => {
  const old = {
    seen: time(NOW),
    waiting: time(NOW - 1000),
    failed: time(NOW - DELETION_TIMEOUT_MS - 1000),
    deleted: time(NOW),
  };
  const pods = [pod('seen', { going: true }), pod('waiting'), pod('failed')];
  const { pods: kept, notDeleted, recheck } = disruptedPods(old, pods, NOW);
  expect(kept).toEqual({ waiting: old.waiting });
  expect(notDeleted.map(({ metadata }) => metadata?.name)).toEqual(['failed']);
  expect(recheck).toBe(NOW - 1000 + DELETION_TIMEOUT_MS);
});

it('counts pods that are ready and stay', () => {
  const pods = [pod('a'), pod('b', { ready: false }), pod('c', { going: true }), pod('d')];
  expect(countHealthy(pods, { d: time(NOW) })).toBe(1);
});

describe('budgetStatus', () => {
  const expected = { expectedPods: 3, desiredHealthy: 1, unmanaged: [] };
  const status = (
    given?: PodDisruptionBudgetStatus,
    pods = [pod('a'), pod('b'), pod('c', { ready: false })],
  ) =>
    budgetStatus({ metadata: { generation: 2 }, ...(given ? { status: given } : {}) }, expected, pods, NOW);

  it('allows what is healthy beyond what is desired', () => {
    expect(status()).toEqual({
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 3,
      disruptionsAllowed: 1,
      observedGeneration: 2,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'True',
          reason: 'SufficientPods',
          message: '',
          observedGeneration: 2,
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    });
  });

  it('has nothing to write when all is as it was', () => {
    expect(status(status())).toBeUndefined();
  });

  it('waits for the evictions it has allowed', () => {
    const next = status({ ...status()!, disruptedPods: { a: time(NOW) } });
    expect(next).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0, disruptedPods: { a: time(NOW) } });
    expect(next?.conditions).toMatchObject([{ status: 'False', reason: 'InsufficientPods' }]);
  });

  it('allows nothing without pods', () => {
    const none = { expectedPods: 0, desiredHealthy: 0, unmanaged: [] };
    expect(budgetStatus({}, none, [pod('a')], NOW)).toMatchObject({
      currentHealthy: 1,
      disruptionsAllowed: 0,
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../apimachinery/types/apps.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS } from './annotations.ts';
import { maxUnavailableOf, newReplicaSetSize, resolveFenceposts } from './replica-sets.ts';
import { type Resize, rollingStep, scaleSets } from './scale.ts';

interface Sizes {
  replicas: number;
  surge?: number | string;
  unavailable?: number | string;
  type?: string;
}

const deployment = ({
  replicas,
  surge = '25%',
  unavailable = '25%',
  type = 'RollingUpdate',
}: Sizes): Deployment => ({
  spec: {
    replicas,
    selector: {},
    template: {},
    strategy: { type, rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
  },
});

let age = 0;
/** A ReplicaSet of so many replicas, so many of them available; each is younger than the one before. */
function set(
  name: string,
  replicas: number,
  available = replicas,
  scaledFor?: [desired: number, max: number],
): Stored<ReplicaSet> {
  age++;
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: new Date(age * 1000).toISOString().replace('.000', ''),
      annotations: scaledFor
        ? { [DESIRED_REPLICAS]: `${scaledFor[0]}`, [MAX_REPLICAS]: `${scaledFor[1]}` }
        : {},
    },
    spec: { replicas, selector: {} },
    status: { replicas, availableReplicas: available },
  };
}

const sizes = (resizes: Resize[]): Record<string, number> =>
  Object.fromEntries(resizes.map(({ replicaSet, replicas }) => [replicaSet.metadata.name, replicas]));

describe('fenceposts', () => {
  it.each([
    ['25%', '25%', 10, { surge: 3, unavailable: 2 }],
    ['25%', '25%', 1, { surge: 1, unavailable: 0 }],
    [0, '10%', 5, { surge: 0, unavailable: 1 }],
    [2, 0, 5, { surge: 2, unavailable: 0 }],
    ['0%', '0%', 5, { surge: 0, unavailable: 1 }],
  ])('surge %s, unavailable %s of %i', (surge, unavailable, desired, expected) => {
    expect(resolveFenceposts(surge, unavailable, desired)).toEqual(expected);
  });

  it('never allows more to be missing than are wanted', () => {
    expect(maxUnavailableOf(deployment({ replicas: 2, unavailable: 5 }))).toBe(2);
    expect(maxUnavailableOf(deployment({ replicas: 0 }))).toBe(0);
    expect(maxUnavailableOf(deployment({ replicas: 5, type: 'Recreate' }))).toBe(0);
  });
});

describe('newReplicaSetSize', () => {
  it.each([
    ['the first one gets everything', { replicas: 3 }, [], 0, 3],
    ['a second one gets the surge', { replicas: 10, surge: 3 }, [set('old', 10)], 0, 3],
    ['never more than is wanted', { replicas: 10, surge: 20 }, [set('old', 10)], 0, 10],
    ['what it has when there is no room', { replicas: 10, surge: 0 }, [set('old', 8), set('new', 2)], 2, 2],
    ['everything when it recreates', { replicas: 10, type: 'Recreate' }, [set('old', 10)], 0, 10],
  ] as const)('%s', (_, shape, all, current, expected) => {
    expect(newReplicaSetSize(deployment(shape), all, current)).toBe(expected);
  });
});

describe('rollingStep', () => {
  it('grows the new one first', () => {
    expect(sizes(rollingStep(deployment({ replicas: 10 }), set('new', 0), [set('old', 10)]))).toEqual({
      new: 3,
    });
  });

  it('shrinks the old one by what may be missing, while the new pods are not available', () => {
    expect(sizes(rollingStep(deployment({ replicas: 10 }), set('new', 3, 0), [set('old', 10)]))).toEqual({
      old: 8,
    });
  });

  it('does nothing when that would leave too few', () => {
    expect(rollingStep(deployment({ replicas: 10 }), set('new', 5, 0), [set('old', 8)])).toEqual([]);
  });

  it('goes on with each pod that becomes available', () => {
    expect(sizes(rollingStep(deployment({ replicas: 10 }), set('new', 5, 3), [set('old', 8)]))).toEqual({
      old: 5,
    });
  });

  it('drops unhealthy old pods first, the oldest set first', () => {
    const old = [set('older', 5, 5), set('younger', 5, 1)];
    expect(
      sizes(rollingStep(deployment({ replicas: 10, surge: 0, unavailable: 4 }), set('new', 0, 0), old)),
    ).toEqual({ younger: 1 });
    expect(
      sizes(rollingStep(deployment({ replicas: 10, surge: 2, unavailable: 6 }), set('new', 2, 0), old)),
    ).toEqual({ older: 3, younger: 1 });
  });

  it('cuts a new one that is too large', () => {
    expect(sizes(rollingStep(deployment({ replicas: 3 }), set('new', 5), []))).toEqual({ new: 3 });
  });

  it('comes to an end from any state, and never has too many or too few pods', () => {
    for (const [replicas, surge, unavailable] of [
      [10, '25%', '25%'],
      [3, 1, 0],
      [3, 0, 1],
      [7, '100%', '100%'],
      [1, '25%', '25%'],
    ] as const) {
      const wanted = deployment({ replicas, surge, unavailable });
      const limits = resolveFenceposts(surge, unavailable, replicas);
      let newSet = set('new', 0);
      let old = [set('a', Math.floor(replicas / 2)), set('b', Math.ceil(replicas / 2))];
      let steps = 0;
      for (; steps < 100; steps++) {
        const step = rollingStep(wanted, newSet, old);
        if (step.length === 0) break;
        const resize = (one: Stored<ReplicaSet>): Stored<ReplicaSet> => {
          const size = step.find(({ replicaSet }) => replicaSet === one)?.replicas ?? one.spec!.replicas!;
          return {
            ...one,
            spec: { ...one.spec!, replicas: size },
            status: { replicas: size, availableReplicas: size },
          };
        };
        newSet = resize(newSet);
        old = old.map(resize);
        const total = [newSet, ...old].reduce((sum, one) => sum + one.spec!.replicas!, 0);
        expect(total).toBeLessThanOrEqual(replicas + limits.surge);
        expect(total).toBeGreaterThanOrEqual(replicas - limits.unavailable);
      }
      expect(newSet.spec!.replicas).toBe(replicas);
      expect(old.map((one) => one.spec!.replicas)).toEqual([0, 0]);
    }
  });
});

describe('scaleSets', () => {
  it('gives everything to the only active one', () => {
    expect(sizes(scaleSets(deployment({ replicas: 7 }), set('new', 0), [set('old', 3)]))).toEqual({ old: 7 });
    expect(sizes(scaleSets(deployment({ replicas: 7 }), set('new', 3), [set('old', 0)]))).toEqual({ new: 7 });
    expect(scaleSets(deployment({ replicas: 3 }), set('new', 3), [])).toEqual([]);
  });

  it('gives everything to the newest when none is active', () => {
    expect(sizes(scaleSets(deployment({ replicas: 2 }), set('new', 0), [set('old', 0)]))).toEqual({ new: 2 });
    expect(
      sizes(scaleSets(deployment({ replicas: 2 }), undefined, [set('older', 0), set('old', 0)])),
    ).toEqual({ old: 2 });
    expect(scaleSets(deployment({ replicas: 2 }), undefined, [])).toEqual([]);
  });

  it('drops the old ones when the new one is complete', () => {
    expect(sizes(scaleSets(deployment({ replicas: 5 }), set('new', 5, 5, [5, 7]), [set('old', 2)]))).toEqual({
      old: 0,
    });
  });

  it('resizes several in proportion', () => {
    const grown = scaleSets(deployment({ replicas: 20, surge: 0 }), set('new', 5, 5, [10, 10]), [
      set('old', 5, 5, [10, 10]),
    ]);
    expect(sizes(grown)).toEqual({ new: 10, old: 10 });
    const shrunk = scaleSets(deployment({ replicas: 5, surge: 0 }), set('new', 3, 3, [10, 10]), [
      set('old', 7, 7, [10, 10]),
    ]);
    expect(sizes(shrunk)).toEqual({ old: 3, new: 2 });
  });

  it('gives what rounding leaves over to the largest, and of equals to the newer', () => {
    const sets = [set('a', 1, 1, [3, 3]), set('b', 1, 1, [3, 3])];
    const resizes = scaleSets(deployment({ replicas: 5, surge: 0 }), set('c', 1, 1, [3, 3]), sets);
    expect(Object.values(sizes(resizes)).reduce((a, b) => a + b)).toBe(5);
    expect(sizes(resizes)).toEqual({ c: 2, b: 2, a: 1 });
  });

  it('takes everything away', () => {
    const resizes = scaleSets(deployment({ replicas: 0 }), set('new', 3, 3, [10, 13]), [
      set('old', 8, 8, [10, 13]),
    ]);
    expect(sizes(resizes)).toEqual({ old: 0, new: 0 });
  });

  it('leaves several alone when it recreates', () => {
    expect(scaleSets(deployment({ replicas: 9, type: 'Recreate' }), set('new', 3), [set('old', 3)])).toEqual(
      [],
    );
  });
});

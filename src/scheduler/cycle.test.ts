import { describe, expect, it } from 'vitest';
import { seeded } from '../apimachinery/random.ts';
import { Cache } from './cache.ts';
import { type CycleContext, numFeasibleNodesToFind, schedulePod, selectHost } from './cycle.ts';
import { fitErrorMessage, newDiagnosis } from './fit-error.ts';
import { type Plugin, status } from './framework.ts';
import { Nominator } from './nominator.ts';
import { Runtime } from './runtime.ts';
import { makeNode, nodeInfo, podInfo } from './testing.ts';

function context(nodeCount: number, ...plugins: Plugin[]): CycleContext & { cache: Cache } {
  const cache = new Cache();
  for (let i = 0; i < nodeCount; i++) cache.setNode(makeNode(`n${i}`));
  const runtime = new Runtime(
    plugins.map((plugin) => ({ plugin, weight: 1 })),
    new Nominator(),
  );
  return { cache, runtime, snapshot: cache, random: seeded(1), percentageOfNodesToScore: 0, nextStart: 0 };
}

describe('numFeasibleNodesToFind', () => {
  it.each([
    [0, 10, 10],
    [0, 99, 99],
    [0, 100, 100],
    [0, 1000, 420],
    [0, 5000, 500],
    [0, 6000, 300],
    [40, 1000, 400],
    [100, 1000, 1000],
    [5, 1000, 100],
  ])('%i %% of %i nodes: %i', (percentage, nodes, wanted) => {
    expect(numFeasibleNodesToFind(percentage, nodes)).toBe(wanted);
  });
});

describe('selectHost', () => {
  const nodes = ['a', 'b', 'c'].map((name) => nodeInfo(name));
  it('takes the best', () => {
    expect(selectHost(nodes, [1, 3, 2], () => 0).name).toBe('b');
  });
  it('gives each of the best the same chance', () => {
    const random = seeded(7);
    const picks: Record<string, number> = {};
    for (let i = 0; i < 3000; i++) {
      const { name } = selectHost(nodes, [5, 4, 5], random);
      picks[name] = (picks[name] ?? 0) + 1;
    }
    expect(Object.keys(picks).sort()).toEqual(['a', 'c']);
    expect(Math.abs(picks.a! - 1500)).toBeLessThan(150);
  });
});

describe('schedulePod', () => {
  it('begins each search where the last one ended', () => {
    const seen: string[] = [];
    const spy: Plugin = {
      name: 'Spy',
      filter(_state, _pod, node) {
        seen.push(node.name);
        return undefined;
      },
      score: () => 0,
    };
    const ctx = context(200, spy);
    schedulePod(ctx, podInfo('a'));
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([100, 'n0', 'n99']);
    schedulePod(ctx, podInfo('b'));
    expect([seen[100], seen.at(-1)]).toEqual(['n100', 'n199']);
  });

  it('weighs the scores and refuses those out of range', () => {
    const favour = (name: string, node: string, score: number): Plugin => ({
      name,
      score: (_state, _pod, { name: candidate }) => (candidate === node ? score : 0),
    });
    const ctx = context(2, favour('A', 'n0', 40), favour('B', 'n1', 50));
    expect(schedulePod(ctx, podInfo('a'))).toMatchObject({ kind: 'scheduled', nodeName: 'n1' });
    expect(() => schedulePod(context(2, favour('A', 'n0', 101)), podInfo('a'))).toThrow('invalid score 101');
  });

  it('stops at a rejection of preFilter', () => {
    const picky: Plugin = {
      name: 'Picky',
      preFilter: () => ({ status: status('UnschedulableAndUnresolvable', 'Picky', 'not today') }),
    };
    const result = schedulePod(context(2, picky), podInfo('a'));
    expect(result).toMatchObject({ kind: 'unfit', message: '0/2 nodes are available: not today.' });
    expect(result.kind === 'unfit' && [...result.diagnosis.unschedulablePlugins]).toEqual(['Picky']);
  });

  it('asks the nominated node first', () => {
    const ctx = context(3, { name: 'S', score: (_state, _pod, { name }) => (name === 'n0' ? 100 : 0) });
    const pod = podInfo('a', { status: { nominatedNodeName: 'n2' } });
    expect(schedulePod(ctx, pod)).toMatchObject({ nodeName: 'n2', evaluatedNodes: 1 });
  });
});

describe('fitErrorMessage', () => {
  it('sorts as text and counts nodes that were not asked', () => {
    const diagnosis = newDiagnosis();
    for (let i = 0; i < 10; i++)
      diagnosis.nodeToStatus.byNode.set(`n${i}`, status('Unschedulable', 'P', 'b', 'a'));
    diagnosis.nodeToStatus.absent = status('Unschedulable', '', 'c');
    expect(fitErrorMessage(diagnosis, 12)).toBe('0/12 nodes are available: 10 a, 10 b, 2 c.');
  });
});

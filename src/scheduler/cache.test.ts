import { describe, expect, it } from 'vitest';
import { ASSUMED_POD_TTL, Cache } from './cache.ts';
import { makeNode, makePod, podInfo } from './testing.ts';

const ZONE = 'topology.kubernetes.io/zone';

function withNodes(...names: string[]): Cache {
  const cache = new Cache();
  for (const name of names) cache.setNode(makeNode(name));
  return cache;
}

describe('assumed pods', () => {
  const requests = { cpu: '1' };
  it('take resources until they are forgotten', () => {
    const cache = withNodes('n');
    cache.assume(podInfo('a', { requests }), 'n');
    expect(cache.get('n')?.requested.milliCPU).toBe(1000);
    expect(() => cache.assume(podInfo('a', { requests }), 'n')).toThrow('is in the cache');
    cache.forget('uid-default-a');
    expect(cache.get('n')?.requested.milliCPU).toBe(0);
    expect(cache.forget('uid-default-a')).toBeUndefined();
  });

  it('are confirmed by the pod itself, on whichever node it is', () => {
    const cache = withNodes('n', 'm');
    cache.assume(podInfo('a', { requests }), 'n');
    cache.setPod(makePod('a', { requests, node: 'm' }));
    expect(cache.isAssumed('uid-default-a')).toBe(false);
    expect(cache.get('n')?.pods.size).toBe(0);
    expect(cache.get('m')?.requested.milliCPU).toBe(1000);
    expect(cache.forget('uid-default-a')).toBeUndefined();
  });

  it('expire only after their binding was written', () => {
    const cache = withNodes('n');
    cache.assume(podInfo('a', { requests }), 'n');
    expect(cache.expire(Number.MAX_SAFE_INTEGER)).toEqual([]);
    cache.finishBinding('uid-default-a', 1000);
    expect(cache.nextExpiry()).toBe(1000 + ASSUMED_POD_TTL);
    expect(cache.expire(1000 + ASSUMED_POD_TTL - 1)).toEqual([]);
    expect(cache.expire(1000 + ASSUMED_POD_TTL).map((pod) => pod.name)).toEqual(['a']);
    expect(cache.get('n')?.pods.size).toBe(0);
  });
});

describe('nodes', () => {
  it('are listed zone by zone in turn', () => {
    const cache = new Cache();
    for (const [name, zone] of Object.entries({ a1: 'a', a2: 'a', a3: 'a', b1: 'b', c1: 'c' })) {
      cache.setNode(makeNode(name, { labels: { [ZONE]: zone } }));
    }
    expect(cache.nodes.map((node) => node.name)).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
    cache.setNode(makeNode('a1', { labels: { [ZONE]: 'd' } }));
    // a1 is alone in the zone it moved to.
    expect(new Set(cache.nodes.slice(0, 4).map((node) => node.name))).toEqual(
      new Set(['a1', 'a2', 'b1', 'c1']),
    );
    cache.removeNode('b1');
    expect(cache.nodes.map((node) => node.name).includes('b1')).toBe(false);
  });

  it('may come after their pods, and go before them', () => {
    const cache = new Cache();
    cache.setPod(makePod('a', { node: 'n', requests: { cpu: '1' } }));
    expect(cache.nodes).toEqual([]);
    cache.setNode(makeNode('n'));
    expect(cache.get('n')?.requested.milliCPU).toBe(1000);
    cache.removeNode('n');
    expect(cache.get('n')).toBeUndefined();
    cache.setNode(makeNode('n'));
    expect(cache.get('n')?.pods.size).toBe(1);
  });

  it('share what is known of images', () => {
    const images = [{ names: ['x:1'], sizeBytes: 100 }];
    const cache = new Cache();
    cache.setNode(makeNode('a', { images }));
    cache.setNode(makeNode('b', { images }));
    expect(cache.get('a')?.images.get('x:1')?.nodes.size).toBe(2);
    cache.setNode(makeNode('b'));
    expect(cache.get('a')?.images.get('x:1')?.nodes.size).toBe(1);
  });

  it('are indexed by affinity', () => {
    const cache = withNodes('n');
    const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x' }] };
    cache.setPod(makePod('a', { node: 'n', spec: { affinity: { podAntiAffinity } } }));
    expect(cache.nodesWithAffinity.size).toBe(1);
    expect(cache.nodesWithRequiredAntiAffinity.size).toBe(1);
    cache.removePod('uid-default-a');
    expect(cache.nodesWithAffinity.size).toBe(0);
  });
});

describe('pods', () => {
  it('are resized by a new generation and relabelled by any event', () => {
    const cache = withNodes('n');
    const pod = makePod('a', { node: 'n', requests: { cpu: '2' } });
    cache.setPod(pod);
    cache.setPod({ ...pod, metadata: { ...pod.metadata, labels: { x: 'y' } } });
    expect(cache.get('n')?.pods.get('uid-default-a')?.labels).toEqual({ x: 'y' });
    const smaller = makePod('a', { node: 'n', requests: { cpu: '1' } });
    cache.setPod({ ...smaller, metadata: { ...smaller.metadata, generation: 2 } });
    expect(cache.get('n')?.requested.milliCPU).toBe(1000);
  });
});

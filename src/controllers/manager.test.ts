import { describe, expect, it } from 'vitest';
import type { ConfigMap } from '../apimachinery/types/core.v1.gen.ts';
import type { Controller, ControllerContext, Result } from './framework.ts';
import { itself } from './framework.ts';
import { startCluster } from './testing.ts';

const CONFIG_MAPS = ['', 'configmaps'] as const;

/** A controller that notes its keys. */
function noting(reconcile: (key: string, ctx: ControllerContext) => Promise<Result | void> = async () => {}) {
  const keys: string[] = [];
  const controller: Controller = {
    name: 'noting-controller',
    watches: [{ resource: CONFIG_MAPS, keys: itself }],
    async reconcile(key, ctx) {
      keys.push(key);
      return reconcile(key, ctx);
    },
  };
  return { keys, controller };
}

const configMap = (name: string): ConfigMap => ({ metadata: { name } });

describe('Manager', () => {
  it('reconciles the key of each change, once for many', async () => {
    const { keys, controller } = noting();
    const cluster = await startCluster({ controllers: [controller] });
    await cluster.client.create(CONFIG_MAPS, 'default', configMap('a'));
    await cluster.client.create(CONFIG_MAPS, 'default', configMap('b'));
    await cluster.client.update<ConfigMap>(CONFIG_MAPS, 'default', 'a', (one) => ({
      ...one,
      data: { x: '1' },
    }));
    await cluster.settle();
    expect(keys).toEqual(['default/a', 'default/b']);
    await cluster.client.delete(CONFIG_MAPS, 'default', 'a');
    await cluster.settle();
    expect(keys.slice(2)).toEqual(['default/a']);
  });

  it('shows a reconcile the newest copies', async () => {
    const seen: (string | undefined)[] = [];
    const { controller } = noting(async (key, ctx) => {
      seen.push(ctx.lister<ConfigMap>(CONFIG_MAPS).get('default', key.split('/')[1]!)?.data?.x);
    });
    const cluster = await startCluster({ controllers: [controller] });
    await cluster.client.create(CONFIG_MAPS, 'default', { ...configMap('a'), data: { x: '1' } });
    await cluster.settle();
    await cluster.client.update<ConfigMap>(CONFIG_MAPS, 'default', 'a', (one) => ({
      ...one,
      data: { x: '2' },
    }));
    await cluster.settle();
    expect(seen).toEqual(['1', '2']);
  });

  it('reconciles every object once after it has lost its memory', async () => {
    const cluster = await startCluster({ controllers: [] });
    for (const name of ['a', 'b', 'c']) await cluster.client.create(CONFIG_MAPS, 'default', configMap(name));
    const { keys, controller } = noting();
    await cluster.restart([controller]);
    await cluster.settle();
    expect(keys).toEqual(['default/a', 'default/b', 'default/c']);
  });

  it('tries again after a failure, later each time', async () => {
    let failures = 3;
    const times: number[] = [];
    const { controller } = noting(async (_key, ctx) => {
      times.push(ctx.clock.now());
      if (failures-- > 0) throw new Error('not yet');
    });
    const cluster = await startCluster({ controllers: [controller] });
    await cluster.client.create(CONFIG_MAPS, 'default', configMap('a'));
    await cluster.advance(1000);
    expect(times.map((time) => time - times[0]!)).toEqual([0, 5, 15, 35]);
    expect(cluster.errors).toHaveLength(3);
    expect(cluster.manager.plan).toEqual({ busy: false, nextDue: undefined });
  });

  it('comes back when a reconcile asks for it', async () => {
    const { keys, controller } = noting(async () => ({ requeueAfter: 60_000 }));
    const cluster = await startCluster({ controllers: [controller] });
    const began = cluster.clock.now();
    await cluster.client.create(CONFIG_MAPS, 'default', configMap('a'));
    await cluster.settle();
    expect(cluster.manager.plan.nextDue).toBe(began + 60_000);
    await cluster.advance(180_000);
    expect(keys).toHaveLength(4);
  });

  it('never works on a key twice at a time, and on no more than its share at once', async () => {
    let running = 0;
    let most = 0;
    const active = new Set<string>();
    const { controller, keys } = noting(async (key, ctx) => {
      expect(active.has(key)).toBe(false);
      active.add(key);
      most = Math.max(most, ++running);
      ctx.enqueue(key, keys.filter((one) => one === key).length < 3 ? 0 : 1e9);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      active.delete(key);
    });
    const cluster = await startCluster({ controllers: [{ ...controller, concurrency: 4 }] });
    for (let index = 0; index < 50; index++)
      await cluster.client.create(CONFIG_MAPS, 'default', configMap(`c${index}`));
    await cluster.settle();
    expect(keys).toHaveLength(150);
    expect(most).toBe(4);
    expect(cluster.errors).toEqual([]);
  });

  it('goes on when the keys of a change cannot be told', async () => {
    const { keys, controller } = noting();
    const broken: Controller = {
      ...controller,
      name: 'broken-controller',
      watches: [
        {
          resource: CONFIG_MAPS,
          keys: () => {
            throw new Error('no idea');
          },
        },
      ],
    };
    const cluster = await startCluster({ controllers: [broken, controller] });
    await cluster.client.create(CONFIG_MAPS, 'default', configMap('a'));
    await cluster.settle();
    expect(keys).toEqual(['default/a']);
    expect(cluster.errors.map(({ controller: name }) => name)).toEqual(['broken-controller']);
  });

  it('lists later what it could not list', async () => {
    const { keys, controller } = noting();
    const cluster = await startCluster({ controllers: [controller] });
    const list = cluster.storage.list.bind(cluster.storage);
    cluster.storage.list = () => Promise.reject(new Error('database away'));
    cluster.hold();
    await cluster.client.create(CONFIG_MAPS, 'default', configMap('a'));
    await cluster.manager.deliver('all', { from: -1, to: 99, events: [] });
    expect(keys).toEqual([]);
    expect(cluster.manager.plan.nextDue).toBe(cluster.clock.now() + 500);
    cluster.storage.list = list;
    await cluster.advance(500);
    await cluster.settle();
    expect(keys).toEqual(['default/a']);
  });
});

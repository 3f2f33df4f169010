/// <reference types="@cloudflare/vitest-plugin/types" />
import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ClusterStorage } from '../storage/client.ts';
import { type Cluster, findCluster, insertCluster, standing } from './clusters.ts';
import type { Env } from './env.ts';
import { deleteCluster } from './lifecycle.ts';

const { MIGRATIONS, ...bindings } = env as unknown as Env & { MIGRATIONS: D1Migration[] };
const { DB } = bindings;
beforeAll(() => applyD1Migrations(DB, MIGRATIONS));

const NOBODY = {
  getByName: () => ({ start: async () => {}, destroy: async () => {}, deliver: async () => {} }),
};
const deployment: Env = {
  ...bindings,
  CONTROLLER_MANAGER: NOBODY,
  SCHEDULER: NOBODY,
  NODE: NOBODY,
  KEDGE_ADMIN_TOKEN_HASH: '',
};
const cluster = (tokenHash: string): Cluster => ({
  id: 'shop',
  name: 'shop',
  tokenHash,
  created: Date.now(),
  state: 'ready',
  config: { nodes: 1 },
});
/** What another isolate remembers, which nobody tells of anything. */
async function isolate(): Promise<typeof import('./clusters.ts')> {
  vi.resetModules();
  return import('./clusters.ts');
}

describe('a cluster of a name that was another’s', () => {
  it('is not opened by the token of the other, by no isolate and no request that is under way', async () => {
    const first = cluster('first');
    await insertCluster(DB, first);
    const elsewhere = await isolate();
    const remembers = async () => (await elsewhere.findCluster(DB, 'shop', Date.now()))?.tokenHash;
    const seen: (string | undefined)[] = [];
    const under = new ClusterStorage(deployment, 'shop', elsewhere.standing(DB, first));
    expect(await under.get('core/pods/a/b')).toBeNull();

    let inserted = false;
    const asking = (async () => {
      // The next cluster is made the moment the name is free.
      while (!inserted) {
        seen.push(await remembers());
        inserted = await insertCluster(DB, cluster('second'));
        if (inserted) seen.push(await remembers());
        else await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await deleteCluster(deployment, first);
    await asking;

    expect(seen).toContain('first');
    expect(seen.at(-1)).toBe('second');
    expect((await findCluster(DB, 'shop', Date.now()))?.tokenHash).toBe('second');
    const write = { key: 'core/pods/a/b', expect: 0, deleted: false, value: '{}' };
    await expect(under.get(write.key)).rejects.toMatchObject({ status: { code: 401 } });
    await expect(under.commit({ writes: [write] })).rejects.toMatchObject({ status: { code: 401 } });
    await expect(standing(DB, first)()).rejects.toMatchObject({ status: { code: 401 } });
  });
});

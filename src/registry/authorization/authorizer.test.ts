import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../apimachinery/clock.ts';
import type { KubeObject } from '../../apis/object.ts';
import { encodeStored } from '../../storage/encoding.ts';
import { objectKey } from '../../storage/keys.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { AdmissionCache } from '../cache.ts';
import { resourceAttributes } from './attributes.ts';
import { Authorizer } from './authorizer.ts';
import { Permissions } from './permissions.ts';
import { RBAC } from './policy.ts';

class Counting extends MemoryStorage {
  lists = 0;
  looks = 0;
  override list(...args: Parameters<MemoryStorage['list']>) {
    this.lists++;
    return super.list(...args);
  }
  override changedSince(...args: Parameters<MemoryStorage['changedSince']>) {
    this.looks++;
    return super.changedSince(...args);
  }
}

let storage: Counting;
let clock: FakeClock;
let cache: AdmissionCache;
const jane = { username: 'jane', groups: [] };
const pods = resourceAttributes(jane, 'get', '', 'pods', { namespace: 'shop' });

async function put(resource: string, namespace: string, object: KubeObject, deleted = false): Promise<void> {
  const key = objectKey(RBAC, resource, namespace, object.metadata!.name!);
  const expect = (await storage.get(key))?.revision ?? 0;
  await storage.commit({ writes: [{ key, expect, deleted, value: encodeStored(object) }] });
}
const ROLE = { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] };
const BINDING = {
  metadata: { name: 'b', namespace: 'shop' },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'r' },
  subjects: [{ kind: 'User', name: 'jane' }],
};
const grant = (): Promise<void> => put('rolebindings', 'shop', BINDING);
const revoke = (): Promise<void> => put('rolebindings', 'shop', BINDING, true);
/** A request of its own. */
const authorizer = (): Authorizer => new Authorizer({ storage, cache, clock });
const allowed = async (): Promise<boolean> => (await authorizer().authorize(pods)).allowed;

beforeEach(async () => {
  storage = new Counting();
  clock = fakeClock(1_000_000);
  cache = new AdmissionCache();
  await put('clusterroles', '', ROLE);
});

describe('the memory of roles', () => {
  it('is used for a second without looking', async () => {
    await grant();
    expect(await allowed()).toBe(true);
    const { lists, looks } = storage;
    expect([await allowed(), await allowed()]).toEqual([true, true]);
    expect([storage.lists, storage.looks]).toEqual([lists, looks]);
    clock.advance(1000);
    expect(await allowed()).toBe(true);
    expect([storage.lists, storage.looks]).toEqual([lists, looks + 1]);
  });

  it('forgets a permission that was taken away within a second', async () => {
    await grant();
    expect(await allowed()).toBe(true);
    await revoke();
    clock.advance(999);
    expect(await allowed()).toBe(true);
    clock.advance(1);
    expect(await allowed()).toBe(false);
  });

  it('is never a ground for a refusal', async () => {
    expect(await allowed()).toBe(false);
    await grant();
    expect(await allowed()).toBe(true);
  });

  it('looks once for all refusals of a request', async () => {
    await allowed();
    const one = authorizer();
    await one.authorize(pods);
    const { looks } = storage;
    await one.authorize(pods);
    expect(storage.looks).toBe(looks);
  });

  it('is not disturbed by other writes', async () => {
    await grant();
    await allowed();
    await storage.commit({ writes: [{ key: 'core/pods/shop/p', expect: 0, deleted: false, value: '{}' }] });
    const { lists } = storage;
    clock.advance(1000);
    expect(await allowed()).toBe(true);
    expect(storage.lists).toBe(lists);
  });

  it('proves nothing by a clock that was set back', async () => {
    await grant();
    await allowed();
    await revoke();
    clock.advance(-10_000);
    expect(await allowed()).toBe(false);
  });
});

describe('permissions', () => {
  it('are refused in upstream’s words', async () => {
    await expect(new Permissions(authorizer()).require(pods)).rejects.toThrow(
      'pods is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "shop"',
    );
  });

  it('prove what they rest on', async () => {
    await grant();
    const permissions = new Permissions(authorizer());
    await permissions.require(pods);
    const transaction = { writes: [], assumptions: permissions.assumptions() };
    expect(transaction.assumptions.map(({ prefix }) => prefix)).toEqual([
      `${RBAC}/rolebindings/shop/b`,
      `${RBAC}/clusterroles//r`,
    ]);
    expect(await storage.commit(transaction)).toMatchObject({ ok: true });
    await put('clusterroles', '', { ...ROLE, metadata: { name: 'r', labels: { a: 'b' } } });
    expect(await storage.commit(transaction)).toMatchObject({ ok: false, reason: 'stale' });
    await permissions.renew();
    expect(await storage.commit({ writes: [], assumptions: permissions.assumptions() })).toMatchObject({
      ok: true,
    });
    await revoke();
    expect(await storage.commit({ writes: [], assumptions: permissions.assumptions() })).toMatchObject({
      ok: false,
    });
    await expect(permissions.renew()).rejects.toThrow('pods is forbidden');
  });
});

/** A small cluster in memory for the tests of admission. */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { fakeClock } from '../../apimachinery/clock.ts';
import { seeded } from '../../apimachinery/random.ts';
import { StatusError } from '../../apimachinery/status.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { encodeStored } from '../../storage/encoding.ts';
import { objectKey } from '../../storage/keys.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { AdmissionCache } from '../cache.ts';
import type { RequestContext, WriteOptions } from '../context.ts';
import { create } from '../create.ts';
import { guaranteedUpdate } from '../update.ts';

export interface TestCluster {
  readonly ctx: RequestContext;
  readonly storage: MemoryStorage;
  /** Another server of the same cluster, with a memory of its own. */
  other(): TestCluster;
  /** Writes an object past the registry; over the one that is there. */
  put(group: string, resource: string, object: KubeObject): Promise<void>;
  remove(group: string, resource: string, namespace: string, name: string): Promise<void>;
  get(group: string, resource: string, namespace: string, name: string): Promise<KubeObject | undefined>;
  create(group: string, resource: string, object: KubeObject, options?: WriteOptions): Promise<Stored>;
  update(
    group: string,
    resource: string,
    name: string,
    change: (object: Stored) => KubeObject,
  ): Promise<Stored>;
}

export const NAMESPACE = 'shop';

/** With the namespace `shop` and its default service account. */
export async function testCluster(): Promise<TestCluster> {
  const cluster = server(new MemoryStorage());
  await cluster.put('', 'namespaces', { metadata: { name: NAMESPACE } });
  await cluster.put('', 'serviceaccounts', { metadata: { name: 'default', namespace: NAMESPACE } });
  return cluster;
}

function server(storage: MemoryStorage): TestCluster {
  const ctx: RequestContext = {
    cluster: 'test',
    storage,
    cache: new AdmissionCache(),
    clock: fakeClock(Date.UTC(2026, 0, 1)),
    random: seeded('admission'),
    user: { username: 'alice', groups: ['system:masters'] },
    warnings: [],
  };
  const write = async (key: string, object: KubeObject, deleted: boolean): Promise<void> => {
    const expect = (await storage.get(key))?.revision ?? 0;
    await storage.commit({ writes: [{ key, expect, deleted, value: encodeStored(object) }] });
  };
  return {
    ctx,
    storage,
    other: () => server(storage),
    put: (group, resource, object) =>
      write(
        objectKey(group, resource, object.metadata?.namespace ?? '', object.metadata!.name!),
        object,
        false,
      ),
    remove: (group, resource, namespace, name) =>
      write(objectKey(group, resource, namespace, name), { metadata: { name } }, true),
    async get(group, resource, namespace, name) {
      const row = await storage.get(objectKey(group, resource, namespace, name));
      return row ? JSON.parse(row.value) : undefined;
    },
    create: (group, resource, object, options) =>
      create(ctx, resourceNamed(group, resource), NAMESPACE, deepCopy(object), options),
    async update(group, resource, name, change) {
      const definition = resourceNamed(group, resource);
      return (await guaranteedUpdate(ctx, definition, NAMESPACE, name, change)).object;
    },
  };
}

/** A pod with one container that runs an image. */
export const testPod = (name: string, spec: Record<string, unknown> = {}): KubeObject => ({
  metadata: name.endsWith('-') ? { generateName: name } : { name },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
});

/** The refusal of a promise, as `code message`. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'not refused';
}

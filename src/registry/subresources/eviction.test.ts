import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../apimachinery/clock.ts';
import { seeded } from '../../apimachinery/random.ts';
import { StatusError } from '../../apimachinery/status.ts';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  PodDisruptionBudget,
  PodDisruptionBudgetStatus,
} from '../../apimachinery/types/policy.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { MemoryStorage } from '../../storage/memory.ts';
import { AdmissionCache } from '../cache.ts';
import { Client, type ResourceName } from '../client.ts';
import type { RequestContext } from '../context.ts';
import { evict } from './eviction.ts';

const PODS: ResourceName = ['', 'pods'];
const BUDGETS: ResourceName = ['policy', 'poddisruptionbudgets'];
type PodObject = Pod & KubeObject;
type BudgetObject = PodDisruptionBudget & KubeObject;

async function start() {
  const options = {
    cluster: 'test',
    storage: new MemoryStorage(),
    cache: new AdmissionCache(),
    clock: fakeClock(Date.UTC(2026, 0, 1)),
    random: seeded(1),
    user: { username: 'admin', groups: ['system:masters'] },
    fieldManager: 'test',
  };
  const ctx: RequestContext = { ...options, warnings: [] };
  const client = new Client(options);
  await client.create(['', 'namespaces'], '', { metadata: { name: 'ns' } });
  await client.create(['', 'serviceaccounts'], 'ns', { metadata: { name: 'default' } });
  const makePod = async (name: string, phase = 'Running', ready = true): Promise<void> => {
    await client.create<PodObject>(PODS, 'ns', {
      metadata: { name, labels: { app: 'web' }, finalizers: ['example.com/hold'] },
      spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx' }] },
    });
    await client.updateStatus<PodObject>(PODS, 'ns', name, (pod) => {
      const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
      return { ...pod, status: { ...pod.status, phase, conditions } };
    });
  };
  const makeBudget = async (
    status: Partial<PodDisruptionBudgetStatus>,
    spec: PodDisruptionBudget['spec'] = {},
    name = 'budget',
  ): Promise<void> => {
    await client.create<BudgetObject>(BUDGETS, 'ns', {
      metadata: { name },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } }, ...spec },
    });
    await client.updateStatus<BudgetObject>(BUDGETS, 'ns', name, (budget) => ({
      ...budget,
      status: { ...budget.status!, observedGeneration: 1, ...status },
    }));
  };
  const pod = async (name: string): Promise<Stored<PodObject>> =>
    (await client.get<PodObject>(PODS, 'ns', name))!;
  const budget = async (): Promise<Stored<BudgetObject>> =>
    (await client.get<BudgetObject>(BUDGETS, 'ns', 'budget'))!;
  return { ctx, client, makePod, makeBudget, pod, budget };
}

/** Code, message and causes of a refusal. */
async function refusal(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StatusError)) throw new Error(`no refusal: ${String(error)}`);
  const { code, message, details } = error.status;
  return [code, message, details?.causes?.[0]?.message, details?.retryAfterSeconds];
}
const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";

describe('evict', () => {
  it('deletes a pod without a budget, and tells it why', async () => {
    const { ctx, makePod, pod } = await start();
    await makePod('a');
    await evict(ctx, 'ns', 'a', { name: 'a', options: { gracePeriodSeconds: 7 } });
    const { metadata, status } = await pod('a');
    expect(metadata.deletionGracePeriodSeconds).toBe(7);
    expect(status?.conditions).toContainEqual({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      lastProbeTime: null,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
  });

  it('takes each eviction from the budget until nothing is left', async () => {
    const { ctx, makePod, makeBudget, pod, budget } = await start();
    await Promise.all(['a', 'b', 'c'].map((name) => makePod(name)));
    await makeBudget({ disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 });
    await evict(ctx, 'ns', 'a');
    expect((await budget()).status).toMatchObject({
      disruptionsAllowed: 1,
      disruptedPods: { a: '2026-01-01T00:00:00Z' },
    });
    await evict(ctx, 'ns', 'b');
    const { status } = await budget();
    expect(status?.disruptionsAllowed).toBe(0);
    expect(status?.conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', observedGeneration: 1 },
    ]);
    expect(await refusal(evict(ctx, 'ns', 'c'))).toEqual([
      429,
      VIOLATES,
      'The disruption budget budget needs 1 healthy pods and has 3 currently',
      undefined,
    ]);
    expect((await pod('c')).metadata.deletionTimestamp).toBeUndefined();
  });

  it('never allows more than the budget, however many ask at once', async () => {
    const { ctx, client, makePod, makeBudget } = await start();
    const names = Array.from({ length: 10 }, (_, i) => `p${i}`);
    await Promise.all(names.map((name) => makePod(name)));
    await makeBudget({ disruptionsAllowed: 3, currentHealthy: 10, desiredHealthy: 7, expectedPods: 10 });
    const results = await Promise.allSettled(names.map((name) => evict(ctx, 'ns', name)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const { items } = await client.list(PODS, 'ns');
    expect(items.filter(({ metadata }) => metadata.deletionTimestamp)).toHaveLength(3);
  });

  it('refuses while the budget is behind its spec', async () => {
    const { ctx, makePod, makeBudget } = await start();
    await makePod('a');
    await makeBudget({ disruptionsAllowed: 1, observedGeneration: 0 });
    expect(await refusal(evict(ctx, 'ns', 'a'))).toEqual([
      429,
      VIOLATES,
      'The disruption budget budget is still being processed by the server.',
      10,
    ]);
  });

  it('says that the budget could not be computed', async () => {
    const { ctx, makePod, makeBudget } = await start();
    await makePod('a');
    await makeBudget({
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'False',
          reason: 'SyncFailed',
          message: 'why',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    });
    expect(await refusal(evict(ctx, 'ns', 'a'))).toEqual([
      429,
      VIOLATES,
      'The disruption budget budget does not allow evicting pods currently because it failed sync: why',
      undefined,
    ]);
  });

  it.each(['Pending', 'Succeeded', 'Failed'])('asks no budget about a pod that is %s', async (phase) => {
    const { ctx, makePod, makeBudget, pod } = await start();
    await makePod('a', phase);
    await makeBudget({ disruptionsAllowed: 0 });
    await evict(ctx, 'ns', 'a');
    expect((await pod('a')).metadata.deletionTimestamp).toBeDefined();
  });

  it.each<[string, PodDisruptionBudget['spec'], Partial<PodDisruptionBudgetStatus>, boolean]>([
    ['the others are healthy', {}, { currentHealthy: 2, desiredHealthy: 2 }, true],
    ['the others are not', {}, { currentHealthy: 1, desiredHealthy: 2 }, false],
    ['nothing is desired', {}, { currentHealthy: 0, desiredHealthy: 0 }, false],
    ['always', { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, { currentHealthy: 0, desiredHealthy: 2 }, true],
  ])('an unhealthy pod: %s', async (_, spec, status, allowed) => {
    const { ctx, makePod, makeBudget, budget } = await start();
    await makePod('a', 'Running', false);
    await makeBudget({ disruptionsAllowed: 0, ...status }, spec);
    if (allowed) await evict(ctx, 'ns', 'a');
    else expect(await refusal(evict(ctx, 'ns', 'a'))).toContain(429);
    expect((await budget()).status?.disruptedPods).toBeUndefined();
  });

  it('refuses pods of several budgets, and other names than that of the path', async () => {
    const { ctx, makePod, makeBudget } = await start();
    await makePod('a');
    await makeBudget({ disruptionsAllowed: 1 });
    await makeBudget({ disruptionsAllowed: 1 }, {}, 'second');
    expect(await refusal(evict(ctx, 'ns', 'a'))).toEqual([
      500,
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      undefined,
      undefined,
    ]);
    expect(await refusal(evict(ctx, 'ns', 'a', { name: 'b' }))).toEqual([
      400,
      'name in URL does not match name in Eviction object',
      undefined,
      undefined,
    ]);
  });

  it.each<[string, PodDisruptionBudget['spec'], boolean]>([
    ['an empty selector selects all pods', { selector: {} }, true],
    ['no selector selects none', {}, false],
    ['another selector', { selector: { matchLabels: { app: 'other' } } }, false],
  ])('%s', async (_, spec, guarded) => {
    const { ctx, client, makePod, pod } = await start();
    await makePod('a');
    await client.create<BudgetObject>(BUDGETS, 'ns', { metadata: { name: 'budget' }, spec: spec! });
    if (guarded) expect(await refusal(evict(ctx, 'ns', 'a'))).toContain(429);
    else await evict(ctx, 'ns', 'a');
    expect((await pod('a')).metadata.deletionTimestamp === undefined).toBe(guarded);
  });

  it('changes nothing in a dry run, but refuses as otherwise', async () => {
    const { ctx, client, makePod, makeBudget, pod, budget } = await start();
    await makePod('a');
    await makeBudget({ disruptionsAllowed: 1, currentHealthy: 1 });
    const before = [(await pod('a')).metadata.resourceVersion, (await budget()).metadata.resourceVersion];
    await evict(ctx, 'ns', 'a', { options: { dryRun: true } });
    expect([(await pod('a')).metadata.resourceVersion, (await budget()).metadata.resourceVersion]).toEqual(
      before,
    );
    await client.updateStatus<BudgetObject>(BUDGETS, 'ns', 'budget', (object) => ({
      ...object,
      status: { ...object.status!, disruptionsAllowed: 0 },
    }));
    expect(await refusal(evict(ctx, 'ns', 'a', { options: { dryRun: true } }))).toContain(429);
  });

  it('honours preconditions', async () => {
    const { ctx, makePod, pod } = await start();
    await makePod('a');
    expect(
      await refusal(evict(ctx, 'ns', 'a', { options: { preconditions: { resourceVersion: '1' } } })),
    ).toContain(409);
    expect(await refusal(evict(ctx, 'ns', 'a', { options: { preconditions: { uid: 'other' } } }))).toContain(
      409,
    );
    expect((await pod('a')).status?.conditions).toHaveLength(1);
    const { resourceVersion, uid } = (await pod('a')).metadata;
    await evict(ctx, 'ns', 'a', {
      options: { preconditions: { resourceVersion: resourceVersion!, uid: uid! } },
    });
    expect((await pod('a')).metadata.deletionTimestamp).toBeDefined();
    expect(await refusal(evict(ctx, 'ns', 'none'))).toContain(404);
  });
});

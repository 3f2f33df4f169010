/** Upstream test/e2e/apps/job.go: Jobs whose pods end at once. */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, ok, until } from './suite.ts';

const JOBS = 'batch/v1/jobs';

/** Makes a Job whose pods do nothing but end with this code. */
async function make(
  { client, at }: E2E,
  name: string,
  exitCode: number,
  spec: object,
  labels: Record<string, string> = {},
): Promise<string> {
  const container = {
    name: 'c',
    image: 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1',
    command: ['/bin/sh', '-c', `exit ${exitCode}`],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const template = {
    spec: { restartPolicy: 'Never', volumes: [{ name: 'data', emptyDir: {} }], containers: [container] },
  };
  await ok(client.post(at(JOBS), { metadata: { name, labels }, spec: { template, ...spec } }), 201);
  return `${at(JOBS)}/${name}`;
}

/** Waits until a Job has a condition, perhaps for this reason. */
const condition = (e2e: E2E, own: string, wanted: string, why?: string): Promise<any> =>
  becomes(e2e, own, wanted, ({ status }) =>
    status.conditions?.some(
      ({ type, status: is, reason }: any) =>
        type === wanted && is === 'True' && (why === undefined || reason === why),
    ),
  );

conformance(
  'C1',
  '[sig-apps] Job should create pods for an Indexed job with completion indexes and specified hostname [Conformance]',
  async (e2e) => {
    const { client, at } = e2e;
    const spec = { parallelism: 2, completions: 4, completionMode: 'Indexed' };
    const own = await make(e2e, 'indexed-job', 0, spec);
    const { status } = await condition(e2e, own, 'Complete', 'CompletionsReached');
    expect(status.succeeded).toBe(4);
    const { items } = await ok(client.get(`${at('v1/pods')}?labelSelector=job-name%3Dindexed-job`));
    const succeeded = items.filter(({ status }: any) => status.phase === 'Succeeded');
    const indexes: string[] = succeeded.map(
      ({ metadata }: any) => metadata.annotations['batch.kubernetes.io/job-completion-index'],
    );
    expect([...indexes].sort()).toEqual(['0', '1', '2', '3']);
    expect(succeeded.map(({ spec }: any) => spec.hostname)).toEqual(
      indexes.map((index) => `indexed-job-${index}`),
    );
  },
);

conformance(
  'C1',
  '[sig-apps] Job with successPolicy should succeeded when all indexes succeeded [Conformance]',
  async (e2e) => {
    const own = await make(e2e, 'with-success-policy', 0, {
      parallelism: 2,
      completions: 2,
      completionMode: 'Indexed',
      successPolicy: { rules: [{ succeededCount: 2 }] },
    });
    await condition(e2e, own, 'SuccessCriteriaMet', 'SuccessPolicy');
    const { status } = await condition(e2e, own, 'Complete', 'SuccessPolicy');
    expect(status).toMatchObject({ succeeded: 2, ready: 0, terminating: 0 });
    expect([status.active ?? 0, status.failed ?? 0]).toEqual([0, 0]);
  },
);

conformance(
  'C1',
  '[sig-apps] Job should terminate job execution when the number of failed indexes exceeds maxFailedIndexes [Conformance]',
  async (e2e) => {
    const own = await make(e2e, 'with-max-failed-indexes', 1, {
      parallelism: 1,
      completions: 4,
      completionMode: 'Indexed',
      backoffLimitPerIndex: 0,
      maxFailedIndexes: 0,
    });
    const { status } = await condition(e2e, own, 'Failed');
    expect(status).toMatchObject({ failedIndexes: '0', failed: 1 });
  },
);

conformance('C1', '[sig-apps] Job should manage the lifecycle of a job [Conformance]', async (e2e) => {
  const { client, at, all, unique } = e2e;
  const selector = `labelSelector=e2e-job-label%3D${unique}`;
  const watch = await client.watch(`${at(JOBS)}?watch=true&timeoutSeconds=60&${selector}`);
  const spec = { parallelism: 2, completions: 4, suspend: true };
  const own = await make(e2e, 'lifecycle', 0, spec, { 'e2e-job-label': unique });
  await ok(client.patch(own, 'strategic', { metadata: { labels: { [unique]: 'patched' } } }));
  await until(watch, 'the patch', ({ type, object }) => {
    return type === 'MODIFIED' && object.metadata.labels[unique] === 'patched';
  });
  await eventually('an update', async () => {
    const current = await ok(client.get(own));
    current.spec.suspend = false;
    current.metadata.annotations = { ...current.metadata.annotations, updated: 'true' };
    const answer = await client.put(own, current);
    return answer.status === 409 ? undefined : ok(answer);
  });
  await until(watch, 'the update', ({ type, object }) => {
    return type === 'MODIFIED' && object.metadata.annotations?.updated === 'true';
  });
  const { items } = await ok(client.get(`${all(JOBS)}?${selector}`));
  expect(items.map(({ metadata }: any) => metadata.name)).toEqual(['lifecycle']);
  const { status } = await condition(e2e, own, 'Complete', 'CompletionsReached');
  expect(status.succeeded).toBe(4);
  await ok(client.delete(`${at(JOBS)}?propagationPolicy=Background&${selector}`));
  await until(watch, 'the end', ({ type }) => type === 'DELETED');
  watch.close();
  expect((await ok(client.get(`${all(JOBS)}?${selector}`))).items).toEqual([]);
});

/** Upstream test/e2e/common/node/init_container.go. */
import { expect } from 'vitest';
import { conformance, type E2E, ok } from './suite.ts';

const BUSYBOX = 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1';
const runs = (name: string, program: 'true' | 'false') => ({
  name,
  image: BUSYBOX,
  command: [`/bin/${program}`],
});
const PAUSE = { name: 'run1', image: 'registry.k8s.io/pause:3.10', resources: { limits: { cpu: '100m' } } };

const initialized = ({ status }: any): any =>
  status.conditions?.find(({ type }: any) => type === 'Initialized');
const waits = ({ state }: any): boolean => state.waiting?.reason === 'PodInitializing';

/** What holds of every version of a pod: one init container after the other, and then the others. */
function checkOrder(pod: any): void {
  let goOn = true;
  for (const one of pod.status.initContainerStatuses ?? []) {
    if (!goOn) expect(waits(one), JSON.stringify(one)).toBe(true);
    goOn &&= one.state.terminated?.exitCode === 0;
    if (goOn) expect(one.ready).toBe(true);
  }
  if (!pod.status.containerStatuses) return;
  for (const one of goOn ? [] : pod.status.containerStatuses) {
    expect(waits(one), JSON.stringify(one)).toBe(true);
    expect(one.restartCount).toBe(0);
  }
  expect(initialized(pod)).toMatchObject({ status: goOn ? 'True' : 'False' });
}

/** Makes a pod and looks at all its versions until one is as it is wanted, which is answered. */
async function follow(e2e: E2E, spec: object, wanted: (pod: any) => unknown): Promise<any> {
  const { client, at } = e2e;
  const pods = at('v1/pods');
  const pod = { metadata: { name: 'pod-init', labels: { name: 'foo' } }, spec };
  const watch = await client.watch(
    `${pods}?watch=true&timeoutSeconds=80&fieldSelector=metadata.name%3Dpod-init`,
  );
  await ok(client.post(pods, pod), 201);
  let wasInitialized = false;
  try {
    for await (const { object } of watch) {
      checkOrder(object);
      const is = initialized(object)?.status === 'True';
      expect(wasInitialized && !is, 'a pod that is initialized stays so').toBe(false);
      wasInitialized = is;
      if (wanted(object)) return object;
    }
  } finally {
    watch.close();
  }
  throw new Error('the watch ended before the pod was as it is wanted');
}

/** Both init containers have done their part. */
function expectInitialized(pod: any): void {
  expect(initialized(pod).status).toBe('True');
  const statuses = pod.status.initContainerStatuses;
  expect(statuses.map(({ ready, state }: any) => [ready, state.terminated?.exitCode])).toEqual([
    [true, 0],
    [true, 0],
  ]);
}

const NAME = '[sig-node] InitContainer should';
const TAGS = '[Conformance] [NodeConformance]';

conformance('C1', `${NAME} invoke init containers on a RestartNever pod ${TAGS}`, async (e2e) => {
  const spec = {
    restartPolicy: 'Never',
    initContainers: [runs('init1', 'true'), runs('init2', 'true')],
    containers: [runs('run1', 'true')],
  };
  const pod = await follow(e2e, spec, ({ status }) => ['Succeeded', 'Failed'].includes(status.phase));
  expect(pod.status.phase).toBe('Succeeded');
  expectInitialized(pod);
});

conformance('C1', `${NAME} invoke init containers on a RestartAlways pod ${TAGS}`, async (e2e) => {
  const spec = { initContainers: [runs('init1', 'true'), runs('init2', 'true')], containers: [PAUSE] };
  expectInitialized(await follow(e2e, spec, ({ status }) => status.phase === 'Running'));
});

conformance(
  'C1',
  `${NAME} not start app containers if init containers fail on a RestartAlways pod ${TAGS}`,
  async (e2e) => {
    const spec = { initContainers: [runs('init1', 'false'), runs('init2', 'true')], containers: [PAUSE] };
    const pod = await follow(e2e, spec, ({ status }) => {
      const [first] = status.initContainerStatuses ?? [];
      expect(first?.state.terminated?.exitCode).not.toBe(0);
      return first?.lastState.terminated && first.restartCount >= 2;
    });
    expect(pod.status.phase).toBe('Pending');
    expect(initialized(pod)).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [init1 init2]',
    });
    expect(pod.status.initContainerStatuses).toHaveLength(2);
  },
);

conformance(
  'C1',
  `${NAME} not start app containers and fail the pod if init containers fail on a RestartNever pod ${TAGS}`,
  async (e2e) => {
    const spec = {
      restartPolicy: 'Never',
      initContainers: [runs('init1', 'true'), runs('init2', 'false')],
      containers: [{ ...PAUSE, ...runs('run1', 'true') }],
    };
    const pod = await follow(e2e, spec, ({ status }) => ['Succeeded', 'Failed'].includes(status.phase));
    expect(pod.status.phase).toBe('Failed');
    expect(initialized(pod)).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [init2]',
    });
    const statuses = pod.status.initContainerStatuses;
    expect(statuses.map(({ state }: any) => state.terminated.exitCode)).toEqual([0, 1]);
    expect(pod.status.containerStatuses.every(waits)).toBe(true);
  },
);

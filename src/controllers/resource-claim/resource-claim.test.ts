import { expect, it } from 'vitest';
import type { Pod } from '../../apimachinery/types/core.v1.gen.ts';
import type { ResourceClaim, ResourceClaimStatus } from '../../apimachinery/types/resource.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { PODS } from '../pod-control.ts';
import { startCluster, type TestCluster } from '../testing.ts';
import { CLAIMS, TEMPLATES } from './pod-claims.ts';
import { resourceClaimController } from './resource-claim.ts';

const spec = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu' } }] } };
const allocation = {
  devices: { results: [{ request: 'r', driver: 'd.com', pool: 'p', device: 'a' }] },
};
type Claim = ResourceClaim & KubeObject;

const start = (): Promise<TestCluster> => startCluster({ controllers: [resourceClaimController] });

async function createPod(cluster: TestCluster, name: string, claims: object[]): Promise<Stored> {
  const pod = await cluster.client.create<KubeObject>(PODS, 'default', {
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'x' }], resourceClaims: claims },
  });
  await cluster.settle();
  return pod;
}
const createTemplate = (cluster: TestCluster) =>
  cluster.client.create<KubeObject>(TEMPLATES, 'default', {
    metadata: { name: 'gpu' },
    spec: { metadata: { labels: { a: 'b' } }, spec },
  });
/** As the scheduler would. */
async function allocate(cluster: TestCluster, name: string, ...pods: Stored[]): Promise<void> {
  await cluster.client.update<Claim>(CLAIMS, 'default', name, (claim) => {
    claim.metadata.finalizers = ['resource.kubernetes.io/delete-protection'];
    return claim;
  });
  const reservedFor = pods.map(({ metadata }) => ({
    resource: 'pods',
    name: metadata.name!,
    uid: metadata.uid!,
  }));
  const status: ResourceClaimStatus = { allocation, ...(pods.length ? { reservedFor } : {}) };
  await cluster.client.updateStatus<Claim>(CLAIMS, 'default', name, (claim) => ({ ...claim, status }));
  await cluster.settle();
}

it('makes a claim of a template, for the pod alone', async () => {
  const cluster = await start();
  await createTemplate(cluster);
  const pod = await createPod(cluster, 'p', [{ name: 'mine', resourceClaimTemplateName: 'gpu' }]);
  const [claim, ...others] = await cluster.list<Claim>(CLAIMS);
  expect(others).toEqual([]);
  expect(claim!.metadata).toMatchObject({
    name: expect.stringMatching(/^p-mine-.{5}$/),
    labels: { a: 'b' },
    annotations: { 'resource.kubernetes.io/pod-claim-name': 'mine' },
  });
  expect(claim!.metadata.ownerReferences).toEqual([
    { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: pod.metadata.uid, controller: true },
  ]);
  expect(claim!.spec.devices?.requests?.[0]?.exactly?.deviceClassName).toBe('gpu');
  const { status } = await cluster.get<Pod & KubeObject>(PODS, 'p');
  expect(status?.resourceClaimStatuses).toEqual([{ name: 'mine', resourceClaimName: claim!.metadata.name }]);
  expect(cluster.errors).toEqual([]);
});

it('makes another when somebody deletes it', async () => {
  const cluster = await start();
  await createTemplate(cluster);
  await createPod(cluster, 'p', [{ name: 'mine', resourceClaimTemplateName: 'gpu' }]);
  const [first] = await cluster.list<Claim>(CLAIMS);
  await cluster.client.delete(CLAIMS, 'default', first!.metadata.name!);
  await cluster.settle();
  const [second] = await cluster.list<Claim>(CLAIMS);
  expect(second!.metadata.uid).not.toBe(first!.metadata.uid);
  const { status } = await cluster.get<Pod & KubeObject>(PODS, 'p');
  expect(status?.resourceClaimStatuses).toEqual([{ name: 'mine', resourceClaimName: second!.metadata.name }]);
});

it('says that there is no template, and goes on when it comes', async () => {
  const cluster = await start();
  await createPod(cluster, 'p', [{ name: 'mine', resourceClaimTemplateName: 'gpu' }]);
  expect(await cluster.eventsOf('Pod')).toEqual([
    'FailedResourceClaimCreation: PodResourceClaim mine: resource claim template "gpu": resourceclaimtemplate.resource.k8s.io "gpu" not found',
  ]);
  await createTemplate(cluster);
  await cluster.settle();
  expect(await cluster.list(CLAIMS)).toHaveLength(1);
});

it('cuts names that are too long', async () => {
  const cluster = await start();
  await createTemplate(cluster);
  await createPod(cluster, 'p'.repeat(60), [{ name: 'mine', resourceClaimTemplateName: 'gpu' }]);
  const [claim] = await cluster.list(CLAIMS);
  expect(claim!.metadata.name).toMatch(/^p{51}-min.{5}$/);
});

it('lets go of a claim when its last pod is done', async () => {
  const cluster = await start();
  await cluster.client.create<KubeObject>(CLAIMS, 'default', { metadata: { name: 'c' }, spec });
  const reference = [{ name: 'c', resourceClaimName: 'c' }];
  const pods = [await createPod(cluster, 'a', reference), await createPod(cluster, 'b', reference)];
  await allocate(cluster, 'c', ...pods);
  await cluster.setPod('a', 'Succeeded');
  await cluster.settle();
  const half = await cluster.get<Claim>(CLAIMS, 'c');
  expect(half.status?.reservedFor?.map(({ name }) => name)).toEqual(['b']);
  expect(half.status?.allocation).toBeDefined();
  await cluster.client.delete(PODS, 'default', 'b');
  await cluster.settle();
  const free = await cluster.get<Claim>(CLAIMS, 'c');
  expect(free.status ?? {}).toEqual({});
  expect(free.metadata.finalizers ?? []).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

it('lets a claim go that nobody uses', async () => {
  const cluster = await start();
  await cluster.client.create<KubeObject>(CLAIMS, 'default', { metadata: { name: 'c' }, spec });
  await allocate(cluster, 'c');
  await cluster.client.delete(CLAIMS, 'default', 'c');
  await cluster.settle();
  expect(await cluster.list(CLAIMS)).toEqual([]);
});

it('deletes the claim that was made for a pod that is done', async () => {
  const cluster = await start();
  await createTemplate(cluster);
  const pod = await createPod(cluster, 'p', [{ name: 'mine', resourceClaimTemplateName: 'gpu' }]);
  const [claim] = await cluster.list(CLAIMS);
  await allocate(cluster, claim!.metadata.name!, pod);
  await cluster.setPod('p', 'Failed');
  await cluster.settle();
  expect(await cluster.list(CLAIMS)).toEqual([]);
});

it('reserves the claims of a pod that was bound past the scheduler', async () => {
  const cluster = await start();
  await cluster.client.create<KubeObject>(CLAIMS, 'default', { metadata: { name: 'c' }, spec });
  await allocate(cluster, 'c');
  await cluster.client.create<KubeObject>(PODS, 'default', {
    metadata: { name: 'p' },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'c', image: 'x' }],
      resourceClaims: [{ name: 'c', resourceClaimName: 'c' }],
    },
  });
  await cluster.settle();
  const { status } = await cluster.get<Claim>(CLAIMS, 'c');
  expect(status?.reservedFor?.map(({ name }) => name)).toEqual(['p']);
});

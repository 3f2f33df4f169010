import { expect, it } from 'vitest';
import type { APIService } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import { crontabs, SCHEMA } from '../../apis/custom/testing.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { startCluster } from '../testing.ts';
import { customResourceDefinitionController } from './custom-resource-definition.ts';
import { crdRegistrationController } from './registration.ts';

const CRDS: ResourceName = ['apiextensions.k8s.io', 'customresourcedefinitions'];
const API_SERVICES: ResourceName = ['apiregistration.k8s.io', 'apiservices'];
const NAME = 'v1.stable.example.com';
const schema = { openAPIV3Schema: SCHEMA };

it('registers what definitions serve, and takes it back when none does', async () => {
  const cluster = await startCluster({
    controllers: [customResourceDefinitionController, crdRegistrationController],
  });
  const service = () => cluster.client.get<APIService & KubeObject>(API_SERVICES, '', NAME);
  await cluster.client.create<KubeObject>(CRDS, '', crontabs() as KubeObject);
  await cluster.settle();
  expect(await service()).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
    spec: { group: 'stable.example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 100 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
  });
  // What is changed or deleted by hand comes back.
  await cluster.client.delete(API_SERVICES, '', NAME);
  await cluster.settle();
  expect(await service()).toBeDefined();
  await cluster.client.update<KubeObject>(CRDS, '', 'crontabs.stable.example.com', (crd) => ({
    ...crd,
    spec: {
      ...crd.spec,
      versions: [
        { name: 'v1', served: false, storage: false, schema },
        { name: 'v2', served: true, storage: true, schema },
      ],
    },
  }));
  await cluster.settle();
  expect(await service()).toBeUndefined();
  expect(await cluster.client.get(API_SERVICES, '', 'v2.stable.example.com')).toBeDefined();
  expect(cluster.errors).toEqual([]);
});

it('leaves alone what somebody else registered', async () => {
  const cluster = await startCluster({
    controllers: [customResourceDefinitionController, crdRegistrationController],
  });
  await cluster.client.create<KubeObject>(API_SERVICES, '', {
    metadata: { name: NAME },
    spec: { group: 'stable.example.com', version: 'v1', groupPriorityMinimum: 5, versionPriority: 5 },
  });
  await cluster.client.create<KubeObject>(CRDS, '', crontabs() as KubeObject);
  await cluster.settle();
  expect(await cluster.client.get(API_SERVICES, '', NAME)).toMatchObject({ spec: { versionPriority: 5 } });
});

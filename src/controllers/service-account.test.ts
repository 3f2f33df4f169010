import { expect, it } from 'vitest';
import type { ResourceName } from '../registry/client.ts';
import { namespaceController } from './namespace/namespace.ts';
import { serviceAccountController } from './service-account.ts';
import { startCluster } from './testing.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const SERVICE_ACCOUNTS: ResourceName = ['', 'serviceaccounts'];

it('gives each namespace its default service account, again when it is deleted', async () => {
  const cluster = await startCluster({ controllers: [serviceAccountController] });
  await cluster.client.create(NAMESPACES, '', { metadata: { name: 'shop' } });
  await cluster.settle();
  const first = await cluster.get(SERVICE_ACCOUNTS, 'default', 'shop');
  await cluster.client.delete(SERVICE_ACCOUNTS, 'shop', 'default');
  await cluster.settle();
  expect((await cluster.get(SERVICE_ACCOUNTS, 'default', 'shop')).metadata.uid).not.toBe(first.metadata.uid);
});

it('does not hold up the deletion of a namespace', async () => {
  const cluster = await startCluster({ controllers: [serviceAccountController, namespaceController] });
  await cluster.client.create(NAMESPACES, '', { metadata: { name: 'shop' } });
  await cluster.settle();
  await cluster.client.delete(NAMESPACES, '', 'shop');
  await cluster.settle();
  expect(await cluster.client.get(NAMESPACES, '', 'shop')).toBeUndefined();
  expect(await cluster.list(SERVICE_ACCOUNTS, 'shop')).toEqual([]);
  expect(cluster.errors).toEqual([]);
});

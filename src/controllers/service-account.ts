/**
 * Every namespace has a service account named `default`.
 * Source: kubernetes pkg/controller/serviceaccount/serviceaccounts_controller.go.
 */
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isAlreadyExists, isNamespaceTerminating, isNotFound } from './errors.ts';
import type { Controller } from './framework.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const SERVICE_ACCOUNTS: ResourceName = ['', 'serviceaccounts'];
const NAME = 'default';

/** Keys are names of namespaces. */
export const serviceAccountController: Controller = {
  name: 'service-account-controller',
  watches: [
    {
      resource: NAMESPACES,
      keys: ({ object }) => (object && !object.metadata.deletionTimestamp ? [object.metadata.name!] : []),
    },
    {
      resource: SERVICE_ACCOUNTS,
      keys: ({ object, old }) => (!object && old?.metadata.name === NAME ? [old.metadata.namespace!] : []),
    },
  ],
  async reconcile(namespace, { client, lister }) {
    const found = lister(NAMESPACES).get('', namespace);
    if (!found || found.metadata.deletionTimestamp) return;
    if (lister(SERVICE_ACCOUNTS).get(namespace, NAME)) return;
    await ignoring(
      client.create(SERVICE_ACCOUNTS, namespace, { metadata: { name: NAME } }),
      isAlreadyExists,
      isNamespaceTerminating,
      isNotFound,
    );
  },
};

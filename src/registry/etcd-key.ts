/** Keys as upstream's storage has them: some refusals show them to clients, who look for them. */
import type { ResourceDefinition } from '../apis/definition.ts';

/** Resources that are not kept under their own name. Source: kubernetes pkg/kubeapiserver/default_storage_factory_builder.go. */
const PREFIXES: Readonly<Record<string, string>> = {
  '/replicationcontrollers': 'controllers',
  '/endpoints': 'services/endpoints',
  '/nodes': 'minions',
  '/services': 'services/specs',
  'networking.k8s.io/ingresses': 'ingress',
  'apiextensions.k8s.io/customresourcedefinitions': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices': 'apiregistration.k8s.io/apiservices',
};

/** `/registry/pods/ns/name` */
export function etcdKey(definition: ResourceDefinition, namespace: string, name: string): string {
  const { group, resource, namespaced, custom } = definition;
  const prefix = custom ? `${group}/${resource}` : (PREFIXES[`${group}/${resource}`] ?? resource);
  return `/registry/${prefix}/${namespaced ? `${namespace}/` : ''}${name}`;
}

/** What storage says of an update that is meant for an object of another uid; '' when there is none. */
export const otherUid = (key: string, wanted: string, present: string): string =>
  `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${present}`;

/**
 * Every namespace has a copy of the certificate of the authority that signed the API server's.
 * Source: kubernetes pkg/controller/certificates/rootcacertpublisher/publisher.go.
 *
 * Upstream reads the certificate from a file. Here the copy in kube-system, which is there from a cluster's first
 * moment, is the original; when somebody deletes it, it is restored from another namespace's.
 */
import type { ConfigMap } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isAlreadyExists, isNamespaceTerminating, isNotFound } from './errors.ts';
import type { Controller, ControllerContext } from './framework.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
export const ROOT_CA_NAME = 'kube-root-ca.crt';
const ORIGINAL = 'kube-system';
const FIELD = 'ca.crt';
const ANNOTATIONS = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

type ConfigMapObject = ConfigMap & KubeObject;

/** The certificate: the original's, or that of the first namespace that has one. */
export function rootCertificate({ lister }: ControllerContext): string | undefined {
  const maps = lister<ConfigMapObject>(CONFIG_MAPS);
  const original = maps.get(ORIGINAL, ROOT_CA_NAME)?.data?.[FIELD];
  if (original) return original;
  for (const { metadata } of lister(NAMESPACES).list('')) {
    const copy = maps.get(metadata.name!, ROOT_CA_NAME)?.data?.[FIELD];
    if (copy) return copy;
  }
  return undefined;
}

/** Keys are names of namespaces. */
export const rootCACertPublisher: Controller = {
  name: 'root-ca-cert-publisher',
  watches: [
    {
      resource: NAMESPACES,
      keys: ({ object, old }) =>
        object && !object.metadata.deletionTimestamp && !old ? [object.metadata.name!] : [],
    },
    {
      resource: CONFIG_MAPS,
      whole: ({ metadata }) => metadata.name === ROOT_CA_NAME,
      *keys({ object, old }, { lister }) {
        const { name, namespace } = (object ?? old)!.metadata;
        if (name !== ROOT_CA_NAME) return;
        if (namespace !== ORIGINAL) yield namespace!;
        // A new original goes everywhere.
        else for (const { metadata } of lister(NAMESPACES).list('')) yield metadata.name!;
      },
    },
  ],
  async reconcile(namespace, ctx) {
    const { client, lister } = ctx;
    const found = lister(NAMESPACES).get('', namespace);
    if (!found || found.metadata.deletionTimestamp) return;
    const ca = rootCertificate(ctx);
    if (!ca) return;
    const map = lister<ConfigMapObject>(CONFIG_MAPS).get(namespace, ROOT_CA_NAME);
    const data = { [FIELD]: ca };
    if (!map) {
      await ignoring(
        client.create(CONFIG_MAPS, namespace, {
          metadata: { name: ROOT_CA_NAME, annotations: { ...ANNOTATIONS } },
          data,
        }),
        isAlreadyExists,
        isNamespaceTerminating,
        isNotFound,
      );
      return;
    }
    const entries = Object.entries(map.data ?? {});
    if (entries.length === 1 && map.data?.[FIELD] === ca && !map.binaryData) return;
    await ignoring(
      client.update<ConfigMapObject>(
        CONFIG_MAPS,
        namespace,
        ROOT_CA_NAME,
        (object) => {
          const { binaryData: _, ...rest } = object;
          return {
            ...rest,
            metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...ANNOTATIONS } },
            data,
          };
        },
        map,
      ),
      isNotFound,
    );
  },
};

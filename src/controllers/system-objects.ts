/**
 * Objects that the API server itself keeps in every cluster: it makes them when a cluster begins, and again when somebody
 * has deleted them.
 * Source: kubernetes pkg/controlplane/controller (systemnamespaces, kubernetesservice, defaultservicecidr,
 * clusterauthenticationtrust), pkg/controlplane/reconcilers. There they are looked for every ten seconds or every minute.
 */
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { SERVICE_CIDR } from '../registry/services/allocate.ts';
import { ignoring, isAlreadyExists } from './errors.ts';
import type { Change, Controller, ControllerContext, Watch } from './framework.ts';
import { ROOT_CA_NAME, rootCertificate } from './root-ca-publisher.ts';

export interface SystemObject {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly object: KubeObject;
}

const NAMESPACES: ResourceName = ['', 'namespaces'];
const CONFIG_MAPS: ResourceName = ['', 'configmaps'];
const FIRST = 'default';
export const SYSTEM_NAMESPACES: readonly string[] = [FIRST, 'kube-system', 'kube-public', 'kube-node-lease'];
/** Where the API server itself is said to be reachable inside the cluster. */
const API_SERVER_IP = '172.18.0.2';

const inDefault = (resource: ResourceName, object: KubeObject): SystemObject => ({
  resource,
  namespace: FIRST,
  object,
});

/** Namespaces first. */
export const systemObjects = (caCertificate: string): readonly SystemObject[] => [
  ...SYSTEM_NAMESPACES.map((name) => ({
    resource: NAMESPACES,
    namespace: '',
    object: { metadata: { name } },
  })),
  {
    resource: CONFIG_MAPS,
    namespace: 'kube-system',
    object: {
      metadata: { name: 'extension-apiserver-authentication' },
      data: {
        'client-ca-file': caCertificate,
        'requestheader-allowed-names': '["front-proxy-client"]',
        'requestheader-client-ca-file': caCertificate,
        'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
        'requestheader-group-headers': '["X-Remote-Group"]',
        'requestheader-uid-headers': '["X-Remote-Uid"]',
        'requestheader-username-headers': '["X-Remote-User"]',
      },
    },
  },
  {
    resource: ['networking.k8s.io', 'servicecidrs'],
    namespace: '',
    object: { metadata: { name: 'kubernetes' }, spec: { cidrs: [SERVICE_CIDR] } },
  },
  inDefault(['', 'services'], {
    metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  }),
  inDefault(['', 'endpoints'], {
    metadata: { name: 'kubernetes', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [
      { addresses: [{ ip: API_SERVER_IP }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
    ],
  }),
  inDefault(['discovery.k8s.io', 'endpointslices'], {
    metadata: { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [API_SERVER_IP], conditions: { ready: true } }],
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
  }),
];

const keyOf = (resource: ResourceName, { metadata }: Stored | KubeObject, namespace: string): string =>
  `${resource.join('/')}/${namespace}/${metadata?.name}`;

/** The authority's certificate is in it. */
const AUTHENTICATION = '/configmaps/kube-system/extension-apiserver-authentication';
const ALL: ReadonlyMap<string, ResourceName> = new Map(
  systemObjects('').map(({ resource, namespace, object }) => [keyOf(resource, object, namespace), resource]),
);

const isRootCertificate = ({ metadata }: Stored): boolean =>
  metadata.name === ROOT_CA_NAME && metadata.namespace === 'kube-system';

const watchOf = (resource: ResourceName): Watch => ({
  resource,
  whole: isRootCertificate,
  *keys({ object, old }: Change) {
    const { metadata } = (object ?? old)!;
    // A manager that begins sees what is there, not what is not: the first namespace stands for everything.
    if (object) {
      if (old) return;
      if (resource === NAMESPACES && metadata.name === FIRST) yield* ALL.keys();
      if (isRootCertificate(object)) yield AUTHENTICATION;
      return;
    }
    const key = keyOf(resource, old!, metadata.namespace ?? '');
    if (ALL.has(key)) yield key;
  },
});

async function reconcile(key: string, ctx: ControllerContext): Promise<void> {
  const certificate = rootCertificate(ctx);
  const wanted = systemObjects(certificate ?? '').find(
    ({ resource, namespace, object }) => keyOf(resource, object, namespace) === key,
  );
  // The certificate comes back by itself, and this key with it.
  if (!wanted || (key === AUTHENTICATION && certificate === undefined)) return;
  const { resource, namespace, object } = wanted;
  if (ctx.lister(resource).get(namespace, object.metadata!.name!)) return;
  await ignoring(ctx.client.create(resource, namespace, object), isAlreadyExists);
}

/** Keys are `group/resource/namespace/name`. */
export const systemObjectsController: Controller = {
  name: 'system-objects-controller',
  actsAs: { username: 'system:apiserver', fieldManager: 'kube-apiserver' },
  watches: [...new Map([...ALL.values()].map((one) => [one.join('/'), one])).values()].map(watchOf),
  reconcile,
};

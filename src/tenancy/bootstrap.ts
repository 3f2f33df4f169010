/**
 * What every cluster has from its first moment. Called again it adds what is missing.
 * Source: kubernetes pkg/controlplane (system namespaces, kubernetes service, default ServiceCIDR), pkg/registry/scheduling/rest.
 */
import { StatusError } from '../apimachinery/status.ts';
import type { KubeObject } from '../apis/object.ts';
import type { Client, ResourceName } from '../registry/client.ts';
import { SERVICE_CIDR } from '../registry/services/allocate.ts';
import type { Storage } from '../storage/types.ts';
import { bootstrapPolicy } from './bootstrap/policy.ts';

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** Where the API server itself is said to be reachable inside the cluster. */
const API_SERVER_IP = '172.18.0.2';

interface Item {
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly object: KubeObject;
}

function items(caCertificate: string): Item[] {
  const made: Item[] = [];
  for (const namespace of NAMESPACES) {
    made.push(
      { resource: ['', 'serviceaccounts'], namespace, object: { metadata: { name: 'default' } } },
      {
        resource: ['', 'configmaps'],
        namespace,
        object: {
          metadata: {
            name: 'kube-root-ca.crt',
            annotations: {
              'kubernetes.io/description': 'The authority that signed the certificate of the API server.',
            },
          },
          data: { 'ca.crt': caCertificate },
        },
      },
    );
  }
  made.push(
    {
      resource: ['', 'configmaps'],
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
    {
      resource: ['', 'services'],
      namespace: 'default',
      object: {
        metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
        spec: {
          type: 'ClusterIP',
          clusterIP: '10.96.0.1',
          ipFamilyPolicy: 'SingleStack',
          ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
        },
      },
    },
    {
      resource: ['', 'endpoints'],
      namespace: 'default',
      object: {
        metadata: { name: 'kubernetes', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
        subsets: [
          { addresses: [{ ip: API_SERVER_IP }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
        ],
      },
    },
    {
      resource: ['discovery.k8s.io', 'endpointslices'],
      namespace: 'default',
      object: {
        metadata: { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
        addressType: 'IPv4',
        endpoints: [{ addresses: [API_SERVER_IP], conditions: { ready: true } }],
        ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
      },
    },
    ...(
      [
        [
          'system-cluster-critical',
          2_000_000_000,
          'For pods without which the cluster does not work, on whichever node.',
        ],
        ['system-node-critical', 2_000_001_000, 'For pods without which their node does not work.'],
      ] as const
    ).map(([name, value, description]) => ({
      resource: ['scheduling.k8s.io', 'priorityclasses'] as const,
      namespace: '',
      object: { metadata: { name }, value, description },
    })),
  );
  return made;
}

export async function bootstrap(
  client: Client,
  storage: Storage,
  cluster: string,
  caCertificate: string,
): Promise<void> {
  // Namespaces first: the rest lives in them, and is refused before. The policy asks nobody.
  await Promise.all([
    bootstrapPolicy(storage, cluster, client.clock.now(), client.random),
    ...NAMESPACES.map((name) =>
      ensure(client, { resource: ['', 'namespaces'], namespace: '', object: { metadata: { name } } }),
    ),
  ]);
  await Promise.all(items(caCertificate).map((item) => ensure(client, item)));
}

async function ensure(client: Client, { resource, namespace, object }: Item): Promise<void> {
  try {
    await client.create(resource, namespace, object);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 409) throw error;
  }
}

/**
 * What every cluster has from its first moment. Called again it adds what is missing.
 * Source: kubernetes pkg/controlplane, pkg/registry/scheduling/rest.
 */
import { StatusError } from '../apimachinery/status.ts';
import { SYSTEM_NAMESPACES, type SystemObject, systemObjects } from '../controllers/system-objects.ts';
import type { Client } from '../registry/client.ts';
import type { Storage } from '../storage/types.ts';
import { bootstrapPolicy } from './bootstrap/policy.ts';

/** Besides what the API server makes again whenever it is deleted. */
function items(caCertificate: string): SystemObject[] {
  const made: SystemObject[] = [];
  for (const namespace of SYSTEM_NAMESPACES) {
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
  const kept = systemObjects(caCertificate);
  const isNamespace = ({ resource: [, name] }: SystemObject): boolean => name === 'namespaces';
  // Namespaces first: the rest lives in them, and is refused before. The policy asks nobody.
  await Promise.all([
    bootstrapPolicy(storage, cluster, client.clock.now(), client.random),
    ...kept.filter(isNamespace).map((one) => ensure(client, one)),
  ]);
  const rest = [...kept.filter((one) => !isNamespace(one)), ...items(caCertificate)];
  await Promise.all(rest.map((one) => ensure(client, one)));
}

async function ensure(client: Client, { resource, namespace, object }: SystemObject): Promise<void> {
  try {
    await client.create(resource, namespace, object);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 409) throw error;
  }
}

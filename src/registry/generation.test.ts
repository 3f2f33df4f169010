import { describe, expect, it } from 'vitest';
import type { ResourceDefinition, StrategyContext } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import { RESOURCES } from '../apis/resources.ts';
import { testCluster } from './admission/testing.ts';
import { desiredChanged, startsGeneration } from './generation.ts';

/** Kinds whose objects begin with generation 1, as the strategies under kubernetes pkg/registry set it. */
const WITH_GENERATION = [
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'batch/cronjobs',
  'batch/jobs',
  'core/pods',
  'core/podtemplates',
  'core/replicationcontrollers',
  'discovery.k8s.io/endpointslices',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/networkpolicies',
  'policy/poddisruptionbudgets',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/devicetaintrules',
  'resource.k8s.io/resourceslices',
  'scheduling.k8s.io/priorityclasses',
];

const context: StrategyContext = {
  now: 0,
  random: () => 0,
  user: { username: 'alice', groups: [] },
  namespace: 'shop',
};

/** Whether a new object of the kind has a generation, by the registry or by its own strategy. */
function hasGeneration(definition: ResourceDefinition): boolean {
  if (startsGeneration(definition)) return true;
  const object: KubeObject = { metadata: { name: 'x' }, spec: {} };
  definition.strategy.prepareForCreate?.(object, context);
  return object.metadata?.generation === 1;
}

const idOf = ({ group, resource }: ResourceDefinition): string => `${group || 'core'}/${resource}`;

describe('generation', () => {
  it.each(RESOURCES.filter(({ verbs }) => verbs.includes('get')))(
    'of $group $resource $version',
    (definition) => {
      expect(hasGeneration(definition)).toBe(WITH_GENERATION.includes(idOf(definition)));
    },
  );

  it('names kinds that exist', () => {
    const ids = new Set(RESOURCES.map(idOf));
    expect(WITH_GENERATION.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('rises with what is wanted, not with metadata and status', () => {
    const old = { metadata: {}, spec: { replicas: 1 }, status: {} };
    expect(desiredChanged({ ...old, metadata: { labels: { a: 'b' } }, status: { x: 1 } }, old)).toBe(false);
    expect(desiredChanged({ ...old, spec: { replicas: 2 } }, old)).toBe(true);
    expect(desiredChanged({ ...old, spec: { replicas: 1, paused: undefined } }, old)).toBe(false);
  });

  it('rises when something empty comes to a custom resource, where it is not the same as nothing', () => {
    const old = { metadata: {}, spec: { replicas: 1 } };
    const now = { metadata: {}, spec: { replicas: 1, template: {} } };
    expect(desiredChanged(now, old)).toBe(false);
    expect(desiredChanged(now, old, { custom: {} } as ResourceDefinition)).toBe(true);
  });

  it('rises with what Go holds by pointer, even when it is empty', () => {
    const deployments = RESOURCES.find(({ resource }) => resource === 'deployments')!;
    const of = (pod: object): KubeObject => ({ metadata: {}, spec: { template: { spec: pod } } });
    expect(desiredChanged(of({ affinity: {} }), of({}), deployments)).toBe(true);
    expect(desiredChanged(of({}), of({ affinity: {} }), deployments)).toBe(true);
    expect(desiredChanged(of({ tolerations: [], nodeSelector: {} }), of({}), deployments)).toBe(false);
  });
});

describe('generation of objects', () => {
  it('starts at 1 and rises by one with each change', async () => {
    const cluster = await testCluster();
    const rules = (port: number) => ({ podSelector: {}, ingress: [{ ports: [{ port }] }] });
    const made = await cluster.create('networking.k8s.io', 'networkpolicies', {
      metadata: { name: 'n', generation: 7 },
      spec: rules(80),
    });
    expect(made.metadata.generation).toBe(1);
    const set = (change: (object: KubeObject) => void) =>
      cluster.update('networking.k8s.io', 'networkpolicies', 'n', (object) => {
        change(object);
        return object;
      });
    const labelled = await set(({ metadata }) => {
      metadata!.labels = { a: 'b' };
      metadata!.generation = 9;
    });
    expect(labelled.metadata.generation).toBe(1);
    const changed = await set((object) => {
      object.spec = rules(81);
    });
    expect(changed.metadata.generation).toBe(2);
  });

  it('rises with the labels of an endpoint slice, which say whose it is', async () => {
    const cluster = await testCluster();
    await cluster.create('discovery.k8s.io', 'endpointslices', {
      metadata: { name: 's' },
      addressType: 'IPv4',
      endpoints: [],
    });
    const labelled = await cluster.update('discovery.k8s.io', 'endpointslices', 's', (slice) => {
      slice.metadata.labels = { 'kubernetes.io/service-name': 'web' };
      return slice;
    });
    expect(labelled.metadata.generation).toBe(2);
  });

  it('of what its own strategy counts', async () => {
    const cluster = await testCluster();
    const group = 'admissionregistration.k8s.io';
    const made = await cluster.create(group, 'validatingwebhookconfigurations', { metadata: { name: 'w' } });
    expect(made.metadata.generation).toBe(1);
  });

  it('is what the client says for kinds that have none', async () => {
    const cluster = await testCluster();
    const made = await cluster.create('', 'configmaps', { metadata: { name: 'c', generation: 7 } });
    expect(made.metadata.generation).toBe(7);
  });
});

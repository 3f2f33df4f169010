import { describe, expect, it } from 'vitest';
import { formatResources } from '../../../apis/core/resource-list.ts';
import type { KubeObject } from '../../../apis/object.ts';
import { calculateUsage, evaluatorOf } from './evaluators.ts';

const NOW = Date.UTC(2026, 0, 1);
const usage = (group: string, resource: string, object: KubeObject) =>
  formatResources(evaluatorOf(group, resource)!.usage(object, NOW));
const pod = (fields: KubeObject = {}, resources: unknown = {}): KubeObject => ({
  spec: { containers: [{ name: 'c', resources }] },
  ...fields,
});

describe('usage', () => {
  it('of a pod', () => {
    const resources = {
      requests: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '2Mi', 'example.com/gpu': '1' },
      limits: { cpu: '2', 'hugepages-2Mi': '2Mi', 'example.com/gpu': '1' },
    };
    expect(usage('', 'pods', pod({}, resources))).toEqual({
      'count/pods': '1',
      pods: '1',
      cpu: '1',
      'requests.cpu': '1',
      'limits.cpu': '2',
      memory: '1Gi',
      'requests.memory': '1Gi',
      'hugepages-2Mi': '2Mi',
      'requests.hugepages-2Mi': '2Mi',
      'requests.example.com/gpu': '1',
    });
  });

  const going = (deletionTimestamp: string) => ({
    metadata: { deletionTimestamp, deletionGracePeriodSeconds: 30 },
  });
  it.each([
    [{ status: { phase: 'Succeeded' } }, false],
    [{ status: { phase: 'Running' } }, true],
    [going('2025-12-31T23:59:40Z'), true],
    [going('2025-12-31T23:59:20Z'), false],
  ])('of a pod with %j counts it as running: %s', (fields, counts) => {
    expect(Object.keys(usage('', 'pods', pod(fields)))).toEqual(
      counts ? ['count/pods', 'pods'] : ['count/pods'],
    );
  });

  const ports = [{ port: 1, nodePort: 30_001 }, { port: 2 }];
  it.each([
    [{ type: 'ClusterIP' }, '0', '0'],
    [{ type: 'NodePort' }, '2', '0'],
    [{ type: 'LoadBalancer' }, '2', '1'],
    [{ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }, '1', '1'],
  ])('of a service with %j', (spec, nodePorts, loadBalancers) => {
    expect(usage('', 'services', { spec: { ...spec, ports } })).toEqual({
      'count/services': '1',
      services: '1',
      'services.nodeports': nodePorts,
      'services.loadbalancers': loadBalancers,
    });
  });

  it('of a claim is in whole bytes and includes what was allocated beyond the request', () => {
    const spec = { resources: { requests: { storage: '1500m' } } };
    expect(usage('', 'persistentvolumeclaims', { spec })['requests.storage']).toBe('2');
    const status = { allocatedResources: { storage: '3' } };
    expect(usage('', 'persistentvolumeclaims', { spec, status })['requests.storage']).toBe('3');
  });

  it('of a claim of devices is the worst of its alternatives', () => {
    const requests = [
      { name: 'a', exactly: { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 2 } },
      {
        name: 'b',
        firstAvailable: [
          { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 },
          { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 3 },
          { deviceClassName: 'nic', allocationMode: 'All' },
        ],
      },
    ];
    expect(usage('resource.k8s.io', 'resourceclaims', { spec: { devices: { requests } } })).toEqual({
      'count/resourceclaims.resource.k8s.io': '1',
      'gpu.deviceclass.resource.k8s.io/devices': '5',
      'nic.deviceclass.resource.k8s.io/devices': '32',
    });
  });

  it('is nobody’s for events and reviews', () => {
    expect(evaluatorOf('', 'events')).toBeUndefined();
    expect(evaluatorOf('authorization.k8s.io', 'localsubjectaccessreviews')).toBeUndefined();
  });
});

describe('calculateUsage', () => {
  const objects: Record<string, KubeObject[]> = {
    '/pods': [pod({}, { requests: { cpu: '1' } }), pod(), pod({ status: { phase: 'Failed' } })],
    '/services': [{ spec: { ports: [] } }],
    'apps/deployments': [{}, {}],
  };
  const list = async (group: string, resource: string) => objects[`${group}/${resource}`] ?? [];
  const used = (hard: Record<string, string>, spec: Record<string, unknown> = {}) =>
    calculateUsage({ spec: { hard, ...spec } }, list, NOW);

  it('sums up what is limited, each resource listed where it is needed', async () => {
    const hard = {
      pods: '9',
      'count/pods': '9',
      cpu: '9',
      services: '9',
      'count/deployments.apps': '9',
      secrets: '9',
      'count/widgets.example.com': '9',
    };
    expect(await used(hard)).toEqual({
      pods: '2',
      'count/pods': '3',
      cpu: '1',
      services: '1',
      'count/deployments.apps': '2',
      secrets: '0',
      'count/widgets.example.com': '0',
    });
  });

  it('leaves out what is in none of its scopes and names it does not know', async () => {
    expect(await used({ pods: '9', nonsense: '1' }, { scopes: ['NotBestEffort'] })).toEqual({ pods: '1' });
  });
});

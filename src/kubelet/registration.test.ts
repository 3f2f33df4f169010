import { describe, expect, it } from 'vitest';
import { resourceNamed } from '../apis/resources.ts';
import { newLease, newNode, nodeStatus, reconcileNode } from './registration.ts';
import { START } from './testing.ts';

const identity = { cluster: 'demo', name: 'node-3', index: 2 };

describe('registration', () => {
  it('describes a node that the API takes', () => {
    const node = newNode(identity, START);
    const context = { now: START, random: () => 0, namespace: '' };
    expect(resourceNamed('', 'nodes').strategy.validate?.(node, context as never)).toEqual([]);
    expect(node).toMatchObject({
      metadata: {
        labels: {
          'kubernetes.io/hostname': 'node-3',
          'kubernetes.io/os': 'linux',
          'node.kubernetes.io/instance-type': 'kedge',
        },
      },
      spec: { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24'] },
      status: {
        addresses: [
          { type: 'InternalIP', address: '172.18.0.4' },
          { type: 'Hostname', address: 'node-3' },
        ],
        capacity: { cpu: '8', memory: '32Gi', pods: '110' },
        nodeInfo: {
          kubeletVersion: 'v1.36.0',
          containerRuntimeVersion: 'kedge://0.1.0',
          operatingSystem: 'linux',
        },
      },
    });
    expect(node.status!.conditions!.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'MemoryPressure=False',
      'DiskPressure=False',
      'PIDPressure=False',
      'Ready=True',
    ]);
  });

  it('declares features in the order that is required', () => {
    const { declaredFeatures } = newNode(identity, START).status!;
    expect(declaredFeatures).toContain('RestartAllContainersOnContainerExits');
    expect(declaredFeatures).toEqual(declaredFeatures!.toSorted());
  });

  it('keeps what others wrote, and the times of what did not change', () => {
    const node = newNode(identity, START);
    node.metadata!.labels!.mine = 'yes';
    node.status!.capacity!['example.com/gpu'] = '4';
    node.status!.conditions!.push({ type: 'NetworkUnavailable', status: 'False' });
    const later = nodeStatus(identity, node.status, START + 60_000);
    expect(later.capacity).toMatchObject({ 'example.com/gpu': '4', cpu: '8' });
    expect(later.conditions!.map(({ type }) => type)).toContain('NetworkUnavailable');
    const ready = later.conditions!.find(({ type }) => type === 'Ready')!;
    expect(ready.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
    expect(ready.lastHeartbeatTime).toBe('2026-01-01T00:01:00Z');
    expect(reconcileNode(node, identity).metadata!.labels).toMatchObject({
      mine: 'yes',
      'kubernetes.io/arch': 'amd64',
    });
  });

  it('has a lease that counts as renewed whenever it is read', () => {
    const lease = newLease('node-3', 'uid', START);
    expect(lease.spec).toEqual({
      holderIdentity: 'node-3',
      leaseDurationSeconds: 40,
      renewTime: '2026-01-01T00:00:00.000000Z',
    });
    resourceNamed('coordination.k8s.io', 'leases').present?.(lease, START + 3_599_000);
    expect(lease.spec!.renewTime).toBe('2026-01-01T00:59:50.000000Z');
  });
});

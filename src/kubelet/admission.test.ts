import { describe, expect, it } from 'vitest';
import type { Node, Pod, PodSpec } from '../apimachinery/types/core.v1.gen.ts';
import { admit, claimOf } from './admission.ts';
import { CAPACITY } from './registration.ts';

const node: Node = {
  metadata: { name: 'node-1', labels: { zone: 'a', size: '5' } },
  status: { allocatable: { ...CAPACITY } },
};
const podOf = (spec: Partial<PodSpec>): Pod => ({ spec: { containers: [], ...spec } });
const asking = (requests: Record<string, string>): Pod =>
  podOf({ containers: [{ name: 'c', resources: { requests } }] });
const port = (hostPort: number, hostIP?: string, protocol?: string): Pod =>
  podOf({
    containers: [
      {
        name: 'c',
        ports: [
          { containerPort: 80, hostPort, ...(hostIP ? { hostIP } : {}), ...(protocol ? { protocol } : {}) },
        ],
      },
    ],
  });
const verdict = (pod: Pod, others: Pod[] = []) => admit(pod, claimOf(pod), node, others.map(claimOf));
const affinity = (term: object): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
  },
});

describe('admit', () => {
  it.each<[string, Pod, Pod[]]>([
    ['a plain pod', podOf({}), []],
    ['exactly what is left', asking({ cpu: '3' }), [asking({ cpu: '5' })]],
    ['a resource the node does not know', asking({ 'example.com/gpu': '1' }), []],
    ['another port', port(80), [port(81)]],
    ['another protocol', port(80), [port(80, undefined, 'UDP')]],
    ['another address', port(80, '1.1.1.1'), [port(80, '2.2.2.2')]],
    ['a selector that matches', podOf({ nodeSelector: { zone: 'a' } }), []],
    [
      'an affinity that matches',
      podOf(affinity({ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['4'] }] })),
      [],
    ],
    [
      'its name',
      podOf(affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] })),
      [],
    ],
    ['its system', podOf({ os: { name: 'linux' }, nodeSelector: {} }), []],
  ])('takes %s', (_name, pod, others) => {
    expect(verdict(pod, others)).toBeUndefined();
  });

  it.each<[string, Pod, Pod[], string]>([
    [
      'OutOfcpu',
      asking({ cpu: '4' }),
      [asking({ cpu: '4500m' })],
      "Node didn't have enough resource: cpu, requested: 4000, used: 4500, capacity: 8000",
    ],
    [
      'OutOfmemory',
      asking({ memory: '33Gi' }),
      [],
      `Node didn't have enough resource: memory, requested: ${33 * 2 ** 30}, used: 0, capacity: ${32 * 2 ** 30}`,
    ],
    [
      'OutOfpods',
      podOf({}),
      Array.from({ length: 110 }, () => podOf({})),
      "Node didn't have enough resource: pods, requested: 1, used: 110, capacity: 110",
    ],
    [
      'NodePorts',
      port(80),
      [port(80, '1.1.1.1')],
      "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
    [
      'NodeAffinity',
      podOf({ nodeSelector: { zone: 'b' } }),
      [],
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'NodeAffinity',
      podOf(affinity({})),
      [],
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      'PodOSNotSupported',
      podOf({ os: { name: 'windows' } }),
      [],
      "Failed to admit pod as the OS field doesn't match node OS",
    ],
    [
      'SysctlForbidden',
      podOf({ securityContext: { sysctls: [{ name: 'fs/mount-max', value: '1' }] } }),
      [],
      'forbidden sysctl: "fs.mount-max" not allowlisted',
    ],
    [
      'SysctlForbidden',
      podOf({
        hostNetwork: true,
        securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] },
      }),
      [],
      'forbidden sysctl: "net.ipv4.tcp_rmem" not allowed with host Net enabled',
    ],
    [
      'SysctlForbidden',
      podOf({
        hostIPC: true,
        securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] },
      }),
      [],
      'forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host IPC enabled',
    ],
  ])('refuses: %s', (reason, pod, others, message) => {
    expect(verdict(pod, others)).toEqual({ reason, message });
  });

  it('takes a pod with settings that touch no other', () => {
    const sysctls = [
      { name: 'net/ipv4/tcp_rmem', value: '1' },
      { name: 'kernel.shm_rmid_forced', value: '1' },
    ];
    expect(verdict(podOf({ securityContext: { sysctls } }), [])).toBeUndefined();
  });
});

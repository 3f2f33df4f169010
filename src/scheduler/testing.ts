/** Small pods and nodes for the tests of the scheduler. */
import type { Container, Node, Pod, PodSpec, Taint } from '../apimachinery/types/core.v1.gen.ts';
import { NodeInfo } from './node-info.ts';
import { newPodInfo, type PodInfo } from './pod-info.ts';

export interface PodShape {
  namespace?: string;
  uid?: string;
  labels?: Record<string, string>;
  requests?: Record<string, string>;
  priority?: number;
  node?: string;
  ports?: Container['ports'];
  spec?: Partial<PodSpec>;
  status?: Pod['status'];
  deletionTimestamp?: string;
  ownerReferences?: NonNullable<Pod['metadata']>['ownerReferences'];
}

export function makePod(name: string, shape: PodShape = {}): Pod {
  const namespace = shape.namespace ?? 'default';
  return {
    metadata: {
      name,
      namespace,
      uid: shape.uid ?? `uid-${namespace}-${name}`,
      generation: 1,
      labels: shape.labels ?? {},
      ...(shape.deletionTimestamp && { deletionTimestamp: shape.deletionTimestamp }),
      ...(shape.ownerReferences && { ownerReferences: shape.ownerReferences }),
    },
    spec: {
      schedulerName: 'default-scheduler',
      containers: [
        {
          name: 'main',
          image: 'nginx',
          ...(shape.requests && { resources: { requests: shape.requests } }),
          ...(shape.ports && { ports: shape.ports }),
        },
      ],
      ...(shape.priority !== undefined && { priority: shape.priority }),
      ...(shape.node && { nodeName: shape.node }),
      ...shape.spec,
    },
    status: shape.status ?? { phase: 'Pending' },
  };
}

export interface NodeShape {
  labels?: Record<string, string>;
  allocatable?: Record<string, string>;
  taints?: Taint[];
  unschedulable?: boolean;
  images?: { names: string[]; sizeBytes: number }[];
}

export function makeNode(name: string, shape: NodeShape = {}): Node {
  return {
    metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/hostname': name, ...shape.labels } },
    spec: {
      ...(shape.taints && { taints: shape.taints }),
      ...(shape.unschedulable && { unschedulable: true }),
    },
    status: {
      allocatable: {
        cpu: '4',
        memory: '8Gi',
        'ephemeral-storage': '100Gi',
        pods: '110',
        ...shape.allocatable,
      },
      ...(shape.images && { images: shape.images }),
    },
  };
}

export function podInfo(name: string, shape?: PodShape): PodInfo {
  return newPodInfo(makePod(name, shape));
}

/** A node by itself, with pods on it. */
export function nodeInfo(name: string, shape: NodeShape = {}, pods: readonly PodInfo[] = []): NodeInfo {
  const info = new NodeInfo(name);
  info.setNode(makeNode(name, shape));
  for (const pod of pods) info.addPod(pod);
  return info;
}

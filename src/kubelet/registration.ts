/**
 * What a node says of itself: its Node object and its lease.
 * Source: kubernetes pkg/kubelet/kubelet_node_status.go, pkg/kubelet/nodestatus/setters.go, component-helpers
 * apimachinery/lease.
 *
 * Heartbeats are not written. A node is an object that answers as soon as it is asked, so it is alive as long as its
 * Node object exists and says Ready; when it last said so is computed when it is read (`src/apis/heartbeat.ts`), and whoever watches over nodes must not take an old time for a dead node.
 */
import { sha256Hex } from '../apimachinery/hash.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { Lease } from '../apimachinery/types/coordination.v1.gen.ts';
import type { Node, NodeCondition, NodeStatus } from '../apimachinery/types/core.v1.gen.ts';
import { COMPUTED, HEARTBEAT_ANNOTATION, leaseRenewTime } from '../apis/heartbeat.ts';
import { nodeIP, podCIDR } from './node-network.ts';

/** What every node has. Nothing is kept back for the system: all of it can be allocated. */
export const CAPACITY: Readonly<Record<string, string>> = {
  cpu: '8',
  'ephemeral-storage': '100Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '32Gi',
  pods: '110',
};
export const KUBELET_VERSION = 'v1.36.0';
const RUNTIME_VERSION = 'kedge://0.1.0';
const KUBELET_PORT = 10250;

export const LEASE_NAMESPACE = 'kube-node-lease';
/** A lease holds for 40 s and is renewed every 10; the status is reported every 5 minutes. */
export const LEASE_SECONDS = 40;

/** What tells one node from another. */
export interface NodeIdentity {
  readonly cluster: string;
  readonly name: string;
  /** Its number in the cluster, from 0. */
  readonly index: number;
}

const labelsOf = (name: string): Record<string, string> => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/instance-type': 'kedge',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  'node.kubernetes.io/instance-type': 'kedge',
});

/** The object a node registers with. */
export function newNode(identity: NodeIdentity, now: number): Node {
  const { cluster, name, index } = identity;
  const cidr = podCIDR(index);
  return {
    metadata: {
      name,
      labels: labelsOf(name),
      annotations: {
        [HEARTBEAT_ANNOTATION]: COMPUTED,
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: { podCIDR: cidr, podCIDRs: [cidr], providerID: `kedge://${cluster}/${name}` },
    status: nodeStatus(identity, undefined, now),
  };
}

/** The labels and addresses of an object that exists already, brought up to date. What users added stays. */
export function reconcileNode(node: Node, { name }: NodeIdentity): Node {
  return { ...node, metadata: { ...node.metadata, labels: { ...node.metadata?.labels, ...labelsOf(name) } } };
}

/** The status a node reports; resources and images that others wrote into the old one stay. */
export function nodeStatus(identity: NodeIdentity, old: NodeStatus | undefined, now: number): NodeStatus {
  return {
    ...old,
    addresses: [
      { address: nodeIP(identity.index), type: 'InternalIP' },
      { address: identity.name, type: 'Hostname' },
    ],
    allocatable: { ...old?.allocatable, ...CAPACITY },
    capacity: { ...old?.capacity, ...CAPACITY },
    conditions: conditionsOf(old?.conditions ?? [], now),
    declaredFeatures: DECLARED_FEATURES,
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
    features: { supplementalGroupsPolicy: true },
    images: old?.images ?? IMAGES,
    nodeInfo: nodeInfo(identity),
    runtimeHandlers: [
      { features: { recursiveReadOnlyMounts: true, userNamespaces: true }, name: '' },
      { features: { recursiveReadOnlyMounts: true, userNamespaces: true }, name: 'runc' },
    ],
  };
}

/** What kubelets say they can do since not all of them can; in the order of the names, as is required. */
const DECLARED_FEATURES = [
  'InPlacePodLevelResourcesVerticalScaling',
  'InPlacePodVerticalScalingInitContainers',
  'RestartAllContainersOnContainerExits',
];

const IMAGES = [{ names: ['registry.k8s.io/pause:3.10.1'], sizeBytes: 320_448 }];

const HEALTHY: readonly (readonly [type: string, status: string, reason: string, message: string])[] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

function conditionsOf(old: readonly NodeCondition[], now: number): NodeCondition[] {
  const own = HEALTHY.map(([type, status, reason, message]): NodeCondition => {
    const before = old.find((one) => one.type === type);
    const since = before?.status === status ? before.lastTransitionTime : undefined;
    const lastHeartbeatTime = formatTime(now);
    return {
      type,
      status,
      lastHeartbeatTime,
      lastTransitionTime: since ?? lastHeartbeatTime,
      reason,
      message,
    };
  });
  return [...old.filter(({ type }) => !HEALTHY.some(([known]) => known === type)), ...own];
}

function nodeInfo({ cluster, name }: NodeIdentity): NonNullable<NodeStatus['nodeInfo']> {
  const id = sha256Hex(`${cluster}/${name}`);
  const uuid = (hex: string): string =>
    [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return {
    architecture: 'amd64',
    bootID: uuid(id.slice(32)),
    containerRuntimeVersion: RUNTIME_VERSION,
    kernelVersion: '6.12.0-kedge',
    kubeProxyVersion: '',
    kubeletVersion: KUBELET_VERSION,
    machineID: id.slice(0, 32),
    operatingSystem: 'linux',
    osImage: 'Kedge (no machine)',
    systemUUID: uuid(id),
  };
}

/** The lease of a node. */
export function newLease(name: string, nodeUid: string, now: number): Lease {
  return {
    metadata: {
      name,
      namespace: LEASE_NAMESPACE,
      annotations: { [HEARTBEAT_ANNOTATION]: COMPUTED },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: nodeUid }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime: leaseRenewTime(now) },
  };
}

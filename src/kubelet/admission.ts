/**
 * Whether a node takes a pod it was given. The scheduler has asked the same questions, but pods come without it, too.
 * Source: kubernetes pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/kubelet.go (rejectPod).
 */
import { holds, type LabelOperator, type Labels } from '../apimachinery/label-requirement.ts';
import { matchesSet } from '../apimachinery/labels.ts';
import { cmp, add, milliValue, parseQuantity, type Quantity, value, zero } from '../apimachinery/quantity.ts';
import type {
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
} from '../apimachinery/types/core.v1.gen.ts';
import { podRequests } from '../apis/core/pod-resources.ts';
import { allContainers } from '../apis/core/pod-util.ts';
import { forbiddenSysctl } from './sysctls.ts';

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** What admission needs to know of a pod, found out once. */
export interface Claim {
  readonly requests: Readonly<Record<string, Quantity>>;
  /** `TCP/0.0.0.0/80` */
  readonly hostPorts: readonly string[];
}

export function claimOf(pod: Pod): Claim {
  const hostPorts = allContainers(pod.spec).flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort)
      .map(({ hostPort, hostIP, protocol }) => `${protocol ?? 'TCP'}/${hostIP || ANY}/${hostPort}`),
  );
  return { requests: podRequests(pod), hostPorts };
}

const ANY = '0.0.0.0';

/** Why the node does not take the pod, given the claims of those it has; undefined when it does. */
export function admit(pod: Pod, claim: Claim, node: Node, others: Iterable<Claim>): Rejection | undefined {
  const forbidden = forbiddenSysctl(pod);
  if (forbidden) return { reason: 'SysctlForbidden', message: forbidden };
  const os = pod.spec?.os?.name;
  if (os && os !== 'linux') {
    return {
      reason: 'PodOSNotSupported',
      message: "Failed to admit pod as the OS field doesn't match node OS",
    };
  }
  const wantedOS = pod.spec?.nodeSelector?.['kubernetes.io/os'];
  if (wantedOS && wantedOS !== 'linux') {
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  const claims = [...others];
  return (
    lacksResources(claim, node.status?.allocatable ?? {}, claims) ??
    mismatchesNode(pod, node) ??
    clashes(claim, claims)
  );
}

function lacksResources(
  claim: Claim,
  allocatable: Readonly<Record<string, string>>,
  claims: readonly Claim[],
): Rejection | undefined {
  const insufficient = (name: string, requested: number, used: number, capacity: number): Rejection => ({
    reason: `OutOf${name}`,
    message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  });
  const capacity = Number(allocatable.pods ?? Number.POSITIVE_INFINITY);
  if (claims.length + 1 > capacity) return insufficient('pods', 1, claims.length, capacity);
  for (const [name, requested] of Object.entries(claim.requests)) {
    // What the node does not offer is none of the kubelet's business: a device plug-in may yet bring it.
    const offered = allocatable[name];
    if (offered === undefined || requested.unscaled === 0n) continue;
    let used = zero;
    for (const { requests } of claims) if (requests[name]) used = add(used, requests[name]);
    const limit = parseQuantity(offered);
    if (cmp(add(used, requested), limit) <= 0) continue;
    const units = name === 'cpu' ? milliValue : value;
    return insufficient(name, units(requested), units(used), units(limit));
  }
  return undefined;
}

function clashes({ hostPorts }: Claim, claims: readonly Claim[]): Rejection | undefined {
  if (hostPorts.length === 0) return undefined;
  const clash = (mine: string, theirs: string): boolean => {
    const [protocol, ip, port] = mine.split('/');
    const [otherProtocol, otherIP, otherPort] = theirs.split('/');
    return (
      protocol === otherProtocol && port === otherPort && (ip === ANY || otherIP === ANY || ip === otherIP)
    );
  };
  if (
    !claims.some((other) => other.hostPorts.some((theirs) => hostPorts.some((mine) => clash(mine, theirs))))
  ) {
    return undefined;
  }
  return {
    reason: 'NodePorts',
    message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  };
}

function mismatchesNode(pod: Pod, node: Node): Rejection | undefined {
  const labels = node.metadata?.labels ?? {};
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const matches =
    matchesSet(pod.spec?.nodeSelector ?? {}, labels) &&
    (!required ||
      required.nodeSelectorTerms?.some((term) => matchesTerm(term, labels, node.metadata?.name ?? '')));
  if (matches) return undefined;
  return {
    reason: 'NodeAffinity',
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  };
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  labels: Labels,
  name: string,
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const all = (requirements: readonly NodeSelectorRequirement[], values: Labels): boolean =>
    requirements.every(({ key, operator, values: wanted = [] }) => {
      const known = OPERATORS[operator];
      return known !== undefined && holds({ key, operator: known, values: wanted }, values);
    });
  return all(matchExpressions, labels) && all(matchFields, { 'metadata.name': name });
}

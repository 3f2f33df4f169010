/**
 * Resource claims: a pod goes where the devices of its claims are, or where devices can be had for those that have none yet.
 * What is chosen is written, and the claims are reserved for the pod, before it is bound.
 * Upstream: plugins/dynamicresources.
 */
import { findCondition } from '../../apimachinery/conditions.ts';
import { isControlledBy } from '../../apimachinery/controller-ref.ts';
import type { Random } from '../../apimachinery/random.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type {
  AllocationResult,
  DeviceClass,
  DeviceTaintRule,
  ResourceClaim,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { deviceId } from '../../apis/resource/claim-status.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import { gatherAllocated } from '../dynamic-resources/allocated.ts';
import { Allocator, type AllocatorOptions, NodeError } from '../dynamic-resources/allocator.ts';
import { type Slice, Slices } from '../dynamic-resources/pools.ts';
import { alternativesOf, type Claim, keyOf, requestsOf } from '../dynamic-resources/requests.ts';
import { toAllocation } from '../dynamic-resources/result.ts';
import { SelectorCache } from '../dynamic-resources/selectors.ts';
import { Action, ANY_UPDATE, type EventObjects } from '../events.ts';
import {
  type CycleState,
  defaultNormalizeScore,
  type Plugin,
  type PostFilterResult,
  type PreBindWrite,
  type PreFilterResult,
  type Status,
  status,
} from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { compileNodeSelector, type NodeMatcher } from '../selector.ts';
import type { ObjectStore } from '../store.ts';

const NAME = 'DynamicResources';
const FINALIZER = 'resource.kubernetes.io/delete-protection';
const SKIP = status('Skip', NAME);
const WAIT = status('Pending', NAME);
const unschedulable = (reason: string): Status => status('Unschedulable', NAME, reason);
const CANNOT_ALLOCATE = unschedulable('cannot allocate all claims');
const NOT_HERE = unschedulable('resourceclaim not available on the node');
const NOTHING_TO_DEALLOCATE = { status: unschedulable('no new claims to deallocate') };
const DEALLOCATED = unschedulable('deallocation of ResourceClaim completed');
const STILL_NOT = { status: unschedulable('still not schedulable') };
/** How high the first alternative of a request counts. */
const ALTERNATIVES_MAX = 8;
const NODE_ACTIONS =
  Action.Add | Action.UpdateNodeLabel | Action.UpdateNodeTaint | Action.UpdateNodeAllocatable;

interface ClaimState {
  readonly claim: Claim;
  /** Where its devices are; undefined: it has none, or they are everywhere. */
  readonly reaches: NodeMatcher | undefined;
}

interface State {
  readonly claims: readonly ClaimState[];
  /** Claims that have no devices yet. */
  readonly toAllocate: readonly Claim[];
  readonly options: AllocatorOptions | undefined;
  /** What each node has for them, or why it has not. Other pods on the node change nothing. */
  readonly byNode: Map<string, readonly AllocationResult[] | Status>;
  /** Claims whose devices cannot be used somewhere. */
  readonly unavailable: Set<Claim>;
  /** What was chosen. */
  chosen?: readonly AllocationResult[];
}

/** What may be wrong with a claim of a pod. */
class ClaimError extends Error {}

/** The name of a claim, which may have been made for the pod; undefined: there is none by intention. */
function claimName(
  { pod, key }: PodInfo,
  { name, resourceClaimName }: { name: string; resourceClaimName?: string },
): { name: string | undefined; isOwn: boolean } {
  if (resourceClaimName !== undefined) return { name: resourceClaimName, isOwn: false };
  const made = pod.status?.resourceClaimStatuses?.find((one) => one.name === name);
  if (!made) throw new ClaimError(`pod "${key}": ResourceClaim not created yet`);
  return { name: made.resourceClaimName, isOwn: true };
}

export function dynamicResources(store: ObjectStore, random: Random): Plugin {
  const cache = new SelectorCache();
  /** Allocations that were decided and may not be in the claims yet, by their uids. */
  const pending = new Map<string, AllocationResult>();

  /** @throws ClaimError */
  function claimsOf(pod: PodInfo): Claim[] {
    const claims: Claim[] = [];
    for (const reference of pod.pod.spec?.resourceClaims ?? []) {
      const { name, isOwn } = claimName(pod, reference);
      if (name === undefined) continue;
      const claim = store.get<ResourceClaim & KubeObject>('ResourceClaim', pod.namespace, name) as
        | Claim
        | undefined;
      if (!claim) throw new ClaimError(`could not find resource claim "${pod.namespace}/${name}"`);
      if (claim.metadata.deletionTimestamp) throw new ClaimError(`resourceclaim "${name}" is being deleted`);
      if (isOwn && !isControlledBy(claim, pod.pod as Stored)) {
        const whose = `ResourceClaim ${keyOf(claim)} was not created for Pod ${pod.key}`;
        throw new ClaimError(`${whose} (Pod is not the controlling owner)`);
      }
      claims.push(claim);
    }
    return claims;
  }

  const hasClaims = ({ pod }: PodInfo): boolean => (pod.spec?.resourceClaims?.length ?? 0) > 0;
  const problemOf = (pod: PodInfo): string | undefined => {
    try {
      claimsOf(pod);
      return undefined;
    } catch (error) {
      if (error instanceof ClaimError) return error.message;
      throw error;
    }
  };
  const classNamed = (name: string): Stored<DeviceClass> | undefined =>
    store.get<DeviceClass & KubeObject>('DeviceClass', '', name) as Stored<DeviceClass> | undefined;

  /** All that is taken, be it written yet or not. */
  function* allocations(): Iterable<AllocationResult> {
    const rest = new Map(pending);
    for (const claim of store.list<ResourceClaim & KubeObject>('ResourceClaim')) {
      const uid = claim.metadata?.uid ?? '';
      const allocation = claim.status?.allocation;
      if (!allocation) continue;
      pending.delete(uid);
      rest.delete(uid);
      yield allocation;
    }
    yield* rest.values();
  }

  /** Why no node can do; undefined: one may. */
  function missing(claim: Claim): string | undefined {
    if (pending.has(claim.metadata.uid!)) {
      return `resource claim ${keyOf(claim)} is in the process of being allocated`;
    }
    for (const { deviceClassName, fullName } of requestsOf(claim).flatMap(alternativesOf)) {
      if (!classNamed(deviceClassName)) {
        return `request ${fullName}: device class ${deviceClassName} does not exist`;
      }
    }
    return undefined;
  }

  function preFilter(state: CycleState, pod: PodInfo): PreFilterResult | undefined {
    if (!hasClaims(pod)) return { status: SKIP };
    const problem = problemOf(pod);
    if (problem !== undefined) return { status: unschedulable(problem) };
    const claims = claimsOf(pod);
    if (claims.length === 0) return { status: SKIP };
    const toAllocate = claims.filter((claim) => !claim.status?.allocation);
    for (const claim of toAllocate) {
      const reason = missing(claim);
      if (reason !== undefined) return { status: unschedulable(reason) };
    }
    const options: AllocatorOptions | undefined =
      toAllocate.length === 0
        ? undefined
        : {
            slices: new Slices(
              store.list<Slice & KubeObject>('ResourceSlice'),
              store.list<DeviceTaintRule & KubeObject>('DeviceTaintRule'),
            ),
            allocated: gatherAllocated(allocations()),
            cache,
            random,
            classNamed,
          };
    const data: State = {
      claims: claims.map((claim) => {
        const selector = claim.status?.allocation?.nodeSelector;
        return { claim, reaches: selector && compileNodeSelector(selector) };
      }),
      toAllocate,
      options,
      byNode: new Map(),
      unavailable: new Set(),
    };
    state.write(NAME, data);
    return undefined;
  }

  function allocateOn({ options, toAllocate }: State, node: NodeInfo): readonly AllocationResult[] | Status {
    try {
      const solution = new Allocator(options!, node).allocate(toAllocate);
      return solution ? solution.map((one) => toAllocation(one, node.name)) : CANNOT_ALLOCATE;
    } catch (error) {
      if (error instanceof NodeError) return unschedulable(error.message);
      throw error;
    }
  }

  function filter(state: CycleState, _pod: PodInfo, node: NodeInfo): Status | undefined {
    const data = state.read<State>(NAME);
    if (!data) return undefined;
    const away = data.claims.filter(
      ({ claim, reaches }) => (reaches && !reaches(node)) || bindingFailure(claim) !== undefined,
    );
    for (const { claim } of away) data.unavailable.add(claim);
    let answer: readonly AllocationResult[] | Status = [];
    if (data.options) {
      answer = data.byNode.get(node.name) ?? allocateOn(data, node);
      data.byNode.set(node.name, answer);
    }
    if ('code' in answer) return answer;
    return away.length > 0 ? NOT_HERE : undefined;
  }

  /** Lets go of a claim that this pod alone holds and that keeps it from all nodes. */
  function postFilter(state: CycleState, { uid }: PodInfo): PostFilterResult {
    const data = state.read<State>(NAME);
    if (!data) return NOTHING_TO_DEALLOCATE;
    for (const claim of data.unavailable) {
      const { reservedFor = [] } = claim.status ?? {};
      if (reservedFor.some((consumer) => consumer.uid !== uid)) continue;
      return { status: DEALLOCATED, writes: [deallocate(claim, uid)] };
    }
    return STILL_NOT;
  }

  /** The better the alternatives that a node has, the higher. */
  function score(state: CycleState, _pod: PodInfo, node: NodeInfo): number {
    const data = state.read<State>(NAME);
    const results = data?.byNode.get(node.name);
    if (!data || !results || 'code' in results) return 0;
    let total = 0;
    for (const [index, claim] of data.toAllocate.entries()) {
      const given = new Set(results[index]?.devices?.results?.map(({ request }) => request));
      for (const { name, firstAvailable = [] } of requestsOf(claim)) {
        const rank = firstAvailable.findIndex((one) => given.has(`${name}/${one.name}`));
        if (rank >= 0) total += ALTERNATIVES_MAX - rank;
      }
    }
    return total;
  }

  function reserve(state: CycleState, _pod: PodInfo, nodeName: string): Status | undefined {
    const data = state.read<State>(NAME);
    if (!data?.options) return undefined;
    const results = data.byNode.get(nodeName);
    if (!results || 'code' in results) return status('Error', NAME, 'claim allocation not found for node');
    data.chosen = results;
    for (const [index, claim] of data.toAllocate.entries()) pending.set(claim.metadata.uid!, results[index]!);
    return undefined;
  }

  function unreserve(state: CycleState): void {
    const data = state.read<State>(NAME);
    if (!data?.chosen) return;
    for (const { metadata } of data.toAllocate) pending.delete(metadata.uid!);
  }

  function preBind(state: CycleState, pod: PodInfo): PreBindWrite[] {
    const data = state.read<State>(NAME);
    if (!data) return [];
    return data.claims.flatMap(({ claim }) => {
      if (claim.status?.reservedFor?.some(({ uid }) => uid === pod.uid)) return [];
      const index = data.toAllocate.indexOf(claim);
      return bindClaim(claim, pod, index < 0 ? undefined : data.chosen?.[index]);
    });
  }

  /** Some devices have to be made ready for the node first. */
  function preBound(state: CycleState): Status | undefined {
    const data = state.read<State>(NAME);
    if (!data) return undefined;
    let isReady = true;
    for (const { claim } of data.claims) {
      const { namespace = '', name = '' } = claim.metadata;
      const newest = store.get<ResourceClaim & KubeObject>('ResourceClaim', namespace, name) ?? claim;
      const allocation = newest.status?.allocation ?? data.chosen?.[data.toAllocate.indexOf(claim)];
      const failure = bindingFailure(newest);
      if (failure !== undefined) return status('Error', NAME, `device binding failed: ${failure}`);
      if (!isReadyToBind(newest, allocation)) isReady = false;
    }
    return isReady ? undefined : WAIT;
  }

  function claimHelps(pod: PodInfo, { old, next }: EventObjects): boolean {
    const [before, now] = [old as Claim | undefined, next as Claim | undefined];
    if (problemOf(pod) !== undefined || !now) return false;
    if (before?.status?.allocation && !now.status?.allocation) return true;
    if (!claimsOf(pod).some(({ metadata }) => metadata.uid === now.metadata.uid)) return false;
    return !before || !semanticEqual(before.status, now.status);
  }

  return {
    name: NAME,
    events: [
      { resource: 'Node', actions: NODE_ACTIONS },
      { resource: 'ResourceClaim', actions: Action.Add | ANY_UPDATE, hint: claimHelps },
      {
        resource: 'TargetPod',
        actions: Action.UpdatePodGeneratedResourceClaim,
        hint: (pod) => problemOf(pod) === undefined,
      },
      { resource: 'DeviceClass', actions: Action.Add | ANY_UPDATE },
      { resource: 'ResourceSlice', actions: Action.Add | ANY_UPDATE },
      { resource: 'DeviceTaintRule', actions: Action.Delete | ANY_UPDATE },
    ],
    preEnqueue(pod) {
      if (!hasClaims(pod)) return undefined;
      const problem = problemOf(pod);
      return problem === undefined ? undefined : unschedulable(problem);
    },
    preFilter,
    filter,
    postFilter,
    score,
    normalizeScore: (_state, _pod, _nodes, scores) => defaultNormalizeScore(false, scores),
    reserve,
    unreserve,
    preBind,
    preBound,
  };
}

const write = (
  { metadata }: Claim,
  change: (claim: Claim, now: number) => void,
  subresource?: 'status',
): PreBindWrite => ({
  apiVersion: 'resource.k8s.io/v1',
  resource: 'resourceclaims',
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
  ...(subresource ? { subresource } : {}),
  change: (object, now) => change(object as Claim, now),
});

function deallocate(seen: Claim, uid: string): PreBindWrite {
  return write(
    seen,
    (claim) => {
      const reserved = claim.status?.reservedFor ?? [];
      if (claim.metadata.uid !== seen.metadata.uid || reserved.some((consumer) => consumer.uid !== uid))
        return;
      delete claim.status;
    },
    'status',
  );
}

/** Protects the claim, and then writes its allocation and for whom it is. */
function bindClaim(seen: Claim, pod: PodInfo, allocation: AllocationResult | undefined): PreBindWrite[] {
  const name = keyOf(seen);
  const check = ({ metadata, status: current }: Claim): void => {
    if (metadata.deletionTimestamp || metadata.uid !== seen.metadata.uid) {
      throw new Error(`claim ${name} got deleted in the meantime`);
    }
    if (allocation && current?.allocation) {
      throw new Error(`claim ${name} got allocated elsewhere in the meantime`);
    }
    if (!allocation && !current?.allocation) {
      throw new Error(`claim ${name} got deallocated elsewhere in the meantime`);
    }
  };
  const protect = write(seen, (claim) => {
    check(claim);
    const { finalizers = [] } = claim.metadata;
    if (!finalizers.includes(FINALIZER)) claim.metadata.finalizers = [...finalizers, FINALIZER];
  });
  const reserve = write(
    seen,
    (claim, now) => {
      check(claim);
      const granted = allocation ?? claim.status!.allocation!;
      const consumer = { resource: 'pods', name: pod.name, uid: pod.uid };
      claim.status = {
        ...claim.status,
        allocation: { ...granted, allocationTimestamp: granted.allocationTimestamp ?? formatTime(now) },
        reservedFor: [...(claim.status?.reservedFor ?? []), consumer],
      };
    },
    'status',
  );
  return allocation ? [protect, reserve] : [reserve];
}

const statusOf = ({ status: current }: ResourceClaim, id: string) =>
  current?.devices?.find((device) => deviceId(device) === id);

/** Whether all that the devices of an allocation wait for has come. */
function isReadyToBind(claim: ResourceClaim, allocation: AllocationResult | undefined): boolean {
  return (allocation?.devices?.results ?? []).every((result) =>
    (result.bindingConditions ?? []).every(
      (type) => findCondition(statusOf(claim, deviceId(result))?.conditions, type)?.status === 'True',
    ),
  );
}

/** Why a device of a claim will never be ready; undefined: it may. */
function bindingFailure(claim: ResourceClaim): string | undefined {
  for (const result of claim.status?.allocation?.devices?.results ?? []) {
    for (const type of result.bindingFailureConditions ?? []) {
      const condition = findCondition(statusOf(claim, deviceId(result))?.conditions, type);
      if (condition?.status !== 'True') continue;
      const { reason, message } = condition;
      return `claim=${claim.metadata?.name}, reason=${reason}, message=${JSON.stringify(message)}`;
    }
  }
  return undefined;
}

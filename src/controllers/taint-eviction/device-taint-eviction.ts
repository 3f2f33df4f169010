/**
 * Deletes pods whose devices have taints of effect NoExecute that their claims do not, or no longer, tolerate.
 * Source: kubernetes pkg/controller/devicetainteviction/device_taint_eviction.go. What rules have brought about is not told in
 * their statuses.
 */
import { isControlledBy } from '../../apimachinery/controller-ref.ts';
import { parseTime } from '../../apimachinery/time.ts';
import type {
  DeviceRequestAllocationResult,
  DeviceTaint,
  DeviceTaintRule,
  ResourceSlice,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { taintsDevice, tolerates } from '../../apis/resource/device-taints.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import { PODS } from '../pod-control.ts';
import { disruptPod } from '../pod-disruption.ts';
import {
  claimNameOf,
  CLAIMS,
  type ClaimObject,
  isReservedFor,
  type PodObject,
} from '../resource-claim/pod-claims.ts';

type Slice = ResourceSlice & KubeObject;
type Rule = DeviceTaintRule & KubeObject;

const SLICES: ResourceName = ['resource.k8s.io', 'resourceslices'];
const RULES: ResourceName = ['resource.k8s.io', 'devicetaintrules'];
const REASON = 'DeviceTaintManagerEviction';
const CONDITION = {
  reason: 'DeletionByDeviceTaintManager',
  message: 'Device Taint manager: deleting due to NoExecute taint',
};

const evicts = ({ effect }: DeviceTaint): boolean => effect === 'NoExecute';
const resultsOf = ({ status }: ClaimObject): readonly DeviceRequestAllocationResult[] =>
  status?.allocation?.devices?.results ?? [];

/** The pods that a claim is reserved for. */
function* consumersOf({ metadata, status }: ClaimObject): Iterable<string> {
  for (const { resource, name } of status?.reservedFor ?? []) {
    if (resource === 'pods') yield `${metadata.namespace}/${name}`;
  }
}

/** The pods that have any of certain devices. */
function* usersOf(
  ctx: ControllerContext,
  isMeant: (result: DeviceRequestAllocationResult) => boolean,
): Iterable<string> {
  for (const claim of ctx.lister(CLAIMS).list() as ClaimObject[]) {
    if (resultsOf(claim).some(isMeant)) yield* consumersOf(claim);
  }
}

function* keysOfSlice({ object, old }: Change<Slice>, ctx: ControllerContext): Iterable<string> {
  const taintsOf = (slice: Slice | undefined) =>
    (slice?.spec.devices ?? []).flatMap(({ name, taints = [] }) =>
      taints.filter(evicts).map((taint) => ({ name, ...taint })),
    );
  if (semanticEqual(taintsOf(object), taintsOf(old))) return;
  const { driver, pool } = (object ?? old)!.spec;
  yield* usersOf(ctx, (result) => result.driver === driver && result.pool === pool.name);
}

function* keysOfRule({ object, old }: Change<Rule>, ctx: ControllerContext): Iterable<string> {
  if (object && old && semanticEqual(object.spec, old.spec)) return;
  const rules = [object, old].filter((rule) => rule !== undefined && evicts(rule.spec.taint)) as Rule[];
  yield* usersOf(ctx, ({ driver, pool, device }) =>
    rules.some((rule) => taintsDevice(rule, driver, pool, device)),
  );
}

function* keysOfClaim({ object, old }: Change): Iterable<string> {
  if (object && old && semanticEqual(object.status, old.status)) return;
  for (const claim of [object, old]) if (claim) yield* consumersOf(claim as ClaimObject);
}

/** The taints that drive pods from a device. */
function taintsOf(result: DeviceRequestAllocationResult, ctx: ControllerContext): DeviceTaint[] {
  const { driver, pool, device: name } = result;
  const published = ctx
    .lister<Slice>(SLICES)
    .list()
    .filter(({ spec }) => spec.driver === driver && spec.pool.name === pool)
    .flatMap(({ spec }) => spec.devices ?? [])
    .filter((device) => device.name === name)
    .flatMap(({ taints = [] }) => taints);
  const ruled = ctx
    .lister<Rule>(RULES)
    .list()
    .filter((rule) => taintsDevice(rule, driver, pool, name))
    .map(({ spec }) => spec.taint);
  return [...published, ...ruled].filter(evicts);
}

/** When who has the device has to go because of a taint, in ms; Infinity: never. */
function deadline({ tolerations = [] }: DeviceRequestAllocationResult, taint: DeviceTaint): number {
  const added = taint.timeAdded ? parseTime(taint.timeAdded) : 0;
  let seconds: number | undefined;
  for (const toleration of tolerations) {
    if (toleration.effect !== 'NoExecute' || !tolerates(toleration, taint)) continue;
    if (toleration.tolerationSeconds === undefined) return Number.POSITIVE_INFINITY;
    seconds = Math.min(
      seconds ?? Number.POSITIVE_INFINITY,
      Math.max(Number(toleration.tolerationSeconds), 0),
    );
  }
  return added + (seconds ?? 0) * 1000;
}

/** When a pod has to go, in ms; Infinity: never. */
function evictionTime(pod: PodObject, ctx: ControllerContext): number {
  let first = Number.POSITIVE_INFINITY;
  for (const reference of pod.spec?.resourceClaims ?? []) {
    const { name } = claimNameOf(pod, reference);
    const claim =
      name === undefined
        ? undefined
        : (ctx.lister(CLAIMS).get(pod.metadata.namespace!, name) as ClaimObject | undefined);
    if (!claim || !isReservedFor(claim, pod)) continue;
    if (reference.resourceClaimName === undefined && !isControlledBy(claim, pod)) continue;
    for (const result of resultsOf(claim)) {
      for (const taint of taintsOf(result, ctx)) first = Math.min(first, deadline(result, taint));
    }
  }
  return first;
}

/** For one cluster: it remembers whose deletion it has set, for the message when that is called off. */
export function newDeviceTaintEvictionController(): Controller {
  const scheduled = new Set<string>();

  async function reconcile(key: string, ctx: ControllerContext): Promise<Result | undefined> {
    const { namespace, name } = splitKey(key);
    const pod = ctx.lister(PODS).get(namespace, name) as PodObject | undefined;
    if (!pod?.spec?.nodeName || pod.metadata.deletionTimestamp) {
      scheduled.delete(key);
      return undefined;
    }
    const at = evictionTime(pod, ctx);
    if (at === Number.POSITIVE_INFINITY) {
      if (scheduled.delete(key)) ctx.recorder.event(pod as Stored, 'Normal', REASON, 'Cancelling deletion');
      return undefined;
    }
    const left = at - ctx.clock.now();
    if (left > 0) {
      scheduled.add(key);
      return { requeueAfter: left };
    }
    scheduled.delete(key);
    ctx.recorder.event(pod as Stored, 'Normal', REASON, 'Marking for deletion');
    await ignoring(disruptPod(pod, { condition: CONDITION }, ctx), isNotFound);
    return undefined;
  }

  return {
    name: 'device-taint-eviction-controller',
    watches: [
      {
        resource: PODS,
        whole: ({ spec }) => (spec?.resourceClaims?.length ?? 0) > 0,
        keys: ({ object, old }: Change) =>
          object?.spec?.resourceClaims?.length && object.spec.nodeName && !old?.spec?.nodeName
            ? [keyOfObject(object)]
            : [],
      },
      { resource: CLAIMS, keys: keysOfClaim },
      { resource: SLICES, keys: keysOfSlice },
      { resource: RULES, keys: keysOfRule },
    ],
    reconcile,
  };
}

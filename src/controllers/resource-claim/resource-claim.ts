/**
 * Makes the resource claims of pods from templates, reserves allocated claims for pods that were bound past the scheduler,
 * and lets go of claims whose pods are done. Source: kubernetes pkg/controller/resourceclaim/controller.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { isControlledBy, ownerReference } from '../../apimachinery/controller-ref.ts';
import type { PodResourceClaim, PodResourceClaimStatus } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  ResourceClaimConsumerReference,
  ResourceClaimTemplate,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { ignoring, isNamespaceTerminating, isNotFound } from '../errors.ts';
import { type Change, type Controller, type ControllerContext, keyOfObject, splitKey } from '../framework.ts';
import { messageOf, PODS } from '../pod-control.ts';
import {
  claimNameOf,
  claimNamesOf,
  CLAIMS,
  type ClaimObject,
  isFor,
  isPodDone,
  isReservedFor,
  POD_CLAIM_ANNOTATION,
  type PodObject,
  TEMPLATES,
} from './pod-claims.ts';

type Template = Stored<ResourceClaimTemplate & KubeObject>;

const POD = { apiVersion: 'v1', kind: 'Pod' };
const FINALIZER = 'resource.kubernetes.io/delete-protection';
const FIELD_MANAGER = 'ResourceClaimController';
/** Leaves room for a hyphen and five random characters in a name of 63. */
const BASE_NAME_MAX = 57;

const podKey = (pod: PodObject): string => `pod:${keyOfObject(pod)}`;
const claimKey = (namespace: string, name: string): string => `claim:${namespace}/${name}`;
const hasClaims = ({ spec }: PodObject): boolean => (spec?.resourceClaims?.length ?? 0) > 0;

function* keysOfPod({ object, old }: Change, _ctx: ControllerContext): Iterable<string> {
  const gone = old && (!object || object.metadata.uid !== old.metadata.uid) ? [old as PodObject] : [];
  const done = object && isPodDone(object as PodObject) ? [object as PodObject] : [];
  for (const pod of [...gone, ...done]) {
    for (const name of claimNamesOf(pod)) yield claimKey(pod.metadata.namespace!, name);
  }
  if (object && hasClaims(object as PodObject) && !object.metadata.deletionTimestamp) {
    yield podKey(object as PodObject);
  }
}

function* keysOfClaim({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  const { namespace = '', name = '' } = (object ?? old)!.metadata;
  if (object) yield claimKey(namespace, name);
  for (const pod of ctx.lister(PODS).list(namespace) as PodObject[]) {
    if (hasClaims(pod) && [...claimNamesOf(pod)].includes(name)) yield podKey(pod);
  }
}

/** Pods that have waited for a template. */
function* keysOfTemplate({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  if (!object || old) return;
  const { namespace = '', name } = object.metadata;
  for (const pod of ctx.lister(PODS).list(namespace) as PodObject[]) {
    if (pod.spec?.resourceClaims?.some((one) => one.resourceClaimTemplateName === name)) yield podKey(pod);
  }
}

async function syncPod(namespace: string, name: string, ctx: ControllerContext): Promise<void> {
  const pod = ctx.lister(PODS).get(namespace, name) as PodObject | undefined;
  if (!pod || pod.metadata.deletionTimestamp || isPodDone(pod)) return;
  const made: PodResourceClaimStatus[] = [];
  for (const claim of pod.spec?.resourceClaims ?? []) {
    try {
      const resourceClaimName = await ensureClaim(pod, claim, ctx);
      if (resourceClaimName !== undefined) made.push({ name: claim.name, resourceClaimName });
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      const message = `PodResourceClaim ${claim.name}: ${messageOf(error)}`;
      ctx.recorder.event(pod, 'Warning', 'FailedResourceClaimCreation', message);
      throw new Error(`pod ${namespace}/${name}, ${message}`);
    }
  }
  const known = pod.status?.resourceClaimStatuses ?? [];
  const isNew = made.some(
    (one) =>
      !known.some((other) => other.name === one.name && other.resourceClaimName === one.resourceClaimName),
  );
  if (isNew) {
    const kept = known.filter((one) => !made.some((other) => other.name === one.name));
    const status = { resourceClaimStatuses: [...kept, ...made] };
    await ctx.client.apply(PODS, namespace, { metadata: { name }, status }, FIELD_MANAGER, 'status');
  }
  // The scheduler reserves claims of the pods that it binds.
  if (pod.spec?.nodeName) for (const claim of pod.spec.resourceClaims ?? []) await reserve(pod, claim, ctx);
}

/** The name of the claim that stands for a template; undefined: the pod names one itself, or has none by intention. */
async function ensureClaim(
  pod: PodObject,
  reference: PodResourceClaim,
  ctx: ControllerContext,
): Promise<string | undefined> {
  const { resourceClaimTemplateName: template } = reference;
  const { name, isMade } = claimNameOf(pod, reference);
  if (template === undefined || (isMade && name === undefined)) return undefined;
  const { namespace = '' } = pod.metadata;
  if (name !== undefined) {
    const claim = ctx.lister(CLAIMS).get(namespace, name) as ClaimObject | undefined;
    if (claim && isControlledBy(claim, pod)) return name;
  }
  // The copies may not show what was made a moment ago.
  const { items } = await ctx.client.list<ClaimObject>(CLAIMS, namespace);
  const found = items.find(
    (one) => one.metadata.annotations?.[POD_CLAIM_ANNOTATION] === reference.name && isControlledBy(one, pod),
  );
  return (found ?? (await createClaim(pod, reference.name, template, ctx))).metadata.name!;
}

async function createClaim(
  pod: PodObject,
  claimName: string,
  templateName: string,
  ctx: ControllerContext,
): Promise<Stored> {
  const { namespace = '', name = '' } = pod.metadata;
  const template = ctx.lister(TEMPLATES).get(namespace, templateName) as Template | undefined;
  if (!template) {
    const missing = `resourceclaimtemplate.resource.k8s.io "${templateName}" not found`;
    throw new Error(`resource claim template "${templateName}": ${missing}`);
  }
  const { labels, annotations } = template.spec.metadata ?? {};
  try {
    return await ctx.client.create<KubeObject>(CLAIMS, namespace, {
      metadata: {
        generateName: baseName(name, claimName),
        ownerReferences: [{ ...ownerReference(pod, POD), controller: true }],
        annotations: { ...annotations, [POD_CLAIM_ANNOTATION]: claimName },
        ...(labels ? { labels: { ...labels } } : {}),
      },
      spec: deepCopy(template.spec.spec),
    });
  } catch (error) {
    if (isNamespaceTerminating(error)) throw error;
    throw new Error(`create ResourceClaim : ${messageOf(error)}`);
  }
}

/** Of names that are too long each keeps its share. */
function baseName(pod: string, claim: string): string {
  const whole = `${pod}-${claim}-`;
  if (whole.length <= BASE_NAME_MAX) return whole;
  const share = (name: string): string =>
    name.slice(0, Math.floor((name.length * BASE_NAME_MAX) / whole.length));
  return `${share(pod)}-${share(claim)}`;
}

async function reserve(pod: PodObject, reference: PodResourceClaim, ctx: ControllerContext): Promise<void> {
  const { namespace = '', name: podName = '', uid = '' } = pod.metadata;
  const { name } = claimNameOf(pod, reference);
  const claim =
    name === undefined ? undefined : (ctx.lister(CLAIMS).get(namespace, name) as ClaimObject | undefined);
  if (!claim?.status?.allocation || !isFor(claim, pod, reference) || isReservedFor(claim, pod)) return;
  const consumer: ResourceClaimConsumerReference = { resource: 'pods', name: podName, uid };
  await change(
    claim,
    (newest) => {
      if (!newest.status?.allocation || isReservedFor(newest, pod)) return;
      newest.status.reservedFor = [...(newest.status.reservedFor ?? []), consumer];
    },
    ctx,
    'status',
  );
}

async function change(
  { metadata }: ClaimObject,
  by: (claim: ClaimObject) => void,
  { client }: ControllerContext,
  subresource?: 'status',
): Promise<ClaimObject | undefined> {
  const update = subresource ? client.updateStatus : client.update;
  const write = update.call(client, CLAIMS, metadata.namespace!, metadata.name!, (newest) => {
    if (newest.metadata.uid === metadata.uid) by(newest as ClaimObject);
    return newest;
  });
  return (await ignoring(write, isNotFound)) as ClaimObject | undefined;
}

async function syncClaim(namespace: string, name: string, ctx: ControllerContext): Promise<void> {
  const claim = ctx.lister(CLAIMS).get(namespace, name) as ClaimObject | undefined;
  if (!claim) return;
  const consumers = claim.status?.reservedFor ?? [];
  const ended = new Set<string>();
  for (const consumer of consumers) if (await isOver(namespace, consumer, ctx)) ended.add(consumer.uid);
  const isUnused = ended.size === consumers.length;
  const isProtected = claim.metadata.finalizers?.includes(FINALIZER) ?? false;
  if (ended.size > 0) await release(claim, ended, ctx);
  else if (isProtected && isUnused && claim.metadata.deletionTimestamp) await release(claim, ended, ctx);
  if (!isUnused) return;
  const owner = claim.metadata.ownerReferences?.find((one) => one.controller && one.kind === 'Pod');
  const pod = owner && (ctx.lister(PODS).get(namespace, owner.name) as PodObject | undefined);
  // Of a pod that is gone the garbage collector takes care.
  if (pod && (pod.metadata.uid !== owner.uid || isPodDone(pod)))
    await ctx.client.delete(CLAIMS, namespace, name);
}

/** Whether who a claim is reserved for needs it no more. Others than pods are not known here. */
async function isOver(
  namespace: string,
  { apiGroup = '', resource, name, uid }: ResourceClaimConsumerReference,
  ctx: ControllerContext,
): Promise<boolean> {
  if (apiGroup !== '' || resource !== 'pods') return false;
  // The copies may not show a pod that was bound a moment ago.
  const pod =
    (ctx.lister(PODS).get(namespace, name) as PodObject | undefined) ??
    (await ctx.client.get<PodObject>(PODS, namespace, name));
  return pod?.metadata.uid !== uid || isPodDone(pod);
}

/** Takes consumers off; with the last one goes the allocation, and what protects it. */
async function release(
  claim: ClaimObject,
  ended: ReadonlySet<string>,
  ctx: ControllerContext,
): Promise<void> {
  const released = await change(
    claim,
    (newest) => {
      const { reservedFor = [] } = newest.status ?? {};
      const remaining = reservedFor.filter(({ uid }) => !ended.has(uid));
      if (!newest.status) return;
      if (remaining.length > 0) newest.status.reservedFor = remaining;
      else {
        delete newest.status.reservedFor;
        if (newest.metadata.finalizers?.includes(FINALIZER)) delete newest.status.allocation;
      }
    },
    ctx,
    'status',
  );
  if (!released || released.status?.allocation || !released.metadata.finalizers?.includes(FINALIZER)) return;
  await change(
    released,
    (newest) => {
      // It may have been allocated anew.
      if (newest.status?.allocation) return;
      newest.metadata.finalizers = newest.metadata.finalizers?.filter((one) => one !== FINALIZER) ?? [];
    },
    ctx,
  );
}

export const resourceClaimController: Controller = {
  name: 'resource-claim-controller',
  eventSource: 'resource_claim',
  watches: [
    { resource: PODS, whole: (pod) => hasClaims(pod as PodObject), keys: keysOfPod },
    { resource: CLAIMS, keys: keysOfClaim },
    { resource: TEMPLATES, keys: keysOfTemplate },
  ],
  reconcile(key, ctx) {
    const colon = key.indexOf(':');
    const { namespace, name } = splitKey(key.slice(colon + 1));
    return key.startsWith('pod:') ? syncPod(namespace, name, ctx) : syncClaim(namespace, name, ctx);
  },
};

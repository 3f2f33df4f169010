/**
 * Ranges of cluster IPs: says of each that it is ready, and keeps one that is being deleted while services have addresses
 * that no other range holds. Source: kubernetes pkg/controller/servicecidrs/servicecidrs_controller.go, pkg/api/servicecidr.
 */
import { findCondition } from '../apimachinery/conditions.ts';
import { type CIDR, parseIP } from '../apimachinery/ip.ts';
import { formatTime, parseTime } from '../apimachinery/time.ts';
import type { Condition } from '../apimachinery/types/meta.v1.gen.ts';
import type { ServiceCIDR } from '../apimachinery/types/networking.v1.gen.ts';
import { allocates, blocksOf, overlap } from '../apis/networking/service-ranges.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import type { Change, Controller, ControllerContext, Result } from './framework.ts';

type Range = ServiceCIDR & KubeObject;

const RANGES: ResourceName = ['networking.k8s.io', 'servicecidrs'];
const ADDRESSES: ResourceName = ['networking.k8s.io', 'ipaddresses'];
/** Of its events and of what it applies. */
const COMPONENT = 'service-cidr-controller';
const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const ALLOCATOR = 'ipallocator.k8s.io';
/** Milliseconds in which whoever gives out addresses learns that a range is going. */
const DELETION_GRACE = 10_000;

const READY: Pick<Condition, 'status' | 'reason' | 'message'> = {
  status: 'True',
  reason: '',
  message: 'Kubernetes Service CIDR is ready',
};
const TERMINATING: typeof READY = {
  status: 'False',
  reason: 'Terminating',
  message:
    'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

const isAllocated = ({ metadata }: Stored): boolean => metadata.labels?.[MANAGED_BY] === ALLOCATOR;

/** A new range may hold the addresses of one that waits. */
function* keysOfRange({ object, old }: Change<Range>, ctx: ControllerContext): Iterable<string> {
  const range = (object ?? old)!;
  yield range.metadata.name!;
  if (!object || old) return;
  const blocks = blocksOf(object);
  for (const other of ctx.lister<Range>(RANGES).list()) {
    if (blocksOf(other).some((block) => blocks.some((one) => overlap(one, block))))
      yield other.metadata.name!;
  }
}

/** An address holds back, and lets go, only what is being deleted. */
function* keysOfAddress({ object, old }: Change, ctx: ControllerContext): Iterable<string> {
  if (object && old) return;
  const address = (object ?? old)!;
  const ip = isAllocated(address) ? parseIP(address.metadata.name!) : undefined;
  if (!ip) return;
  for (const range of ctx.lister<Range>(RANGES).list()) {
    if (!range.metadata.deletionTimestamp) continue;
    if (blocksOf(range).some((block) => allocates(block, ip))) yield range.metadata.name!;
  }
}

async function reconcile(name: string, ctx: ControllerContext): Promise<Result | void> {
  const range = ctx.lister<Range>(RANGES).get('', name);
  if (!range) return;
  const { deletionTimestamp } = range.metadata;
  if (!deletionTimestamp) {
    await setFinalizers(range, ctx, (finalizers) =>
      finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER],
    );
    try {
      await report(range, READY, ctx);
    } catch (error) {
      const message = 'The ServiceCIDR Status can not be set to Ready=True';
      ctx.recorder.event(range, 'Warning', 'KubernetesServiceCIDRError', message);
      throw error;
    }
    return;
  }
  if (!isFree(range, ctx)) return report(range, TERMINATING, ctx);
  const wait = parseTime(deletionTimestamp) + DELETION_GRACE - ctx.clock.now();
  if (wait > 0) return { requeueAfter: wait };
  await setFinalizers(range, ctx, (finalizers) => finalizers.filter((one) => one !== FINALIZER));
}

/** Whether no address is left without a range when this one goes. */
function isFree(range: Stored<Range>, ctx: ControllerContext): boolean {
  const others = ctx
    .lister<Range>(RANGES)
    .list()
    .filter(({ metadata }) => metadata.name !== range.metadata.name)
    .flatMap(blocksOf);
  const blocks = blocksOf(range);
  const holds = (block: CIDR) => others.some((one) => one.prefix <= block.prefix && overlap(one, block));
  if (blocks.every(holds)) return true;
  return ctx
    .lister(ADDRESSES)
    .list()
    .filter(isAllocated)
    .flatMap(({ metadata }) => parseIP(metadata.name!) ?? [])
    .every(
      (ip) => !blocks.some((block) => allocates(block, ip)) || others.some((block) => allocates(block, ip)),
    );
}

async function setFinalizers(
  range: Stored<Range>,
  { client }: ControllerContext,
  change: (finalizers: string[]) => string[],
): Promise<void> {
  const { name = '', uid } = range.metadata;
  await ignoring(
    client.update<Range>(
      RANGES,
      '',
      name,
      (newest) => {
        if (newest.metadata.uid === uid)
          newest.metadata.finalizers = change(newest.metadata.finalizers ?? []);
        return newest;
      },
      range,
    ),
    isNotFound,
  );
}

async function report(
  range: Stored<Range>,
  { status, reason, message }: typeof READY,
  { client, clock }: ControllerContext,
): Promise<void> {
  const old = findCondition(range.status?.conditions, 'Ready');
  if (old?.status === status && (old.reason ?? '') === reason && old.message === message) return;
  const condition = { type: 'Ready', status, reason, message, lastTransitionTime: formatTime(clock.now()) };
  const object = { metadata: { name: range.metadata.name! }, status: { conditions: [condition] } };
  await client.apply<Range>(RANGES, '', object, COMPONENT, 'status');
}

export const serviceCIDRController: Controller = {
  name: 'service-cidrs-controller',
  eventSource: COMPONENT,
  watches: [
    { resource: RANGES, keys: keysOfRange },
    { resource: ADDRESSES, whole: () => false, keys: keysOfAddress },
  ],
  reconcile,
};

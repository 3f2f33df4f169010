/**
 * Deletes events an hour after they were last seen. Upstream has etcd do it (--event-ttl).
 *
 * Events are not followed: they are many. Whatever happens in the cluster has a sweep made within ten minutes, and as
 * long as a sweep leaves events behind another one follows; so a cluster without events is not woken.
 */
import { parseTime } from '../apimachinery/time.ts';
import type { Event } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { forEachParallel, ignoring, isConflict } from './errors.ts';
import type { Controller, ControllerContext, Result } from './framework.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const EVENTS: ResourceName = ['', 'events'];
/** What most events are about. */
const CAUSES: readonly ResourceName[] = [
  ['', 'pods'],
  ['', 'nodes'],
  ['', 'services'],
  ['', 'persistentvolumeclaims'],
  ['apps', 'deployments'],
  ['apps', 'replicasets'],
  ['apps', 'statefulsets'],
  ['apps', 'daemonsets'],
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
  ['policy', 'poddisruptionbudgets'],
];
const SWEEP = 'sweep';
export const TTL_MS = 3_600_000;
/** Milliseconds between sweeps. */
export const INTERVAL_MS = 600_000;
/** Events deleted by one sweep at most; the rest is left to the next, which follows soon. */
const MAX_DELETED = 5000;
const SOON_MS = 1000;
const PARALLEL = 64;

type EventObject = Event & KubeObject;

/** When the event was last seen, in ms. */
export function lastSeen({ metadata, firstTimestamp, lastTimestamp, eventTime, series }: Event): number {
  let last = 0;
  for (const text of [
    metadata?.creationTimestamp,
    firstTimestamp,
    lastTimestamp,
    eventTime,
    series?.lastObservedTime,
  ]) {
    if (text) last = Math.max(last, parseTime(text));
  }
  return last;
}

async function sweep(ctx: ControllerContext): Promise<Result | undefined> {
  const { client, clock } = ctx;
  const now = clock.now();
  let deleted = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (const { metadata } of ctx.lister(NAMESPACES).list('')) {
    // Namespace by namespace: their events need not all be in memory at once.
    const { items } = await client.list<EventObject>(EVENTS, metadata.name!);
    const expired: Stored<EventObject>[] = [];
    for (const event of items) {
      const seen = lastSeen(event);
      if (seen + TTL_MS <= now) expired.push(event);
      else oldest = Math.min(oldest, seen);
    }
    const batch = expired.slice(0, MAX_DELETED - deleted);
    await forEachParallel(batch, PARALLEL, (event) => {
      const { namespace = '', name = '', uid = '', resourceVersion = '' } = event.metadata;
      // One that has been seen again meanwhile stays.
      const options = { preconditions: { uid, resourceVersion } };
      return ignoring(client.delete(EVENTS, namespace, name, options, event), isConflict);
    });
    deleted += batch.length;
    if (batch.length < expired.length) return { requeueAfter: SOON_MS };
  }
  if (oldest === Number.POSITIVE_INFINITY) return;
  return { requeueAfter: Math.max(INTERVAL_MS, oldest + TTL_MS - now) };
}

export const eventTTLController: Controller = {
  name: 'event-ttl-controller',
  watches: [
    {
      resource: NAMESPACES,
      keys: (_, ctx) => {
        ctx.enqueue(SWEEP, INTERVAL_MS);
        return [];
      },
    },
    ...CAUSES.map((resource) => ({
      resource,
      keys: (_: unknown, ctx: ControllerContext) => {
        ctx.enqueue(SWEEP, INTERVAL_MS);
        return [];
      },
    })),
  ],
  reconcile: (_, ctx) => sweep(ctx),
};

/**
 * Empties namespaces that are being deleted and lets them go. Pods go first, and nothing else goes before the last
 * of them has (OrderedNamespaceDeletion).
 * Source: kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
 */
import { StatusError } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Namespace } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { NAMESPACE_FINALIZER } from '../../apis/core/namespace.ts';
import { storedOnce } from '../../apis/catalog.ts';
import { RESOURCES } from '../../apis/resources.ts';
import type { Client, ResourceName } from '../../registry/client.ts';
import { forEachParallel, ignoring, isNotFound } from '../errors.ts';
import type { Change, Controller, ControllerContext, Result } from '../framework.ts';
import { deletionConditions } from './conditions.ts';

const NAMESPACES: ResourceName = ['', 'namespaces'];
const PODS: ResourceName = ['', 'pods'];

/** What can be in a namespace, each storage once. */
const CONTENT: readonly ResourceName[] = RESOURCES.filter(
  ({ namespaced, storedAs, verbs }) =>
    namespaced && !storedAs && verbs.includes('list') && verbs.includes('delete'),
).map(({ group, resource }) => [group, resource]);

/** Events and leases are many and are never waited for. */
const UNWATCHED = new Set(['events', 'leases']);
/** Resources emptied at once. */
const PARALLEL = 8;
/** Milliseconds between two looks at a namespace that does not get empty. */
const MIN_WAIT = 250;
const MAX_WAIT = 15_000;

type NamespaceObject = Namespace & KubeObject;

interface Counts {
  readonly resources: Map<string, number>;
  readonly finalizers: Map<string, number>;
  readonly errors: string[];
}

/** Deletes all objects of a resource in a namespace and notes what did not go at once. */
async function empty(
  client: Client,
  resource: ResourceName,
  namespace: string,
  counts: Counts,
): Promise<void> {
  try {
    // The namespace is emptied object by object: nothing may be orphaned on the way.
    const deleted = await client.deleteCollection(resource, namespace, {}, { orphanDependents: false });
    if (deleted === 0) return;
    const { items } = await client.list(resource, namespace);
    if (items.length === 0) return;
    counts.resources.set(`${resource[1]}.${resource[0]}`, items.length);
    for (const { metadata } of items) {
      for (const finalizer of metadata.finalizers ?? []) {
        counts.finalizers.set(finalizer, (counts.finalizers.get(finalizer) ?? 0) + 1);
      }
    }
  } catch (error) {
    counts.errors.push(error instanceof Error ? error.message : String(error));
    if (!(error instanceof StatusError)) throw error;
  }
}

/** How long to wait before the next look: the longer it has been going on, the longer. */
export const nextLook = (deletedAt: number, now: number): number =>
  Math.min(MAX_WAIT, Math.max(MIN_WAIT, (now - deletedAt) / 4));

function terminating(name: string, ctx: ControllerContext): boolean {
  return ctx.lister(NAMESPACES).get('', name)?.metadata.deletionTimestamp !== undefined;
}

/** The namespace of an object that was waited for and has gone. */
function emptied({ object, old }: Change, ctx: ControllerContext): string[] {
  const namespace = old?.metadata.namespace;
  if (object || !namespace || !old.metadata.deletionTimestamp) return [];
  return terminating(namespace, ctx) ? [namespace] : [];
}

async function reconcile(name: string, ctx: ControllerContext): Promise<Result | undefined> {
  const { client, clock } = ctx;
  if (!terminating(name, ctx)) return;
  const namespace = await client.get<NamespaceObject>(NAMESPACES, '', name);
  if (!namespace?.metadata.deletionTimestamp) return;
  if (!namespace.spec?.finalizers?.includes(NAMESPACE_FINALIZER)) return;
  const counts: Counts = { resources: new Map(), finalizers: new Map(), errors: [] };
  await empty(client, PODS, name, counts);
  if (counts.resources.size === 0 && counts.errors.length === 0) {
    const custom = storedOnce((await client.catalog()).custom).filter(({ namespaced }) => namespaced);
    await forEachParallel(
      [
        ...CONTENT.filter(([group, resource]) => group !== PODS[0] || resource !== PODS[1]),
        ...custom.map(({ group, resource }): ResourceName => [group, resource]),
      ],
      PARALLEL,
      (resource) => empty(client, resource, name, counts),
    );
  }
  await ignoring(reportProgress(namespace, counts, ctx), isNotFound);
  if (counts.errors.length > 0) throw new Error(`namespace ${name}: ${counts.errors.join(', ')}`);
  if (counts.resources.size > 0) {
    return { requeueAfter: nextLook(Date.parse(namespace.metadata.deletionTimestamp), clock.now()) };
  }
  await ignoring(
    client.finalizeNamespace<NamespaceObject>(name, (object) => {
      if (object.metadata.uid !== namespace.metadata.uid) return object;
      const finalizers = object.spec?.finalizers?.filter((one) => one !== NAMESPACE_FINALIZER) ?? [];
      return { ...object, spec: { ...object.spec, finalizers } };
    }),
    isNotFound,
  );
}

async function reportProgress(
  namespace: Stored<NamespaceObject>,
  counts: Counts,
  ctx: ControllerContext,
): Promise<void> {
  const now = formatTime(ctx.clock.now());
  const change = (object: Stored<NamespaceObject>): NamespaceObject => {
    const conditions = deletionConditions(object.status?.conditions, counts, now);
    return { ...object, status: { ...object.status, conditions } };
  };
  if (deletionConditions(namespace.status?.conditions, counts, now) === namespace.status?.conditions) return;
  await ctx.client.updateStatus<NamespaceObject>(NAMESPACES, '', namespace.metadata.name!, change, namespace);
}

export const namespaceController: Controller = {
  name: 'namespace-controller',
  watches: [
    {
      resource: NAMESPACES,
      keys: ({ object }) => (object?.metadata.deletionTimestamp ? [object.metadata.name!] : []),
    },
    ...CONTENT.filter(([, resource]) => !UNWATCHED.has(resource)).map((resource) => ({
      resource,
      whole: () => false,
      keys: emptied,
    })),
  ],
  watchCustom: ({ group, resource }) => ({ resource: [group, resource], whole: () => false, keys: emptied }),
  reconcile,
};

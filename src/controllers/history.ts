/**
 * ControllerRevisions: what the template of a DaemonSet or StatefulSet was, so that pods can be told by their revision and
 * a rollout undone. Source: kubernetes pkg/controller/history/controller_history.go, pkg/controller/daemon/update.go.
 */
import { newControllerRef } from '../apimachinery/controller-ref.ts';
import { canonicalJSON, podTemplateHash } from '../apimachinery/hash.ts';
import type { Selector } from '../apimachinery/labels.ts';
import type { ControllerRevision } from '../apimachinery/types/apps.v1.gen.ts';
import type { PodTemplateSpec } from '../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { isAlreadyExists } from './errors.ts';
import type { ControllerContext } from './framework.ts';
import { claimObjects, type Kind } from './ref-manager.ts';

export const CONTROLLER_REVISIONS: ResourceName = ['apps', 'controllerrevisions'];
/** The label of pods (and of a DaemonSet's revisions) that names the revision. */
export const REVISION_HASH = 'controller-revision-hash';

/** Hashes tried when names are taken by other templates. */
const COLLISIONS = 20;
const MAX_PREFIX = 223;

export interface HistoryOf {
  readonly owner: Stored;
  readonly ownerResource: ResourceName;
  readonly ownerKind: Kind;
  readonly selector: Selector;
  readonly template: PodTemplateSpec;
  readonly collisionCount: number | undefined;
  /** The label of a revision that has its hash. */
  readonly hashLabel: string;
}

export interface History {
  /** The revision of the owner's template: the highest. */
  readonly current: Stored<ControllerRevision>;
  /** All others, oldest first. */
  readonly old: readonly Stored<ControllerRevision>[];
  /** How many names were found taken by other templates, those of earlier times included. */
  readonly collisionCount: number | undefined;
}

/**
 * The strategic merge patch that brings a template back. kubectl compares it byte by byte with its own: keys are sorted
 * as Go sorts those of a map.
 */
export const revisionData = (template: PodTemplateSpec): object =>
  JSON.parse(canonicalJSON({ spec: { template: { ...template, $patch: 'replace' } } }));

/** The owner's revisions, the one of its template made or brought to the front where that is necessary. */
export async function syncHistory(ctx: ControllerContext, history: HistoryOf): Promise<History> {
  const { owner, ownerResource, ownerKind, selector, template } = history;
  const data = revisionData(template);
  const text = canonicalJSON(data);
  const revisions = await claimObjects<ControllerRevision>(ctx, {
    owner,
    ownerResource,
    ownerKind,
    selector,
    resource: CONTROLLER_REVISIONS,
  });
  revisions.sort((a, b) => Number(a.revision) - Number(b.revision));
  const found = revisions.findLast((one) => canonicalJSON(one.data) === text);
  const old = revisions.filter((one) => one !== found);
  const revision = Number(old.at(-1)?.revision ?? 0) + 1;
  const { collisionCount } = history;
  if (!found) return { ...(await create(ctx, history, data, revision)), old };
  if (found.revision >= revision) return { current: found, old, collisionCount };
  const { namespace = '', name = '' } = found.metadata;
  const renumbered = await ctx.client.update<ControllerRevision>(
    CONTROLLER_REVISIONS,
    namespace,
    name,
    (one) => ({ ...one, revision: Math.max(Number(one.revision), revision) }),
    found,
  );
  return { current: renumbered, old, collisionCount };
}

async function create(
  ctx: ControllerContext,
  { owner, ownerKind, template, hashLabel, collisionCount }: HistoryOf,
  data: object,
  revision: number,
): Promise<Omit<History, 'old'>> {
  const { namespace = '', name: ownerName = '', annotations } = owner.metadata;
  const text = canonicalJSON(data);
  let collisions = collisionCount;
  for (let attempt = 0; attempt < COLLISIONS; attempt++) {
    const hash = podTemplateHash(template, collisions);
    const name = `${ownerName.slice(0, MAX_PREFIX)}-${hash}`;
    try {
      const current = await ctx.client.create<ControllerRevision>(CONTROLLER_REVISIONS, namespace, {
        metadata: {
          name,
          labels: { ...template.metadata?.labels, [hashLabel]: hash },
          ...(annotations ? { annotations: { ...annotations } } : {}),
          ownerReferences: [newControllerRef(owner, ownerKind)],
        },
        data,
        revision,
      });
      return { current, collisionCount: collisions };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = await ctx.client.get<ControllerRevision>(CONTROLLER_REVISIONS, namespace, name);
      if (existing && canonicalJSON(existing.data) === text)
        return { current: existing, collisionCount: collisions };
      collisions = (collisions ?? 0) + 1;
    }
  }
  throw new Error(`no name is free for a revision of ${namespace}/${ownerName}`);
}

/** Deletes the first `count` of these revisions. */
export async function truncateHistory(
  ctx: ControllerContext,
  unused: readonly Stored<ControllerRevision>[],
  count: number,
): Promise<void> {
  await Promise.all(
    unused.slice(0, Math.max(0, count)).map((one) => {
      const { namespace = '', name = '', uid = '' } = one.metadata;
      return ctx.client.delete(CONTROLLER_REVISIONS, namespace, name, { preconditions: { uid } }, one);
    }),
  );
}

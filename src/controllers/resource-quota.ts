/**
 * Recalculates what quotas are used. Admission charges a quota together with what it admits; what is given back, by
 * deletions and by pods that finish, is found here.
 * Source: kubernetes pkg/controller/resourcequota/resource_quota_controller.go, resource_quota_monitor.go.
 *
 * The status is only written if the quota is still the one that was read before the objects were counted: whatever is
 * admitted meanwhile changes the quota, so no charge is ever lost.
 */
import type { Pod, ResourceQuota, ResourceQuotaStatus } from '../apimachinery/types/core.v1.gen.ts';
import { isPodTerminal } from '../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { RESOURCES } from '../apis/resources.ts';
import { equalJSON, semanticEqual } from '../apis/strategy.ts';
import type { ResourceName } from '../registry/client.ts';
import { calculateUsage, evaluatorOf } from '../registry/admission/quota/evaluators.ts';
import { isNotFound } from './errors.ts';
import { type Change, type Controller, type ControllerContext, keyOfObject, splitKey } from './framework.ts';

const QUOTAS: ResourceName = ['', 'resourcequotas'];
/** What is given back within so many ms is counted together. */
const BATCH_MS = 250;
const ATTEMPTS = 5;
/** A status that changed is compared with what there is after so many ms. */
export const RESYNC_MS = 300_000;

type QuotaObject = ResourceQuota & KubeObject;

/** Too many and too short-lived to be followed; no quota is made for them. */
const IGNORED = new Set(['/events', 'coordination.k8s.io/leases', '/resourcequotas']);
const COUNTED: readonly ResourceName[] = RESOURCES.filter(
  ({ group, resource, namespaced, storedAs, verbs }) =>
    namespaced && !storedAs && verbs.includes('watch') && !IGNORED.has(`${group}/${resource}`),
).map(({ group, resource }) => [group, resource]);

/** Changes besides deletions by which something is given back, by resource. */
const RELEASES: Readonly<Record<string, (object: Stored, old: Stored) => boolean>> = {
  '/pods': (object, old) =>
    (isPodTerminal(object as Pod) && !isPodTerminal(old as Pod)) ||
    !equalJSON(object.spec?.containers, old.spec?.containers) ||
    !equalJSON(
      object.status?.containerStatuses?.map(resourcesOf),
      old.status?.containerStatuses?.map(resourcesOf),
    ),
  '/services': (object, old) =>
    object.spec?.type !== old.spec?.type || object.spec?.ports?.length !== old.spec?.ports?.length,
  '/persistentvolumeclaims': (object, old) =>
    !equalJSON(object.spec?.resources, old.spec?.resources) ||
    !equalJSON(object.status?.allocatedResources, old.status?.allocatedResources),
};
const resourcesOf = ({ resources, allocatedResources }: KubeObject): unknown => ({
  resources,
  allocatedResources,
});

function countedKeys(
  [group, resource]: ResourceName,
  { object, old }: Change,
  ctx: ControllerContext,
): string[] {
  if (!old) return [];
  if (object && !RELEASES[`${group}/${resource}`]?.(object, old)) return [];
  const evaluator = evaluatorOf(group, resource);
  for (const quota of ctx.lister<QuotaObject>(QUOTAS).list(old.metadata.namespace!)) {
    if (evaluator?.matching(Object.keys(quota.spec?.hard ?? {})).length)
      ctx.enqueue(keyOfObject(quota), BATCH_MS);
  }
  return [];
}

/**
 * A charge of admission changes what is used and nothing else: that is not counted again at once. But somebody may have
 * written something that is not so, and after a while that is found out.
 */
function quotaKeys({ object, old }: Change<QuotaObject>, ctx: ControllerContext): string[] {
  if (!object) return [];
  const { spec, status } = object;
  const counted = semanticEqual(status?.hard ?? {}, spec?.hard ?? {}) && status?.used !== undefined;
  if (!old || !counted || !equalJSON(spec, old.spec)) return [keyOfObject(object)];
  if (!equalJSON(status, old.status)) ctx.enqueue(keyOfObject(object), RESYNC_MS);
  return [];
}

/** The status with these counts; undefined when it is so already. */
export function quotaStatus(
  { spec, status }: ResourceQuota,
  counted: Readonly<Record<string, string>>,
): ResourceQuotaStatus | undefined {
  const hard = { ...spec?.hard };
  const used: Record<string, string> = {};
  for (const name of Object.keys(hard)) {
    // What nobody can count keeps what was said of it.
    const value = counted[name] ?? status?.used?.[name];
    if (value !== undefined) used[name] = value;
  }
  if (status?.hard && status.used && semanticEqual(status.hard, hard) && semanticEqual(status.used, used)) {
    return undefined;
  }
  return { hard, used };
}

const isCounted = (group: string, resource: string, { catalog }: ControllerContext): boolean =>
  COUNTED.some(([g, r]) => g === group && r === resource) ||
  resource === 'resourcequotas' ||
  catalog.stored(group, resource)?.custom?.terminating === false;

/** The quota changed while its objects were counted. */
class Overtaken extends Error {}

async function reconcile(key: string, ctx: ControllerContext): Promise<void> {
  const { client, clock } = ctx;
  const { namespace, name } = splitKey(key);
  const list = async (group: string, resource: string): Promise<readonly KubeObject[]> =>
    isCounted(group, resource, ctx) ? (await client.list([group, resource], namespace)).items : [];
  for (let attempt = 1; ; attempt++) {
    // The quota first: whatever is charged after this read makes the write fail.
    const quota = await client.get<QuotaObject>(QUOTAS, namespace, name);
    if (!quota) return;
    const status = quotaStatus(quota, await calculateUsage(quota, list, clock.now()));
    if (!status) return;
    try {
      await client.updateStatus<QuotaObject>(
        QUOTAS,
        namespace,
        name,
        (object) => {
          if (object.metadata.resourceVersion !== quota.metadata.resourceVersion) throw new Overtaken(key);
          return { ...object, status };
        },
        quota,
      );
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof Overtaken) || attempt >= ATTEMPTS) throw error;
    }
  }
}

export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  watches: [
    { resource: QUOTAS, keys: quotaKeys },
    ...COUNTED.map((resource) => ({
      resource,
      whole: () => Object.hasOwn(RELEASES, resource.join('/')),
      keys: (change: Change, ctx: ControllerContext) => countedKeys(resource, change, ctx),
    })),
  ],
  watchCustom: ({ group, resource }) => ({
    resource: [group, resource],
    whole: () => false,
    keys: (change, ctx) => countedKeys([group, resource], change, ctx),
  }),
  reconcile,
};

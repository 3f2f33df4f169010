/**
 * Deletes Jobs so many seconds after they have finished as their `ttlSecondsAfterFinished` says.
 * Source: kubernetes pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
 */
import { parseTime } from '../apimachinery/time.ts';
import type { Job } from '../apimachinery/types/batch.v1.gen.ts';
import { isJobFinished } from '../apis/batch/job-conditions.ts';
import type { KubeObject } from '../apis/object.ts';
import { type Controller, type ControllerContext, keyOfObject, type Result, splitKey } from './framework.ts';
import { JOBS } from './job/sync.ts';

/** When a Job has lived long enough after its end, in ms; undefined when it stays or is going already. */
export function expiryOf({ metadata, spec, status }: Job): number | undefined {
  const ttl = spec?.ttlSecondsAfterFinished;
  if (ttl === undefined || metadata?.deletionTimestamp) return undefined;
  const end = status?.conditions?.find(
    (one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True',
  );
  return end?.lastTransitionTime ? parseTime(end.lastTransitionTime) + ttl * 1000 : undefined;
}

async function reconcile(key: string, { client, clock }: ControllerContext): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  // Its TTL may have been raised a moment ago.
  const job = await client.get<Job & KubeObject>(JOBS, namespace, name);
  const expiry = job && expiryOf(job);
  if (expiry === undefined) return undefined;
  const left = expiry - clock.now();
  if (left > 0) return { requeueAfter: left };
  const { uid, resourceVersion } = job!.metadata;
  await client.delete(
    JOBS,
    namespace,
    name,
    { propagationPolicy: 'Foreground', preconditions: { uid: uid!, resourceVersion: resourceVersion! } },
    job,
  );
  return undefined;
}

export const ttlAfterFinishedController: Controller = {
  name: 'ttl-after-finished-controller',
  watches: [
    {
      resource: JOBS,
      keys: ({ object }) =>
        object && object.spec?.ttlSecondsAfterFinished !== undefined && isJobFinished(object)
          ? [keyOfObject(object)]
          : [],
    },
  ],
  reconcile,
};

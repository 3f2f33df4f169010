/**
 * Keeps what is in use: an object that is being deleted goes when nothing uses it any more, since its finalizer is only
 * then taken away. Source: kubernetes pkg/controller/volume (pvcprotection, pvprotection, vacprotection).
 */
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import { type Controller, type ControllerContext, keyOfObject, splitKey, type Watch } from '../framework.ts';

export interface Protection {
  /** The controller's name. */
  readonly name: string;
  readonly resource: ResourceName;
  readonly finalizer: string;
  readonly isUsed: (object: Stored, ctx: ControllerContext) => boolean | Promise<boolean>;
  /** Changes of others that may mean that an object is no longer used. */
  readonly watches?: readonly Watch[];
}

const has = ({ metadata }: Stored, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) ?? false;

/** Whether the object waits for the finalizer to be taken away. */
export const isGoing = (object: Stored | undefined, finalizer: string): boolean =>
  object?.metadata.deletionTimestamp !== undefined && has(object, finalizer);

export function protectionController(protection: Protection): Controller {
  const { name, resource, finalizer, watches = [] } = protection;
  return {
    name,
    watches: [
      {
        resource,
        keys({ object }) {
          if (!object) return [];
          const unprotected = !object.metadata.deletionTimestamp && !has(object, finalizer);
          return unprotected || isGoing(object, finalizer) ? [keyOfObject(object)] : [];
        },
      },
      ...watches,
    ],
    reconcile: (key, ctx) => reconcile(protection, key, ctx),
  };
}

async function reconcile(
  { resource, finalizer, isUsed }: Protection,
  key: string,
  ctx: ControllerContext,
): Promise<void> {
  const { namespace, name } = splitKey(key);
  const object = ctx.lister(resource).get(namespace, name);
  if (!object) return;
  const change = (finalizers: (known: readonly string[]) => string[]) =>
    ignoring(
      ctx.client.update<KubeObject>(
        resource,
        namespace,
        name,
        (newest) => {
          if (newest.metadata.uid !== object.metadata.uid) return newest;
          newest.metadata.finalizers = finalizers(
            newest.metadata.finalizers?.filter((one) => one !== finalizer) ?? [],
          );
          return newest;
        },
        object,
      ),
      isNotFound,
    );
  if (isGoing(object, finalizer)) {
    if (!(await isUsed(object, ctx))) await change((others) => [...others]);
  } else if (!object.metadata.deletionTimestamp && !has(object, finalizer)) {
    await change((others) => [...others, finalizer]);
  }
}

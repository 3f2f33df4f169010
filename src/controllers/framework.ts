/**
 * What a controller is. Level-triggered: a reconcile gets a key, never an event; it reads the newest state from the
 * informers, does what is missing through the client, and may be called twice at any time. Keys wait in a queue of
 * their own for each controller, deduplicated, with back-off after a failure.
 * Source: kubernetes-sigs/controller-runtime pkg/reconcile, pkg/source; client-go util/workqueue, tools/cache.
 */
import type { ResourceCatalog } from '../apis/catalog.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Client, ResourceName } from '../registry/client.ts';
import type { Change, Lister } from '../registry/informers.ts';

export type { EventRecorder, EventType } from '../registry/event-recorder.ts';
export type { Change, Lister } from '../registry/informers.ts';
import type { EventRecorder } from '../registry/event-recorder.ts';

export interface ControllerContext {
  /** Writes as the controller's service account. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly recorder: EventRecorder;
  /** The resources of the cluster, as far as they are followed. */
  readonly catalog: ResourceCatalog;
  /** The copies of a resource that the controller watches or reads. */
  lister<T extends KubeObject>(resource: ResourceName): Lister<T>;
  /** Has a key reconciled: at once, or in so many milliseconds. */
  enqueue(key: string, delay?: number): void;
}

export interface Result {
  /** Again after so many milliseconds. It replaces what the reconcile before asked for; absent: not by itself. */
  readonly requeueAfter?: number;
}

export interface Watch {
  readonly resource: ResourceName;
  /**
   * Which objects the controller needs more of than their metadata; default all. Copies that nobody needs whole are kept
   * without the rest, and are no ground for a write (the client reads again).
   */
  whole?(object: Stored): boolean;
  /** The keys a change concerns. Keys are the controller's own; usually `namespace/name`. */
  keys(change: Change<any>, ctx: ControllerContext): Iterable<string>;
}

export interface Controller {
  /** Upstream's name, e.g. `deployment-controller`: the user and the field manager of its writes. */
  readonly name: string;
  /** Whose writes it makes, when it is no part of upstream's controller manager. */
  readonly actsAs?: { readonly username: string; readonly fieldManager: string };
  /** The component of its events; default: the name. */
  readonly eventSource?: string;
  readonly watches: readonly Watch[];
  /** How it watches a custom resource; absent or undefined: it does not. */
  watchCustom?(definition: ResourceDefinition): Watch | undefined;
  /** Resources it looks up whose changes alone give it nothing to do. */
  readonly reads?: readonly ResourceName[];
  /** Reconciles under way at once; default 16. */
  readonly concurrency?: number;
  /** Brings the cluster nearer to what is wanted. A throw means: again, later. */
  reconcile(key: string, ctx: ControllerContext): Promise<Result | void>;
}

/** `namespace/name` of an object, or the bare name of a cluster-scoped one. */
export const keyOfObject = ({ metadata }: Stored): string =>
  metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name!;

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The keys of the object itself, whatever changed. */
export const itself = (change: Change): string[] => [keyOfObject((change.object ?? change.old)!)];

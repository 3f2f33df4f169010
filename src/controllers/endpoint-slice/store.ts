/** The slices of one controller: as the informers have them, and how they are written. */
import type { Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { forEachParallel, ignoring, isNamespaceTerminating, isNotFound } from '../errors.ts';
import type { Change, ControllerContext } from '../framework.ts';
import { ANNOTATION_TRIGGER_TIME, BATCH_MS } from '../service-pods.ts';
import {
  LABEL_MANAGED_BY,
  LABEL_SERVICE_NAME,
  type SliceObject,
  type SliceOwner,
  type SlicePlan,
  type SliceUpdate,
} from './packing.ts';
import { SliceTracker } from './tracker.ts';

export const ENDPOINT_SLICES: ResourceName = ['discovery.k8s.io', 'endpointslices'];
/** Slices written at once. */
const PARALLEL = 16;
const NONE: ReadonlyMap<string, Stored<SliceObject>> = new Map();

/** ms until the informers are looked at again when they do not have our own writes yet. */
export const STALE_MS = 20;

export class SliceStore {
  readonly #managedBy: string;
  readonly #tracker = new SliceTracker();
  /** Key of the service -> its slices by name. */
  readonly #slices = new Map<string, Map<string, Stored<SliceObject>>>();

  /** `managedBy`: the label's value of this controller's slices. */
  constructor(managedBy: string) {
    this.#managedBy = managedBy;
  }

  /** Notes a change of a slice, and has the service looked at when it was not made here. */
  observe({ object, old }: Change<SliceObject>, ctx: ControllerContext): void {
    const before = this.#serviceOf(old);
    const after = this.#serviceOf(object);
    const name = (object ?? old)!.metadata.name!;
    if (before && before !== after) this.#slices.get(before)?.delete(name);
    if (after) {
      const known = this.#slices.get(after);
      if (known) known.set(name, object!);
      else this.#slices.set(after, new Map([[name, object!]]));
    }
    for (const key of new Set([before, after])) {
      if (!key) continue;
      if (this.#slices.get(key)?.size === 0) this.#slices.delete(key);
      if (!this.#tracker.isOwn(key, name, object)) ctx.enqueue(key, BATCH_MS);
    }
  }

  /** The slices of a service; undefined while the informers are behind what was written here. */
  existing(key: string, now: number): Stored<SliceObject>[] | undefined {
    const slices = this.#slices.get(key) ?? NONE;
    if (this.#tracker.isStale(key, slices, now)) return undefined;
    return [...slices.values()].filter(({ metadata }) => !metadata.deletionTimestamp);
  }

  forget(key: string): void {
    this.#tracker.forget(key);
  }

  /** Carries a plan out. `trigger`: when its cause came about, RFC 3339. */
  async write(
    key: string,
    namespace: string,
    owner: SliceOwner,
    { creates, updates, deletes }: SlicePlan,
    trigger: string | undefined,
    ctx: ControllerContext,
  ): Promise<void> {
    const writes: (() => Promise<unknown>)[] = [
      ...updates.map((update) => () => this.#update(key, owner, update, trigger, ctx)),
      ...creates.map((slice) => () => this.#create(key, namespace, slice, trigger, ctx)),
      ...deletes.map(({ metadata }) => async () => {
        this.#tracker.expectDeletion(key, metadata.name!, ctx.clock.now());
        await ctx.client.delete(ENDPOINT_SLICES, namespace, metadata.name!);
      }),
    ];
    await forEachParallel(writes, PARALLEL, (write) => write());
  }

  /** The service of a slice of ours. */
  #serviceOf(slice: Stored<SliceObject> | undefined): string | undefined {
    const labels = slice?.metadata.labels;
    const name = labels?.[LABEL_SERVICE_NAME];
    return name && labels?.[LABEL_MANAGED_BY] === this.#managedBy
      ? `${slice!.metadata.namespace}/${name}`
      : undefined;
  }

  async #create(
    key: string,
    namespace: string,
    slice: SliceObject,
    trigger: string | undefined,
    { client, clock }: ControllerContext,
  ): Promise<void> {
    if (trigger) {
      slice.metadata!.annotations = { ...slice.metadata!.annotations, [ANNOTATION_TRIGGER_TIME]: trigger };
    }
    const created = await ignoring(
      client.create(ENDPOINT_SLICES, namespace, slice),
      isNamespaceTerminating,
      isNotFound,
    );
    if (created) this.#tracker.expect(key, created, clock.now());
  }

  async #update(
    key: string,
    { labels, annotations: wanted }: SliceOwner,
    { slice, endpoints, ports }: SliceUpdate,
    trigger: string | undefined,
    { client, clock }: ControllerContext,
  ): Promise<void> {
    const { namespace = '', name = '' } = slice.metadata;
    const updated = await ignoring(
      client.update<SliceObject>(
        ENDPOINT_SLICES,
        namespace,
        name,
        (object) => {
          const { annotations: old, ...metadata } = object.metadata;
          const { [ANNOTATION_TRIGGER_TIME]: _, ...others } = old ?? {};
          const annotations = {
            ...others,
            ...wanted,
            ...(trigger ? { [ANNOTATION_TRIGGER_TIME]: trigger } : {}),
          };
          return {
            ...object,
            metadata: {
              ...metadata,
              labels: { ...labels },
              ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
            },
            endpoints,
            ports,
          };
        },
        slice,
      ),
      isNotFound,
    );
    if (updated) this.#tracker.expect(key, updated, clock.now());
  }
}

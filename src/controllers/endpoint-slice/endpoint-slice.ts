/**
 * Keeps the EndpointSlices of services with selectors. Source: kubernetes pkg/controller/endpointslice/endpointslice_controller.go.
 */
import type { Node } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { forEachParallel, ignoring, isNamespaceTerminating, isNotFound } from '../errors.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  itself,
  type Result,
  splitKey,
} from '../framework.ts';
import {
  ANNOTATION_TRIGGER_TIME,
  BATCH_MS,
  PODS,
  podsOf,
  SERVICES,
  type ServiceObject,
  selectsPods,
  servicesOf,
  TriggerTimes,
} from '../service-pods.ts';
import {
  CONTROLLER_NAME,
  LABEL_MANAGED_BY,
  LABEL_SERVICE_NAME,
  planSlices,
  type SliceObject,
  type SliceUpdate,
} from './slices.ts';
import { SliceTracker } from './tracker.ts';

export const ENDPOINT_SLICES: ResourceName = ['discovery.k8s.io', 'endpointslices'];
const NODES: ResourceName = ['', 'nodes'];
/** Slices written at once. */
const PARALLEL = 16;
/** ms until the informers are looked at again when they do not have our own writes yet. */
const STALE_MS = 20;
/** ms until pods of nodes that are not known are looked at again. */
const NODE_MS = 5000;

/** The service of a slice of ours. */
function serviceOf(slice: Stored<SliceObject> | undefined): string | undefined {
  const labels = slice?.metadata.labels;
  const name = labels?.[LABEL_SERVICE_NAME];
  return name && labels?.[LABEL_MANAGED_BY] === CONTROLLER_NAME
    ? `${slice!.metadata.namespace}/${name}`
    : undefined;
}

class EndpointSliceController {
  readonly #triggers = new TriggerTimes();
  readonly #tracker = new SliceTracker();
  /** Service -> its slices by name, ours only. */
  readonly #slices = new Map<string, Map<string, Stored<SliceObject>>>();

  sliceKeys({ object, old }: Change<SliceObject>, ctx: ControllerContext): string[] {
    const before = serviceOf(old);
    const after = serviceOf(object);
    const { name } = (object ?? old)!.metadata;
    if (before && before !== after) this.#slices.get(before)?.delete(name!);
    if (after) {
      const known = this.#slices.get(after);
      if (known) known.set(name!, object!);
      else this.#slices.set(after, new Map([[name!, object!]]));
    }
    for (const key of new Set([before, after])) {
      if (!key) continue;
      if (this.#slices.get(key)?.size === 0) this.#slices.delete(key);
      if (!this.#tracker.isOwn(key, name!, object)) ctx.enqueue(key, BATCH_MS);
    }
    return [];
  }

  async reconcile(key: string, ctx: ControllerContext): Promise<Result | void> {
    const { namespace, name } = splitKey(key);
    const service = ctx.lister<ServiceObject>(SERVICES).get(namespace, name);
    if (!service) {
      this.#triggers.forget(key);
      this.#tracker.forget(key);
      // The slices have an owner: the garbage collector takes them.
      return;
    }
    if (!selectsPods(service)) return;
    const existing = this.#slices.get(key) ?? new Map<string, Stored<SliceObject>>();
    if (this.#tracker.isStale(key, existing, ctx.clock.now())) return { requeueAfter: STALE_MS };
    const pods = podsOf(service, ctx);
    const trigger = this.#triggers.compute(key, service, pods);
    const nodes = ctx.lister<Node & KubeObject>(NODES);
    const slices = [...existing.values()].filter(({ metadata }) => !metadata.deletionTimestamp);
    const plan = planSlices(service, pods, (node) => nodes.get('', node), slices);
    const writes: (() => Promise<unknown>)[] = [
      ...plan.updates.map((update) => () => this.#update(key, update, trigger, ctx)),
      // The garbage collector takes the slices of a service that is going: no new ones.
      ...(service.metadata.deletionTimestamp ? [] : plan.creates).map(
        (slice) => () => this.#create(key, namespace, slice, trigger, ctx),
      ),
      ...plan.deletes.map(({ metadata }) => async () => {
        this.#tracker.expectDeletion(key, metadata.name!, ctx.clock.now());
        await ctx.client.delete(ENDPOINT_SLICES, namespace, metadata.name!);
      }),
    ];
    await forEachParallel(writes, PARALLEL, (write) => write());
    if (plan.nodesMissing) return { requeueAfter: NODE_MS };
  }

  async #create(
    key: string,
    namespace: string,
    slice: SliceObject,
    trigger: string | undefined,
    { client, clock }: ControllerContext,
  ): Promise<void> {
    if (trigger) slice.metadata!.annotations = { [ANNOTATION_TRIGGER_TIME]: trigger };
    const created = await ignoring(
      client.create(ENDPOINT_SLICES, namespace, slice),
      isNamespaceTerminating,
      isNotFound,
    );
    if (created) this.#tracker.expect(key, created, clock.now());
  }

  async #update(
    key: string,
    { slice, endpoints, ports, labels }: SliceUpdate,
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
          const { [ANNOTATION_TRIGGER_TIME]: _, ...others } = object.metadata.annotations ?? {};
          const annotations = trigger ? { ...others, [ANNOTATION_TRIGGER_TIME]: trigger } : others;
          const { annotations: _old, ...metadata } = object.metadata;
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

/** An endpoint slice controller for one cluster. */
export function newEndpointSliceController(): Controller {
  const controller = new EndpointSliceController();
  return {
    name: 'endpointslice-controller',
    watches: [
      { resource: SERVICES, keys: itself },
      {
        resource: PODS,
        keys(change, ctx) {
          for (const key of servicesOf(change, ctx)) ctx.enqueue(key, BATCH_MS);
          return [];
        },
      },
      { resource: ENDPOINT_SLICES, keys: (change, ctx) => controller.sliceKeys(change, ctx) },
    ],
    reads: [NODES],
    reconcile: (key, ctx) => controller.reconcile(key, ctx),
  };
}

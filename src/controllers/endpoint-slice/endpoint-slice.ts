/**
 * Keeps the EndpointSlices of services with selectors.
 * Source: kubernetes pkg/controller/endpointslice/endpointslice_controller.go.
 */
import type { Node } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { type Controller, type ControllerContext, itself, type Result, splitKey } from '../framework.ts';
import {
  BATCH_MS,
  PODS,
  podsOf,
  SERVICES,
  type ServiceObject,
  selectsPods,
  servicesOf,
  TriggerTimes,
} from '../service-pods.ts';
import { CONTROLLER_NAME, planSlices, serviceAsOwner } from './slices.ts';
import { ENDPOINT_SLICES, SliceStore, STALE_MS } from './store.ts';

const NODES: ResourceName = ['', 'nodes'];
/** ms until pods of nodes that are not known are looked at again. */
const NODE_MS = 5000;

async function reconcile(
  key: string,
  ctx: ControllerContext,
  store: SliceStore,
  triggers: TriggerTimes,
): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const service = ctx.lister<ServiceObject>(SERVICES).get(namespace, name);
  if (!service) {
    triggers.forget(key);
    store.forget(key);
    // The slices have an owner: the garbage collector takes them.
    return undefined;
  }
  if (!selectsPods(service)) return undefined;
  const existing = store.existing(key, ctx.clock.now());
  if (!existing) return { requeueAfter: STALE_MS };
  const pods = podsOf(service, ctx);
  const trigger = triggers.compute(key, service, pods);
  const nodes = ctx.lister<Node & KubeObject>(NODES);
  const plan = planSlices(service, pods, (node) => nodes.get('', node), existing);
  // The garbage collector takes the slices of a service that is going: no new ones.
  const creates = service.metadata.deletionTimestamp ? [] : plan.creates;
  await store.write(key, namespace, serviceAsOwner(service), { ...plan, creates }, trigger, ctx);
  return plan.nodesMissing ? { requeueAfter: NODE_MS } : undefined;
}

/** An endpoint slice controller for one cluster. */
export function newEndpointSliceController(): Controller {
  const store = new SliceStore(CONTROLLER_NAME);
  const triggers = new TriggerTimes();
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
      {
        resource: ENDPOINT_SLICES,
        keys(change, ctx) {
          store.observe(change, ctx);
          return [];
        },
      },
    ],
    reads: [NODES],
    reconcile: (key, ctx) => reconcile(key, ctx, store, triggers),
  };
}

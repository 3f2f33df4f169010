/**
 * Mirrors Endpoints that are written by hand, of services without selectors, into EndpointSlices.
 * Source: kubernetes pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go.
 */
import type { Endpoints } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject } from '../../apis/object.ts';
import { packSlices } from '../endpoint-slice/packing.ts';
import { ENDPOINT_SLICES, SliceStore, STALE_MS } from '../endpoint-slice/store.ts';
import { ENDPOINTS } from '../endpoints/endpoints.ts';
import { type Controller, type ControllerContext, itself, type Result, splitKey } from '../framework.ts';
import { SERVICES, type ServiceObject } from '../service-pods.ts';
import { endpointsAsOwner, familiesOf, isMirrored, MIRRORING_NAME } from './mirror.ts';

type EndpointsObject = Endpoints & KubeObject;

async function reconcile(
  key: string,
  ctx: ControllerContext,
  store: SliceStore,
): Promise<Result | undefined> {
  const { namespace, name } = splitKey(key);
  const endpoints = ctx.lister<EndpointsObject>(ENDPOINTS).get(namespace, name);
  if (!endpoints) {
    store.forget(key);
    // The slices have an owner: the garbage collector takes them.
    return undefined;
  }
  const existing = store.existing(key, ctx.clock.now());
  if (!existing) return { requeueAfter: STALE_MS };
  const service = ctx.lister<ServiceObject>(SERVICES).get(namespace, name);
  const families = isMirrored(endpoints, service) ? familiesOf(endpoints) : [];
  if (families.length === 0 && existing.length === 0) return undefined;
  const owner = endpointsAsOwner(endpoints);
  await store.write(key, namespace, owner, packSlices(owner, families, existing), undefined, ctx);
  return undefined;
}

/** An endpoint slice mirroring controller for one cluster. */
export function newEndpointSliceMirroringController(): Controller {
  const store = new SliceStore(MIRRORING_NAME);
  return {
    name: 'endpointslicemirroring-controller',
    watches: [
      { resource: ENDPOINTS, keys: itself },
      { resource: SERVICES, keys: itself },
      {
        resource: ENDPOINT_SLICES,
        keys(change, ctx) {
          store.observe(change, ctx);
          return [];
        },
      },
    ],
    reconcile: (key, ctx) => reconcile(key, ctx, store),
  };
}

/**
 * Which slices a service should have, compared with those it has: as few writes as possible. Endpoints stay in the
 * slice they are in, slices that are written anyway are filled up, then at most one more is.
 * Source: k8s.io/endpointslice reconciler.go, utils.go.
 */
import type { Node, Pod, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import { newControllerRef } from '../../apimachinery/controller-ref.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import { isHeadless, LABEL_HEADLESS, shouldBeInEndpoints } from '../service-pods.ts';
import {
  type AddressType,
  addressTypesOf,
  endpointKey,
  endpointPorts,
  podToEndpoint,
  portsKey,
} from './endpoint.ts';

export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';
export const LABEL_MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const LABEL_SERVICE_NAME = 'kubernetes.io/service-name';
export const MAX_ENDPOINTS = 100;

export type SliceObject = EndpointSlice & KubeObject;

/** An existing slice and what it should be. */
export interface SliceUpdate {
  readonly slice: Stored<SliceObject>;
  readonly endpoints: Endpoint[];
  readonly ports: EndpointPort[];
  readonly labels: Record<string, string>;
}

export interface SlicePlan {
  readonly creates: SliceObject[];
  readonly updates: SliceUpdate[];
  readonly deletes: Stored<SliceObject>[];
  /** Pods were left out because their node is not known (yet). */
  readonly nodesMissing: boolean;
}

const RESERVED = new Set([LABEL_SERVICE_NAME, LABEL_MANAGED_BY, LABEL_HEADLESS]);
const unreserved = (labels: Record<string, string> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !RESERVED.has(key)));

/** Labels of a service's slices: the service's own and those by which slices are known. */
export const sliceLabels = (service: Service, managedBy = CONTROLLER_NAME): Record<string, string> => ({
  ...unreserved(service.metadata?.labels),
  ...(isHeadless(service) ? { [LABEL_HEADLESS]: '' } : {}),
  [LABEL_SERVICE_NAME]: service.metadata?.name ?? '',
  [LABEL_MANAGED_BY]: managedBy,
});

const isOwned = ({ metadata }: Stored<SliceObject>, service: Service): boolean =>
  metadata.ownerReferences?.some(
    ({ uid, kind, apiVersion }) => uid === service.metadata?.uid && kind === 'Service' && apiVersion === 'v1',
  ) ?? false;

interface Draft {
  /** Undefined: a new slice. */
  readonly slice: Stored<SliceObject> | undefined;
  endpoints: Endpoint[];
}

interface Placed {
  readonly draft: Draft;
  readonly ports: EndpointPort[];
}

interface Group {
  readonly ports: EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/** What is to be written so that the slices show the pods. `node` finds a node by its name. */
export function planSlices(
  service: Stored<Service & KubeObject>,
  pods: readonly Pod[],
  node: (name: string) => Node | undefined,
  existing: readonly Stored<SliceObject>[],
): SlicePlan {
  const types = addressTypesOf(service);
  const plan: SlicePlan = { creates: [], updates: [], deletes: [], nodesMissing: false };
  let nodesMissing = false;
  plan.deletes.push(...existing.filter(({ addressType }) => !types.includes(addressType as AddressType)));
  for (const type of types) {
    const slices = existing.filter(({ addressType }) => addressType === type);
    nodesMissing = planType(service, pods, node, slices, type, plan) || nodesMissing;
  }
  return { ...plan, nodesMissing };
}

function planType(
  service: Stored<Service & KubeObject>,
  pods: readonly Pod[],
  node: (name: string) => Node | undefined,
  existing: readonly Stored<SliceObject>[],
  addressType: AddressType,
  plan: SlicePlan,
): boolean {
  const { groups, nodesMissing } = groupsOf(service, pods, node, addressType);
  const owned = new Map<string, Stored<SliceObject>[]>();
  const news: Placed[] = [];
  const deletes: Stored<SliceObject>[] = [];
  for (const slice of existing) {
    if (!isOwned(slice, service)) {
      deletes.push(slice);
      continue;
    }
    const key = portsKey(slice.ports);
    const known = owned.get(key);
    if (known) known.push(slice);
    else owned.set(key, [slice]);
  }
  const labels = sliceLabels(service);
  const changes: Placed[] = [];
  for (const [key, { ports, endpoints }] of groups) {
    const written = planPorts(service, owned.get(key) ?? [], endpoints, deletes);
    owned.delete(key);
    for (const draft of written) (draft.slice ? changes : news).push({ draft, ports });
  }
  for (const slices of owned.values()) deletes.push(...slices);
  // A service always has a slice, if only an empty one.
  if (existing.length === deletes.length && news.length === 0) {
    if (deletes.length === 1 && isPlaceholder(deletes[0]!, service, labels)) deletes.length = 0;
    else news.push({ draft: { slice: undefined, endpoints: [] }, ports: [] });
  }
  // Rather than one deleted and one created: one changed.
  for (const { draft, ports } of news) {
    const index = deletes.findIndex((slice) => isOwned(slice, service));
    if (index >= 0) {
      const [slice] = deletes.splice(index, 1);
      plan.updates.push({ slice: slice!, endpoints: draft.endpoints, ports, labels });
    } else {
      plan.creates.push(newSlice(service, addressType, ports, draft.endpoints, labels));
    }
  }
  for (const { draft, ports } of changes) {
    plan.updates.push({ slice: draft.slice!, endpoints: draft.endpoints, ports, labels });
  }
  plan.deletes.push(...deletes);
  return nodesMissing;
}

const isPlaceholder = (
  slice: Stored<SliceObject>,
  service: Service,
  labels: Record<string, string>,
): boolean =>
  isOwned(slice, service) &&
  !slice.endpoints?.length &&
  !slice.ports?.length &&
  equalJSON(slice.metadata.labels, labels);

const newSlice = (
  service: Service,
  addressType: AddressType,
  ports: EndpointPort[],
  endpoints: Endpoint[],
  labels: Record<string, string>,
): SliceObject => ({
  metadata: {
    generateName: `${service.metadata!.name}-`,
    labels: { ...labels },
    ownerReferences: [newControllerRef(service, { apiVersion: 'v1', kind: 'Service' })],
  },
  addressType,
  endpoints,
  ports,
});

/** The endpoints there should be, by the ports at which they serve. */
function groupsOf(
  service: Service,
  pods: readonly Pod[],
  node: (name: string) => Node | undefined,
  addressType: AddressType,
): { groups: Map<string, Group>; nodesMissing: boolean } {
  const groups = new Map<string, Group>();
  let nodesMissing = false;
  for (const pod of pods) {
    if (!shouldBeInEndpoints(pod, true)) continue;
    const ports = endpointPorts(service, pod);
    const key = portsKey(ports);
    let group = groups.get(key);
    if (!group) {
      group = { ports, endpoints: new Map() };
      groups.set(key, group);
    }
    const found = node(pod.spec?.nodeName ?? '');
    if (!found && !service.spec?.publishNotReadyAddresses) {
      nodesMissing = true;
      continue;
    }
    const endpoint = podToEndpoint(pod, found, service, addressType);
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return { groups, nodesMissing };
}

const withoutHints = ({ hints: _, ...endpoint }: Endpoint): Endpoint => endpoint;

/** The slices of one set of ports that are to be written; `desired` is used up. */
function planPorts(
  service: Service,
  existing: readonly Stored<SliceObject>[],
  desired: Map<string, Endpoint>,
  deletes: Stored<SliceObject>[],
): Draft[] {
  const written: Draft[] = [];
  const unchanged: Stored<SliceObject>[] = [];
  const serviceLabels = unreserved(service.metadata?.labels);
  for (const slice of existing) {
    const old = slice.endpoints ?? [];
    const endpoints: Endpoint[] = [];
    let changed = false;
    for (const endpoint of old) {
      const key = endpointKey(endpoint);
      const wanted = desired.get(key);
      if (!wanted) continue;
      desired.delete(key);
      endpoints.push(wanted);
      changed ||= !equalJSON(wanted, withoutHints(endpoint));
    }
    if (changed || endpoints.length !== old.length) {
      if (endpoints.length === 0) deletes.push(slice);
      else written.push({ slice, endpoints });
    } else if (!equalJSON(unreserved(slice.metadata.labels), serviceLabels)) {
      written.push({ slice, endpoints });
    } else {
      unchanged.push(slice);
    }
  }
  const rest = [...desired.values()];
  desired.clear();
  // The fullest first, so that few stay half empty.
  for (const draft of [...written].sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(draft, rest);
  while (rest.length > 0) {
    const slice = rest.length < MAX_ENDPOINTS ? sliceToFill(unchanged, rest.length) : undefined;
    if (slice) unchanged.splice(unchanged.indexOf(slice), 1);
    const draft: Draft = { slice, endpoints: [...(slice?.endpoints ?? [])] };
    fill(draft, rest);
    written.push(draft);
  }
  return written;
}

function fill({ endpoints }: Draft, rest: Endpoint[]): void {
  endpoints.push(...rest.splice(0, Math.max(0, MAX_ENDPOINTS - endpoints.length)));
}

/** The slice that will be the fullest with so many more endpoints. */
function sliceToFill(slices: readonly Stored<SliceObject>[], count: number): Stored<SliceObject> | undefined {
  let closest: Stored<SliceObject> | undefined;
  let least = MAX_ENDPOINTS;
  for (const slice of slices) {
    const free = MAX_ENDPOINTS - count - (slice.endpoints?.length ?? 0);
    if (free < 0 || free >= least) continue;
    least = free;
    closest = slice;
  }
  return closest;
}

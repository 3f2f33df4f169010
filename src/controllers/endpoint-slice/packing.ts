/**
 * Packs endpoints into slices, with as few writes as possible. Endpoints stay in the slice they are in, slices that
 * are written anyway are filled up, then at most one more is.
 * Source: k8s.io/endpointslice reconciler.go, utils.go.
 */
import type { Endpoint, EndpointPort, EndpointSlice } from '../../apimachinery/types/discovery.v1.gen.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import { LABEL_HEADLESS } from '../service-pods.ts';
import { type AddressType, endpointKey, portsKey } from './endpoint.ts';

export const LABEL_MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const LABEL_SERVICE_NAME = 'kubernetes.io/service-name';

export type SliceObject = EndpointSlice & KubeObject;

/** Whose slices they are and how they look. */
export interface SliceOwner {
  readonly name: string;
  readonly reference: OwnerReference;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Endpoints of a slice at most. */
  readonly maxEndpoints: number;
  /** Whether there is a slice, if only an empty one, for each family. */
  readonly placeholder: boolean;
}

/** Endpoints that serve at the same ports. */
export interface Group {
  readonly ports: EndpointPort[];
  /** By endpointKey. */
  readonly endpoints: Map<string, Endpoint>;
}

/** What the slices of a family show: the groups by portsKey. They are used up. */
export interface Family {
  readonly addressType: AddressType;
  readonly groups: Map<string, Group>;
}

/** An existing slice and what it should be. */
export interface SliceUpdate {
  readonly slice: Stored<SliceObject>;
  readonly endpoints: Endpoint[];
  readonly ports: EndpointPort[];
}

export interface SlicePlan {
  readonly creates: SliceObject[];
  readonly updates: SliceUpdate[];
  readonly deletes: Stored<SliceObject>[];
}

const RESERVED = new Set([LABEL_SERVICE_NAME, LABEL_MANAGED_BY, LABEL_HEADLESS]);
/** Labels without those by which slices are known. */
export const unreserved = (labels: Readonly<Record<string, string>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !RESERVED.has(key)));

const isOwned = ({ metadata }: Stored<SliceObject>, { reference }: SliceOwner): boolean =>
  metadata.ownerReferences?.some(
    ({ uid, kind, apiVersion }) =>
      uid === reference.uid && kind === reference.kind && apiVersion === reference.apiVersion,
  ) ?? false;

/** Whether labels and annotations are as the owner has them. */
const looksRight = ({ metadata }: Stored<SliceObject>, { labels, annotations = {} }: SliceOwner): boolean =>
  equalJSON(unreserved(metadata.labels), unreserved(labels)) &&
  Object.entries(annotations).every(([key, value]) => metadata.annotations?.[key] === value);

interface Draft {
  /** Undefined: a new slice. */
  readonly slice: Stored<SliceObject> | undefined;
  readonly endpoints: Endpoint[];
}

interface Placed {
  readonly draft: Draft;
  readonly ports: EndpointPort[];
}

/** What is to be written so that the slices show what is wanted. */
export function packSlices(
  owner: SliceOwner,
  families: readonly Family[],
  existing: readonly Stored<SliceObject>[],
): SlicePlan {
  const plan: SlicePlan = { creates: [], updates: [], deletes: [] };
  const types = new Set<string>(families.map(({ addressType }) => addressType));
  plan.deletes.push(...existing.filter(({ addressType }) => !types.has(addressType)));
  for (const family of families) {
    packFamily(
      owner,
      family,
      existing.filter(({ addressType }) => addressType === family.addressType),
      plan,
    );
  }
  return plan;
}

function packFamily(
  owner: SliceOwner,
  { addressType, groups }: Family,
  existing: readonly Stored<SliceObject>[],
  plan: SlicePlan,
): void {
  const owned = new Map<string, Stored<SliceObject>[]>();
  const news: Placed[] = [];
  const deletes: Stored<SliceObject>[] = [];
  for (const slice of existing) {
    if (!isOwned(slice, owner)) {
      deletes.push(slice);
      continue;
    }
    const key = portsKey(slice.ports);
    const known = owned.get(key);
    if (known) known.push(slice);
    else owned.set(key, [slice]);
  }
  const changes: Placed[] = [];
  for (const [key, { ports, endpoints }] of groups) {
    const written = planPorts(owner, owned.get(key) ?? [], endpoints, deletes);
    owned.delete(key);
    for (const draft of written) (draft.slice ? changes : news).push({ draft, ports });
  }
  for (const slices of owned.values()) deletes.push(...slices);
  if (owner.placeholder && existing.length === deletes.length && news.length === 0) {
    if (deletes.length === 1 && isPlaceholder(deletes[0]!, owner)) deletes.length = 0;
    else news.push({ draft: { slice: undefined, endpoints: [] }, ports: [] });
  }
  // Rather than one deleted and one created: one changed.
  for (const { draft, ports } of news) {
    const index = deletes.findIndex((slice) => isOwned(slice, owner));
    if (index >= 0) {
      const [slice] = deletes.splice(index, 1);
      plan.updates.push({ slice: slice!, endpoints: draft.endpoints, ports });
    } else {
      plan.creates.push(newSlice(owner, addressType, ports, draft.endpoints));
    }
  }
  for (const { draft, ports } of changes) {
    plan.updates.push({ slice: draft.slice!, endpoints: draft.endpoints, ports });
  }
  plan.deletes.push(...deletes);
}

const isPlaceholder = (slice: Stored<SliceObject>, owner: SliceOwner): boolean =>
  isOwned(slice, owner) &&
  !slice.endpoints?.length &&
  !slice.ports?.length &&
  equalJSON(slice.metadata.labels, owner.labels);

const newSlice = (
  { name, labels, annotations, reference }: SliceOwner,
  addressType: AddressType,
  ports: EndpointPort[],
  endpoints: Endpoint[],
): SliceObject => ({
  metadata: {
    generateName: `${name}-`,
    labels: { ...labels },
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
    ownerReferences: [{ ...reference }],
  },
  addressType,
  endpoints,
  ports,
});

const withoutHints = ({ hints: _, ...endpoint }: Endpoint): Endpoint => endpoint;

/** The slices of one set of ports that are to be written; `desired` is used up. */
function planPorts(
  owner: SliceOwner,
  existing: readonly Stored<SliceObject>[],
  desired: Map<string, Endpoint>,
  deletes: Stored<SliceObject>[],
): Draft[] {
  const written: Draft[] = [];
  const unchanged: Stored<SliceObject>[] = [];
  const { maxEndpoints } = owner;
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
    } else if (!looksRight(slice, owner)) {
      written.push({ slice, endpoints });
    } else {
      unchanged.push(slice);
    }
  }
  const rest = [...desired.values()];
  desired.clear();
  // The fullest first, so that few stay half empty.
  for (const draft of [...written].sort((a, b) => b.endpoints.length - a.endpoints.length))
    fill(draft, rest, maxEndpoints);
  while (rest.length > 0) {
    const slice = rest.length < maxEndpoints ? sliceToFill(unchanged, rest.length, maxEndpoints) : undefined;
    if (slice) unchanged.splice(unchanged.indexOf(slice), 1);
    const draft: Draft = { slice, endpoints: [...(slice?.endpoints ?? [])] };
    fill(draft, rest, maxEndpoints);
    written.push(draft);
  }
  return written;
}

function fill({ endpoints }: Draft, rest: Endpoint[], maxEndpoints: number): void {
  endpoints.push(...rest.splice(0, Math.max(0, maxEndpoints - endpoints.length)));
}

/** The slice that will be the fullest with so many more endpoints. */
function sliceToFill(
  slices: readonly Stored<SliceObject>[],
  count: number,
  maxEndpoints: number,
): Stored<SliceObject> | undefined {
  let closest: Stored<SliceObject> | undefined;
  let least = maxEndpoints;
  for (const slice of slices) {
    const free = maxEndpoints - count - (slice.endpoints?.length ?? 0);
    if (free < 0 || free >= least) continue;
    least = free;
    closest = slice;
  }
  return closest;
}

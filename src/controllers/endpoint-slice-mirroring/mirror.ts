/**
 * Endpoints that somebody wrote by hand, as slices.
 * Source: kubernetes pkg/controller/endpointslicemirroring/utils.go, reconciler.go.
 */
import { newControllerRef } from '../../apimachinery/controller-ref.ts';
import type { EndpointAddress, Endpoints, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { Endpoint } from '../../apimachinery/types/discovery.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { type AddressType, endpointKey, portsKey } from '../endpoint-slice/endpoint.ts';
import {
  type Family,
  type Group,
  LABEL_MANAGED_BY,
  LABEL_SERVICE_NAME,
  type SliceOwner,
  unreserved,
} from '../endpoint-slice/packing.ts';
import { ANNOTATION_TRIGGER_TIME } from '../service-pods.ts';

export const MIRRORING_NAME = 'endpointslicemirroring-controller.k8s.io';
const LABEL_SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const ANNOTATION_LEADER = 'control-plane.alpha.kubernetes.io/leader';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Addresses of a subset that are mirrored. */
const MAX_PER_SUBSET = 1000;

/** Whether the endpoints are mirrored: those of a service without a selector, unless they say no. */
export function isMirrored(endpoints: Endpoints, service: Service | undefined): boolean {
  const { labels, annotations } = endpoints.metadata ?? {};
  if (labels?.[LABEL_SKIP_MIRROR] === 'true' || annotations?.[ANNOTATION_LEADER] !== undefined) return false;
  return service !== undefined && Object.keys(service.spec?.selector ?? {}).length === 0;
}

/** Endpoints as the owner of slices, which have their labels and annotations. */
export function endpointsAsOwner(endpoints: Stored<Endpoints & KubeObject>): SliceOwner {
  const { name = '', labels } = endpoints.metadata;
  const {
    [LAST_APPLIED]: _applied,
    [ANNOTATION_TRIGGER_TIME]: _time,
    ...annotations
  } = endpoints.metadata.annotations ?? {};
  return {
    name,
    reference: newControllerRef(endpoints, { apiVersion: 'v1', kind: 'Endpoints' }),
    labels: { ...unreserved(labels), [LABEL_SERVICE_NAME]: name, [LABEL_MANAGED_BY]: MIRRORING_NAME },
    annotations,
    maxEndpoints: MAX_PER_SUBSET,
    placeholder: false,
  };
}

const toEndpoint = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(nodeName ? { nodeName } : {}),
  ...(targetRef ? { targetRef } : {}),
});

/** What the slices show of the endpoints. */
export function familiesOf({ subsets }: Endpoints): Family[] {
  const families = new Map<AddressType, Map<string, Group>>();
  for (const { addresses = [], notReadyAddresses = [], ports: given = [] } of subsets ?? []) {
    const ports = given.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
      name,
      port,
      protocol,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }));
    const key = portsKey(ports);
    const all = [
      ...addresses.map((address) => toEndpoint(address, true)),
      ...notReadyAddresses.map((address) => toEndpoint(address, false)),
    ];
    for (const endpoint of all.slice(0, MAX_PER_SUBSET)) {
      const type = endpoint.addresses![0]!.includes(':') ? 'IPv6' : 'IPv4';
      let groups = families.get(type);
      if (!groups) {
        groups = new Map();
        families.set(type, groups);
      }
      let group = groups.get(key);
      if (!group) {
        group = { ports, endpoints: new Map() };
        groups.set(key, group);
      }
      group.endpoints.set(endpointKey(endpoint), endpoint);
    }
  }
  return [...families].map(([addressType, groups]) => ({ addressType, groups }));
}

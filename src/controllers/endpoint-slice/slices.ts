/** The slices that a service should have, from its pods. Source: k8s.io/endpointslice reconciler.go, utils.go. */
import { newControllerRef } from '../../apimachinery/controller-ref.ts';
import type { Node, Pod, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { isHeadless, LABEL_HEADLESS, shouldBeInEndpoints } from '../service-pods.ts';
import {
  type AddressType,
  addressTypesOf,
  endpointKey,
  endpointPorts,
  podToEndpoint,
  portsKey,
} from './endpoint.ts';
import {
  type Group,
  LABEL_MANAGED_BY,
  LABEL_SERVICE_NAME,
  packSlices,
  type SliceObject,
  type SliceOwner,
  type SlicePlan,
  unreserved,
} from './packing.ts';

export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';
const MAX_ENDPOINTS = 100;

/** A service as the owner of slices: they have its labels and those by which slices are known. */
export const serviceAsOwner = (service: Stored<Service & KubeObject>): SliceOwner => ({
  name: service.metadata.name!,
  reference: newControllerRef(service, { apiVersion: 'v1', kind: 'Service' }),
  labels: {
    ...unreserved(service.metadata.labels),
    ...(isHeadless(service) ? { [LABEL_HEADLESS]: '' } : {}),
    [LABEL_SERVICE_NAME]: service.metadata.name!,
    [LABEL_MANAGED_BY]: CONTROLLER_NAME,
  },
  maxEndpoints: MAX_ENDPOINTS,
  placeholder: true,
});

export interface ServicePlan extends SlicePlan {
  /** Pods were left out because their node is not known (yet). */
  readonly nodesMissing: boolean;
}

/** What is to be written so that the slices show the pods. `node` finds a node by its name. */
export function planSlices(
  service: Stored<Service & KubeObject>,
  pods: readonly Pod[],
  node: (name: string) => Node | undefined,
  existing: readonly Stored<SliceObject>[],
): ServicePlan {
  const families = addressTypesOf(service).map((addressType) => ({
    addressType,
    ...groupsOf(service, pods, node, addressType),
  }));
  return {
    ...packSlices(serviceAsOwner(service), families, existing),
    nodesMissing: families.some(({ nodesMissing }) => nodesMissing),
  };
}

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
    if (endpoint.addresses?.length) group.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return { groups, nodesMissing };
}

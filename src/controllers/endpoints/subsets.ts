/**
 * Pods as the subsets of an Endpoints object. Source: kubernetes pkg/controller/endpoint/endpoints_controller.go,
 * pkg/api/v1/endpoints/util.go.
 */
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Pod,
  Service,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isPodReady } from '../../apis/core/pod-util.ts';
import { endpointPorts } from '../endpoint-slice/endpoint.ts';
import { isHeadless, shouldBeInEndpoints, shouldSetHostname } from '../service-pods.ts';

/** Addresses of an Endpoints object at most. */
export const MAX_CAPACITY = 1000;

interface Place {
  readonly address: EndpointAddress;
  readonly ready: boolean;
}

/** The pod's address of the service's first family. */
function addressOf(pod: Pod, service: Service): EndpointAddress | undefined {
  const family = service.spec?.ipFamilies?.[0] ?? (service.spec?.clusterIP?.includes(':') ? 'IPv6' : 'IPv4');
  const ips = pod.status?.podIPs ?? (pod.status?.podIP ? [{ ip: pod.status.podIP }] : []);
  const ip = ips.map((one) => one.ip).find((one) => one?.includes(':') === (family === 'IPv6'));
  if (!ip) return undefined;
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  return {
    ip,
    ...(shouldSetHostname(pod, service) ? { hostname: pod.spec!.hostname! } : {}),
    ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

const placeKey = ({ address, ready }: Place): string => `${address.ip}|${address.targetRef?.uid}|${ready}`;
const portKey = ({ name, port, protocol, appProtocol }: EndpointPort): string =>
  [name ?? '', port, protocol, appProtocol ?? ''].join('|');
const byIP = (a: EndpointAddress, b: EndpointAddress): number =>
  compare(a.ip, b.ip) || compare(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The subsets of a service, in an order of their own: ports that the same addresses serve are in one subset. */
export function endpointSubsets(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const tolerateUnready = Boolean(service.spec?.publishNotReadyAddresses);
  const atPort = new Map<string, { port: EndpointPort | undefined; places: Map<string, Place> }>();
  const put = (port: EndpointPort | undefined, place: Place): void => {
    const key = port ? portKey(port) : '';
    let known = atPort.get(key);
    if (!known) {
      known = { port, places: new Map() };
      atPort.set(key, known);
    }
    known.places.set(placeKey(place), place);
  };
  for (const pod of pods) {
    if (!shouldBeInEndpoints(pod, tolerateUnready)) continue;
    const address = addressOf(pod, service);
    if (!address) continue;
    const place = { address, ready: tolerateUnready || isPodReady(pod) };
    // A headless service need not have ports.
    if (!service.spec?.ports?.length) {
      if (isHeadless(service)) put(undefined, place);
      continue;
    }
    for (const { name, port, ...rest } of endpointPorts(service, pod)) {
      put({ ...(name ? { name } : {}), port: port!, ...rest }, place);
    }
  }
  const groups = new Map<string, { ports: EndpointPort[]; places: Place[] }>();
  for (const { port, places } of atPort.values()) {
    const key = [...places.keys()].sort().join(',');
    const group = groups.get(key);
    if (group) group.ports.push(port!);
    else groups.set(key, { ports: port ? [port] : [], places: [...places.values()] });
  }
  return [...groups]
    .sort(([a], [b]) => compare(a, b))
    .map(([, { ports, places }]) => {
      const addresses = places.filter(({ ready }) => ready).map(({ address }) => address);
      const notReady = places.filter(({ ready }) => !ready).map(({ address }) => address);
      return {
        ...(addresses.length > 0 ? { addresses: addresses.sort(byIP) } : {}),
        ...(notReady.length > 0 ? { notReadyAddresses: notReady.sort(byIP) } : {}),
        ...(ports.length > 0 ? { ports: ports.sort((a, b) => compare(portKey(a), portKey(b))) } : {}),
      };
    });
}

/**
 * Leaves out what is too much: ready addresses come before those that are not, and every subset keeps its share.
 * Answers the same list when all of it fits.
 */
export function truncateSubsets(subsets: readonly EndpointSubset[]): {
  subsets: readonly EndpointSubset[];
  truncated: boolean;
} {
  let ready = 0;
  let notReady = 0;
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    ready += addresses.length;
    notReady += notReadyAddresses.length;
  }
  if (ready + notReady <= MAX_CAPACITY) return { subsets, truncated: false };
  const truncateReady = ready > MAX_CAPACITY;
  const total = truncateReady ? ready : notReady;
  let room = truncateReady ? MAX_CAPACITY : MAX_CAPACITY - ready;
  const share = room / total;
  const result: EndpointSubset[] = [];
  for (const { addresses = [], notReadyAddresses = [], ports } of subsets) {
    const cut = (list: EndpointAddress[]): EndpointAddress[] => {
      const kept = list.slice(0, Math.min(Math.ceil(list.length * share), room));
      room -= kept.length;
      return kept;
    };
    const keptReady = truncateReady ? cut(addresses) : addresses;
    const keptNotReady = truncateReady ? [] : cut(notReadyAddresses);
    if (keptReady.length + keptNotReady.length === 0) continue;
    result.push({
      ...(keptReady.length > 0 ? { addresses: keptReady } : {}),
      ...(keptNotReady.length > 0 ? { notReadyAddresses: keptNotReady } : {}),
      ...(ports ? { ports } : {}),
    });
  }
  return { subsets: result, truncated: true };
}

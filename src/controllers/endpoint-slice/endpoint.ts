/**
 * A pod as an endpoint of a service. Source: k8s.io/endpointslice utils.go, util/controller_utils.go, util/endpointset.go.
 */
import type { Node, Pod, Service } from '../../apimachinery/types/core.v1.gen.ts';
import type { Endpoint, EndpointPort } from '../../apimachinery/types/discovery.v1.gen.ts';
import { findPort, isPodReady } from '../../apis/core/pod-util.ts';
import { shouldSetHostname } from '../service-pods.ts';

export type AddressType = 'IPv4' | 'IPv6';

const ZONE = 'topology.kubernetes.io/zone';

/** The families a service has slices of. */
export function addressTypesOf({ spec }: Service): AddressType[] {
  const families = (spec?.ipFamilies ?? []).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return families as AddressType[];
  return [spec?.clusterIP?.includes(':') ? 'IPv6' : 'IPv4'];
}

/** The pod's endpoint; it has no addresses when the pod has none of the family. */
export function podToEndpoint(
  pod: Pod,
  node: Node | undefined,
  service: Service,
  addressType: AddressType,
): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata?.deletionTimestamp !== undefined;
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const zone = node?.metadata?.labels?.[ZONE];
  const ips = pod.status?.podIPs ?? (pod.status?.podIP ? [{ ip: pod.status.podIP }] : []);
  return {
    addresses: ips.map(({ ip }) => ip).filter((ip) => ip && ip.includes(':') === (addressType === 'IPv6')),
    conditions: {
      // A terminating pod is never ready, unless readiness is not to be looked at.
      ready: Boolean(service.spec?.publishNotReadyAddresses) || (serving && !terminating),
      serving,
      terminating,
    },
    ...(shouldSetHostname(pod, service) ? { hostname: pod.spec!.hostname! } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}

/** The ports at which this pod serves the service; ports that it does not name are left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((servicePort): EndpointPort[] => {
    const protocol = servicePort.protocol ?? 'TCP';
    const port = findPort(pod, servicePort.targetPort ?? servicePort.port, protocol);
    if (port === undefined) return [];
    const { name = '', appProtocol } = servicePort;
    return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

/** Equal for equal sets of ports. */
export const portsKey = (ports: readonly EndpointPort[] | null | undefined): string =>
  (ports ?? [])
    .map(({ name = '', port, protocol = 'TCP', appProtocol = '' }) =>
      [name, port ?? '', protocol, appProtocol].join('|'),
    )
    .sort()
    .join(',');

/** What makes an endpoint the same one, whatever its conditions. */
export const endpointKey = ({ addresses, hostname = '', targetRef }: Endpoint): string =>
  [[...(addresses ?? [])].sort().join(','), hostname, targetRef?.namespace ?? '', targetRef?.name ?? ''].join(
    '|',
  );

/**
 * What a Service needs allocated, and what the fields around it become when it is created, changed or of another
 * type. Pure: the allocating itself is the registry's, see service-allocation.ts.
 * Source: kubernetes pkg/registry/core/service (strategy.go, storage/storage.go), pkg/api/service/util.go.
 */
import type { Service, ServiceSpec } from '../../apimachinery/types/core.v1.gen.ts';

const NO_SPEC: ServiceSpec = {};
export const specOf = (service: Service): ServiceSpec => service.spec ?? NO_SPEC;

/** Whether services of this type have a cluster IP (`None` counts as one). */
export const needsClusterIP = (service: Service): boolean => specOf(service).type !== 'ExternalName';

/** Whether ports of this type of service have node ports. */
export function needsNodePort(service: Service): boolean {
  const { type } = specOf(service);
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Whether ports without a node port are given one. */
export const allocatesNodePorts = (service: Service): boolean => {
  const spec = specOf(service);
  return (
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
  );
};

/** Whether the service needs a port for the health checks of a load balancer. */
export function needsHealthCheckNodePort(service: Service): boolean {
  const { type, externalTrafficPolicy } = specOf(service);
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Whether traffic from outside the cluster can reach the service. */
export function isExternallyAccessible(service: Service): boolean {
  const { type, externalIPs = [] } = specOf(service);
  return needsNodePort(service) || (type === 'ClusterIP' && externalIPs.length > 0);
}

/** Whether the service has no virtual address by wish. */
export function isHeadless(service: Service): boolean {
  const { clusterIPs = [] } = specOf(service);
  return clusterIPs.length === 1 && clusterIPs[0] === 'None';
}

const sameList = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
export const sameClusterIPs = (a: Service, b: Service): boolean =>
  sameList(specOf(a).clusterIPs, specOf(b).clusterIPs);
export const sameIPFamilies = (a: Service, b: Service): boolean =>
  sameList(specOf(a).ipFamilies, specOf(b).ipFamilies);

/** The node ports of a service's ports. */
export const nodePortsOf = (service: Service): number[] =>
  (specOf(service).ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));

/**
 * Brings clusterIP and clusterIPs in step where a client that knows only the older one set or cleared it.
 * Runs before validation; `old` is undefined at creation.
 */
export function normalizeClusterIPs(service: Service, old?: Service): void {
  const spec = service.spec;
  if (!spec) return;
  const plural = spec.clusterIPs?.length ?? 0;
  if (!old) {
    if (spec.clusterIP && plural === 0) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const before = specOf(old);
  if (before.clusterIPs?.length && plural === 0 && (before.clusterIP ?? '') === (spec.clusterIP ?? '')) {
    spec.clusterIPs = [...before.clusterIPs];
  }
  if ((before.clusterIP ?? '') === (spec.clusterIP ?? '') || !sameClusterIPs(old, service)) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

/**
 * Restores what was allocated and the client left out, so that the manifest of a service can be applied again.
 * Runs before normalizeClusterIPs.
 */
export function patchAllocatedValues(service: Service, old: Service): void {
  const spec = service.spec;
  if (!spec) return;
  const before = specOf(old);
  if (needsClusterIP(old) && needsClusterIP(service)) {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP;
    if (!spec.clusterIPs?.length && before.clusterIPs?.length) spec.clusterIPs = [...before.clusterIPs];
  }
  if (allocatesNodePorts(old) && allocatesNodePorts(service)) {
    const taken = new Set(nodePortsOf(service));
    const kept = new Set(nodePortsOf(old).filter((port) => taken.has(port)));
    const byName = new Map((before.ports ?? []).map(({ name, nodePort }) => [name ?? '', nodePort]));
    for (const port of spec.ports ?? []) {
      const known = byName.get(port.name ?? '');
      if (!port.nodePort && known && !kept.has(known)) port.nodePort = known;
    }
  }
  if (needsHealthCheckNodePort(old) && needsHealthCheckNodePort(service) && before.healthCheckNodePort) {
    spec.healthCheckNodePort ||= before.healthCheckNodePort;
  }
}

/**
 * Clears what no longer applies after a change of type, where the client did not change it as well. What it frees
 * is released by the allocator. Part of prepareForUpdate.
 */
export function dropTypeDependentFields(service: Service, old: Service): void {
  const spec = service.spec;
  if (!spec) return;
  const before = specOf(old);
  if (needsClusterIP(old) && !needsClusterIP(service)) {
    if ((before.clusterIP ?? '') === (spec.clusterIP ?? '') && sameClusterIPs(old, service)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameIPFamilies(old, service)) delete spec.ipFamilies;
    if (before.ipFamilyPolicy === spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(service)) {
    const known = new Set(nodePortsOf(old));
    if (nodePortsOf(service).every((port) => known.has(port))) {
      for (const port of spec.ports ?? []) delete port.nodePort;
    }
  }
  if (
    needsHealthCheckNodePort(old) &&
    !needsHealthCheckNodePort(service) &&
    (before.healthCheckNodePort ?? 0) === (spec.healthCheckNodePort ?? 0)
  ) {
    delete spec.healthCheckNodePort;
  }
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (before.allocateLoadBalancerNodePorts === spec.allocateLoadBalancerNodePorts) {
      delete spec.allocateLoadBalancerNodePorts;
    }
    if (before.loadBalancerClass === spec.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (
    isExternallyAccessible(old) &&
    !isExternallyAccessible(service) &&
    before.externalTrafficPolicy === spec.externalTrafficPolicy
  ) {
    delete spec.externalTrafficPolicy;
  }
  if (spec.type !== 'LoadBalancer' && service.status) {
    // status is shared with the old object.
    service.status = { ...service.status, loadBalancer: {} };
  }
}

/**
 * What the registry must allocate for a service and what it must set free, as data.
 *
 * The hook runs before prepareForCreate and prepareForUpdate and before validation, as upstream's BeginCreate and
 * BeginUpdate do: validation wants the allocated values. On success of the write, what is in `release` is freed; on
 * failure, what was allocated.
 * Source: kubernetes pkg/registry/core/service/storage/alloc.go, storage.go.
 */
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import { familyOfIP, type IPFamily } from './ip-families.ts';
import { initIPFamilies, keepsPreferDualStack } from './service-ip-families.ts';
import {
  allocatesNodePorts,
  needsClusterIP,
  needsHealthCheckNodePort,
  needsNodePort,
  nodePortsOf,
  normalizeClusterIPs,
  patchAllocatedValues,
  specOf,
} from './service-ips.ts';

/** One cluster IP: the one that is asked for, or any of the family when `ip` is ''. */
export interface ClusterIPRequest {
  readonly family: IPFamily;
  /** Place in spec.clusterIPs. */
  readonly index: number;
  readonly ip: string;
}

/** One node port: the one that is asked for, or any when `nodePort` is 0. */
export interface NodePortRequest {
  /** Places in spec.ports that share it: the same port for several protocols. */
  readonly indexes: readonly number[];
  readonly nodePort: number;
}

export interface ServiceAllocation {
  /** Refuse the request with these as Invalid; nothing is to be allocated. */
  readonly errors: readonly FieldError[];
  readonly clusterIPs: readonly ClusterIPRequest[];
  readonly nodePorts: readonly NodePortRequest[];
  /** The health check node port that is asked for, 0 for any; undefined: none is needed. */
  readonly healthCheckNodePort?: number;
  /** What the old service held and the new one does not. */
  readonly release: { readonly clusterIPs: readonly string[]; readonly nodePorts: readonly number[] };
}

const NOTHING = { clusterIPs: [], nodePorts: [] } as const;

/** Fills in the families of a new service and says what it needs. `families`: the cluster's, primary first. */
export function allocateForCreate(service: Service, families: readonly IPFamily[]): ServiceAllocation {
  normalizeClusterIPs(service);
  const errors = initIPFamilies(service, undefined, families);
  if (errors.length > 0) return { errors, ...NOTHING, release: NOTHING };
  return {
    errors,
    clusterIPs: allClusterIPs(service),
    nodePorts: needsNodePort(service) ? newNodePorts(service) : [],
    ...healthCheck(service),
    release: NOTHING,
  };
}

/** Restores what the client left out of an update and says what the new service needs and the old one frees. */
export function allocateForUpdate(
  service: Service,
  old: Service,
  families: readonly IPFamily[],
): ServiceAllocation {
  patchAllocatedValues(service, old);
  normalizeClusterIPs(service, old);
  const errors = initIPFamilies(service, old, families);
  if (errors.length > 0) return { errors, ...NOTHING, release: NOTHING };
  const clusterIPs = updatedClusterIPs(service, old);
  const had = needsHealthCheckNodePort(old);
  const needs = needsHealthCheckNodePort(service);
  const freedHealthCheck = had && !needs && specOf(old).healthCheckNodePort;
  return {
    errors,
    clusterIPs: clusterIPs.allocate,
    nodePorts: needsNodePort(service) ? updatedNodePorts(service, old) : [],
    ...(had ? {} : healthCheck(service)),
    release: {
      clusterIPs: clusterIPs.release,
      nodePorts: [...freedNodePorts(service, old), ...(freedHealthCheck ? [freedHealthCheck] : [])],
    },
  };
}

/** What the deletion of a service sets free. */
export function releasedByDelete(service: Service): ServiceAllocation['release'] {
  const { clusterIPs = [], healthCheckNodePort } = specOf(service);
  const health = needsHealthCheckNodePort(service) && healthCheckNodePort ? [healthCheckNodePort] : [];
  return {
    clusterIPs: needsClusterIP(service) ? clusterIPs.filter((ip) => familyOfIP(ip) !== undefined) : [],
    nodePorts: [...nodePortsOf(service), ...health],
  };
}

/** Writes an allocated cluster IP into the service. */
export function setClusterIP(service: Service, { index }: ClusterIPRequest, ip: string): void {
  const spec = service.spec!;
  const clusterIPs = [...(spec.clusterIPs ?? [])];
  clusterIPs[index] = ip;
  spec.clusterIPs = clusterIPs;
  if (index === 0) spec.clusterIP = ip;
}

/** Writes an allocated node port into the service. */
export function setNodePort(service: Service, { indexes }: NodePortRequest, nodePort: number): void {
  for (const index of indexes) {
    const port = service.spec?.ports?.[index];
    if (port) port.nodePort = nodePort;
  }
}

function allClusterIPs(service: Service): ClusterIPRequest[] {
  const { clusterIPs = [], ipFamilies = [] } = specOf(service);
  if (!needsClusterIP(service) || clusterIPs[0] === 'None') return [];
  return ipFamilies.map((family, index) => ({
    family: family as IPFamily,
    index,
    ip: clusterIPs[index] ?? '',
  }));
}

function updatedClusterIPs(
  service: Service,
  old: Service,
): { allocate: ClusterIPRequest[]; release: string[] } {
  const before = specOf(old);
  const nothing = { allocate: [], release: [] };
  if (keepsPreferDualStack(service, old)) return nothing;
  if (!needsClusterIP(old)) return { allocate: allClusterIPs(service), release: [] };
  if (before.clusterIPs?.[0] === 'None') return nothing;
  if (!needsClusterIP(service)) return { allocate: [], release: before.clusterIPs ?? [] };
  const oldFamilies = before.ipFamilies?.length ?? 0;
  const families = specOf(service).ipFamilies?.length ?? 0;
  if (oldFamilies === 1 && families === 2) return { allocate: allClusterIPs(service).slice(1), release: [] };
  if (oldFamilies === 2 && families === 1)
    return { allocate: [], release: before.clusterIPs?.slice(1) ?? [] };
  return nothing;
}

/** Node ports of a new service: ports with the same number share one. */
function newNodePorts(service: Service): NodePortRequest[] {
  const ports = specOf(service).ports ?? [];
  const shared = new Map<number, { indexes: number[]; nodePort: number }>();
  const requests: NodePortRequest[] = [];
  for (const [index, { port, nodePort = 0 }] of ports.entries()) {
    if (!nodePort && !allocatesNodePorts(service)) continue;
    const known = shared.get(port);
    if (!known) {
      const asked = ports.find((one) => one.port === port && one.nodePort)?.nodePort ?? 0;
      const request = { indexes: [index], nodePort: asked };
      shared.set(port, request);
      requests.push(request);
    } else if (nodePort === 0 || nodePort === known.nodePort) known.indexes.push(index);
    else requests.push({ indexes: [index], nodePort });
  }
  return requests;
}

/** Node ports of a changed service that the old one did not hold. */
function updatedNodePorts(service: Service, old: Service): NodePortRequest[] {
  const held = new Set(needsNodePort(old) ? nodePortsOf(old) : []);
  const requests: { indexes: number[]; nodePort: number }[] = [];
  for (const [index, { nodePort = 0 }] of (specOf(service).ports ?? []).entries()) {
    if (nodePort === 0) {
      if (allocatesNodePorts(service)) requests.push({ indexes: [index], nodePort });
    } else if (!held.has(nodePort)) {
      const same = requests.find((request) => request.nodePort === nodePort);
      if (same) same.indexes.push(index);
      else requests.push({ indexes: [index], nodePort });
    }
  }
  return requests;
}

function freedNodePorts(service: Service, old: Service): number[] {
  const kept = new Set(needsNodePort(service) ? nodePortsOf(service) : []);
  return [...new Set(nodePortsOf(old))].filter((port) => !kept.has(port));
}

const healthCheck = (service: Service): { healthCheckNodePort?: number } =>
  needsHealthCheckNodePort(service) ? { healthCheckNodePort: specOf(service).healthCheckNodePort ?? 0 } : {};

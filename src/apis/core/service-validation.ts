/**
 * Validation of services.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateServiceCreate, ValidateServiceUpdate,
 * ValidateServiceStatusUpdate).
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import { parseIP } from '../../apimachinery/ip.ts';
import type { Service, ServicePort, SessionAffinityConfig } from '../../apimachinery/types/core.v1.gen.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../../apimachinery/validation/content.ts';
import { isValidCIDRForLegacyField, isValidIPForLegacyField } from '../../apimachinery/validation/ip.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { checkEndpointIP } from './endpoint-ip.ts';
import {
  checkDNS1123Label,
  checkDNS1123Subdomain,
  checkPortNumberOrName,
  checkQualifiedName,
  invalidEach,
} from './field-rules.ts';
import { validateClusterIPs, validateClusterIPsUpdate } from './service-cluster-ips.ts';
import { isExternallyAccessible, isHeadless, needsHealthCheckNodePort, specOf } from './service-ips.ts';

export const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
export const PORT_PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const MAX_AFFINITY_SECONDS = 86_400;
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

export function validateService(service: Service, old?: Service): FieldError[] {
  return [
    ...checkTopologyMode(service),
    ...checkType(service),
    ...checkPorts(service),
    ...validateLabels(specOf(service).selector, 'spec.selector'),
    ...checkSessionAffinity(service),
    ...validateClusterIPs(service, old),
    ...checkExternalIPs(service, old),
    ...checkTypeName(service),
    ...checkPortsTogether(service),
    ...checkSourceRanges(service, old),
    ...checkLoadBalancerFields(service),
    ...checkTrafficPolicies(service),
  ];
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = validateClusterIPsUpdate(service, old);
  const spec = specOf(service);
  const before = specOf(old);
  if (
    spec.type === 'LoadBalancer' &&
    before.type === 'LoadBalancer' &&
    spec.loadBalancerClass !== before.loadBalancerClass
  ) {
    errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass ?? null, 'may not change once set'));
  }
  errors.push(...checkLoadBalancerClass(service));
  if (
    needsHealthCheckNodePort(old) &&
    needsHealthCheckNodePort(service) &&
    (spec.healthCheckNodePort ?? 0) !== (before.healthCheckNodePort ?? 0)
  ) {
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...validateService(service, old)];
}

export function validateServiceStatusUpdate(service: Service, old: Service): FieldError[] {
  const path = 'status.loadBalancer.ingress';
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (specOf(service).type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const known = (old.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return ingress.flatMap(({ ip, ipMode, hostname }, i) => {
    const here = at(path, i);
    const errors: FieldError[] = ip ? isValidIPForLegacyField(child(here, 'ip'), ip, known) : [];
    if (ipMode === undefined) {
      if (ip) errors.push(required(child(here, 'ipMode'), 'must be specified when `ip` is set'));
    } else if (!ip) {
      errors.push(forbidden(child(here, 'ipMode'), 'may not be specified when `ip` is not set'));
    } else if (ipMode !== 'VIP' && ipMode !== 'Proxy') {
      errors.push(notSupported(child(here, 'ipMode'), ipMode, ['VIP', 'Proxy']));
    }
    return [...errors, ...checkIngressHostname(hostname, child(here, 'hostname'))];
  });
}

/** The name of a load balancer's ingress point: a DNS name and no address. */
export function checkIngressHostname(hostname: string | undefined, path: string): FieldError[] {
  if (!hostname) return [];
  const errors = invalidEach(path, hostname, isDNS1123Subdomain(hostname));
  if (parseIP(hostname)) errors.push(invalid(path, hostname, 'must be a DNS name, not an IP address'));
  return errors;
}

function checkTopologyMode({ metadata }: Service): FieldError[] {
  const hints = metadata?.annotations?.[TOPOLOGY_HINTS];
  const mode = metadata?.annotations?.[TOPOLOGY_MODE];
  if (hints === undefined || mode === undefined || hints === mode) return [];
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalid(at('metadata.annotations', TOPOLOGY_MODE), mode, detail)];
}

/** What follows from the type. */
function checkType(service: Service): FieldError[] {
  const {
    type,
    ports = [],
    clusterIPs = [],
    ipFamilies = [],
    ipFamilyPolicy,
    externalName = '',
  } = specOf(service);
  const errors: FieldError[] = [];
  const headless = isHeadless(service);
  if (ports.length === 0 && !headless && type !== 'ExternalName') errors.push(required('spec.ports'));
  if ((type === 'LoadBalancer' || type === 'NodePort') && headless) {
    errors.push(
      invalid('spec.clusterIPs[0]', clusterIPs[0], `may not be set to 'None' for ${type} services`),
    );
  }
  if (type !== 'ExternalName') return errors;
  const unset = 'may not be set for ExternalName services';
  if (clusterIPs.length > 0) errors.push(forbidden('spec.clusterIPs', unset));
  if (ipFamilies.length > 0) errors.push(forbidden('spec.ipFamilies', unset));
  if (ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', unset));
  // A dot at the end marks the name as fully qualified.
  const name = externalName.replace(/\.$/, '');
  if (name) errors.push(...checkDNS1123Subdomain(name, 'spec.externalName'));
  else errors.push(required('spec.externalName'));
  return errors;
}

function checkTypeName(service: Service): FieldError[] {
  const { type } = specOf(service);
  if (!type) return [required('spec.type')];
  return TYPES.includes(type) ? [] : [notSupported('spec.type', type, TYPES)];
}

function checkPorts(service: Service): FieldError[] {
  const { ports = [] } = specOf(service);
  const names = new Set<string>();
  return ports.flatMap((port, i) => checkPort(port, at('spec.ports', i), ports.length > 1, names));
}

function checkPort(port: ServicePort, path: string, nameRequired: boolean, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (port.name) {
    errors.push(...checkDNS1123Label(port.name, child(path, 'name')));
    if (names.has(port.name)) errors.push(duplicate(child(path, 'name'), port.name));
    names.add(port.name);
  } else if (nameRequired) errors.push(required(child(path, 'name')));
  errors.push(...invalidEach(child(path, 'port'), port.port ?? 0, isValidPortNum(port.port ?? 0)));
  if (!port.protocol) errors.push(required(child(path, 'protocol')));
  else if (!PORT_PROTOCOLS.includes(port.protocol)) {
    errors.push(notSupported(child(path, 'protocol'), port.protocol, PORT_PROTOCOLS));
  }
  errors.push(...checkPortNumberOrName(port.targetPort ?? 0, child(path, 'targetPort')));
  if (port.appProtocol !== undefined) {
    errors.push(...checkQualifiedName(port.appProtocol, child(path, 'appProtocol')));
  }
  return errors;
}

/** Node ports and ports must each be unique for a protocol. */
function checkPortsTogether(service: Service): FieldError[] {
  const { type, ports = [] } = specOf(service);
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  if (type === 'ClusterIP') {
    for (const [i, { nodePort }] of ports.entries()) {
      if (!nodePort) continue;
      const path = child(at('spec.ports', i), 'nodePort');
      errors.push(forbidden(path, "may not be used when `type` is 'ClusterIP'"));
    }
  }
  for (const [i, { protocol, nodePort }] of ports.entries()) {
    if (!nodePort) continue;
    const key = `${protocol}/${nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(child(at('spec.ports', i), 'nodePort'), nodePort));
    nodePorts.add(key);
  }
  for (const [i, { protocol = '', port }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    // The value is shown as upstream's internal type is written.
    const value = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    if (numbers.has(key)) errors.push(duplicate(at('spec.ports', i), value));
    numbers.add(key);
  }
  return errors;
}

function checkSessionAffinity(service: Service): FieldError[] {
  const { sessionAffinity, sessionAffinityConfig: config } = specOf(service);
  const path = 'spec.sessionAffinityConfig';
  if (!sessionAffinity) return [required('spec.sessionAffinity')];
  if (sessionAffinity === 'ClientIP') return checkClientIPAffinity(config, path);
  if (sessionAffinity !== 'None') {
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  }
  return config ? [forbidden(path, 'must not be set when session affinity is None')] : [];
}

function checkClientIPAffinity(config: SessionAffinityConfig | undefined, path: string): FieldError[] {
  const needed = 'when session affinity type is ClientIP';
  if (!config) return [required(path, needed)];
  if (!config.clientIP) return [required(child(path, 'clientIP'), needed)];
  const { timeoutSeconds } = config.clientIP;
  const field = child(path, 'clientIP', 'timeoutSeconds');
  if (timeoutSeconds === undefined) return [required(field, needed)];
  if (timeoutSeconds > 0 && timeoutSeconds <= MAX_AFFINITY_SECONDS) return [];
  return [invalid(field, timeoutSeconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`)];
}

function checkExternalIPs(service: Service, old: Service | undefined): FieldError[] {
  const known = old ? specOf(old).externalIPs : undefined;
  return (specOf(service).externalIPs ?? []).flatMap((ip, i) => {
    const path = at('spec.externalIPs', i);
    const errors = isValidIPForLegacyField(path, ip, known);
    return errors.length > 0 ? errors : checkEndpointIP(ip, path);
  });
}

/** Source ranges of a load balancer, in the field or in the older annotation. White space around them is allowed. */
function checkSourceRanges(service: Service, old: Service | undefined): FieldError[] {
  const { type, loadBalancerSourceRanges: ranges = [] } = specOf(service);
  const trim = (texts: readonly string[] = []): string[] => texts.map((text) => text.trim());
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    const known = old && trim(specOf(old).loadBalancerSourceRanges);
    return [
      ...(type === 'LoadBalancer' ? [] : [forbidden(path, ONLY_LOAD_BALANCER)]),
      ...trim(ranges).flatMap((range, i) => isValidCIDRForLegacyField(at(path, i), range, known)),
    ];
  }
  const annotation = service.metadata?.annotations?.[SOURCE_RANGES];
  if (annotation === undefined) return [];
  const path = at('metadata.annotations', SOURCE_RANGES);
  const errors = type === 'LoadBalancer' ? [] : [forbidden(path, ONLY_LOAD_BALANCER)];
  if (annotation.trim() === '' || old?.metadata?.annotations?.[SOURCE_RANGES] === annotation) return errors;
  return [
    ...errors,
    ...trim(annotation.split(',')).flatMap((range) => isValidCIDRForLegacyField(path, range)),
  ];
}

function checkLoadBalancerFields(service: Service): FieldError[] {
  const { type, allocateLoadBalancerNodePorts } = specOf(service);
  const errors = checkLoadBalancerClass(service);
  if (type === 'LoadBalancer') {
    return allocateLoadBalancerNodePorts === undefined
      ? [required('allocateLoadBalancerNodePorts'), ...errors]
      : errors;
  }
  if (allocateLoadBalancerNodePorts === undefined) return errors;
  return [forbidden('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCER), ...errors];
}

function checkLoadBalancerClass(service: Service): FieldError[] {
  const { type, loadBalancerClass } = specOf(service);
  if (loadBalancerClass === undefined) return [];
  if (type !== 'LoadBalancer') return [forbidden('spec.loadBalancerClass', ONLY_LOAD_BALANCER)];
  return checkQualifiedName(loadBalancerClass, 'spec.loadBalancerClass');
}

function checkTrafficPolicies(service: Service): FieldError[] {
  const spec = specOf(service);
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, trafficDistribution } = spec;
  const errors: FieldError[] = [];
  if (!isExternallyAccessible(service)) {
    if (external) {
      const detail = 'may only be set for externally-accessible services';
      errors.push(invalid('spec.externalTrafficPolicy', external, detail));
    }
  } else if (!external) errors.push(required('spec.externalTrafficPolicy'));
  else if (!POLICIES.includes(external)) {
    errors.push(notSupported('spec.externalTrafficPolicy', external, POLICIES));
  }
  errors.push(...checkHealthCheckNodePort(service));
  if (internal === undefined) {
    if (spec.type !== 'ExternalName' && TYPES.includes(spec.type ?? '')) {
      errors.push(required('spec.internalTrafficPolicy'));
    }
  } else if (!POLICIES.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, POLICIES));
  }
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) {
    errors.push(unsupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS));
  }
  return errors;
}
const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function checkHealthCheckNodePort(service: Service): FieldError[] {
  const { healthCheckNodePort: port = 0 } = specOf(service);
  const path = 'spec.healthCheckNodePort';
  if (needsHealthCheckNodePort(service)) {
    return port === 0 ? [required(path)] : invalidEach(path, port, isValidPortNum(port));
  }
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 ? [] : [invalid(path, port, detail)];
}

/** Warnings about services. Source: kubernetes pkg/api/service/warnings.go. */
import { at } from '../../apimachinery/field-error.ts';
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import { warningsForCIDR, warningsForIP } from '../../apimachinery/validation/ip.ts';
import { specOf } from './service-ips.ts';
import { TOPOLOGY_HINTS, TOPOLOGY_MODE } from './service-validation.ts';

export function serviceWarnings(service: Service): string[] {
  const spec = specOf(service);
  const { externalIPs = [], loadBalancerIP = '' } = spec;
  const warnings: string[] = [];
  if (service.metadata?.annotations?.[TOPOLOGY_HINTS] !== undefined) {
    warnings.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  }
  if (spec.clusterIP && spec.clusterIP !== 'None') {
    for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
      warnings.push(...warningsForIP(at('spec.clusterIPs', i), ip));
    }
  }
  if (spec.type === 'ClusterIP' && spec.clusterIP === 'None') {
    if (loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (externalIPs.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity && spec.sessionAffinity !== 'None') {
      warnings.push('spec.SessionAffinity is ignored for headless services');
    }
  }
  for (const [i, ip] of externalIPs.entries()) warnings.push(...warningsForIP(at('spec.externalIPs', i), ip));
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  if (externalIPs.length > 0 && !headless && spec.type !== 'ExternalName') {
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (loadBalancerIP) warnings.push(...warningsForIP('spec.loadBalancerIP', loadBalancerIP));
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    warnings.push(...warningsForCIDR(at('spec.loadBalancerSourceRanges', i), range));
  }
  if (spec.type === 'ExternalName') {
    if (externalIPs.length > 0) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  } else if (spec.externalName) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === 'PreferClose') {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}

/** Warnings about a status that is reported. */
export const serviceStatusWarnings = (service: Service): string[] =>
  (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
    ip ? warningsForIP(at('status.loadBalancer.ingress', i), ip) : [],
  );

/**
 * ipFamilies and ipFamilyPolicy: what a service gets on a cluster with one or two families.
 * Source: kubernetes pkg/registry/core/service/storage/alloc.go (initIPFamilyFields).
 */
import { at, type FieldError, invalid } from '../../apimachinery/field-error.ts';
import type { Service, ServiceSpec } from '../../apimachinery/types/core.v1.gen.ts';
import { familyOfIP, type IPFamily } from './ip-families.ts';
import { sameClusterIPs, sameIPFamilies, specOf } from './service-ips.ts';
import { validateClusterIPs } from './service-cluster-ips.ts';

const POLICY = 'spec.ipFamilyPolicy';
const otherFamily = (family: string): string => (family === 'IPv4' ? 'IPv6' : 'IPv4');

/**
 * Whether nothing about the families of a PreferDualStack service changed: then a cluster that has become single or
 * dual stack changes nothing either.
 */
export function keepsPreferDualStack(service: Service, old: Service | undefined): boolean {
  if (!old) return false;
  const spec = specOf(service);
  const before = specOf(old);
  return (
    before.type === spec.type &&
    (spec.type === 'ClusterIP' || spec.type === 'NodePort' || spec.type === 'LoadBalancer') &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (before.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    sameClusterIPs(old, service) &&
    sameIPFamilies(old, service)
  );
}

function defaultPolicy(spec: ServiceSpec, old: Service | undefined): string {
  const before = old && specOf(old).ipFamilyPolicy;
  if (before) return before;
  return isHeadlessWithoutSelector(spec) ? 'RequireDualStack' : 'SingleStack';
}
const isHeadlessWithoutSelector = ({ clusterIP, selector = {} }: ServiceSpec): boolean =>
  clusterIP === 'None' && Object.keys(selector).length === 0;

/** What an update may shorten: with SingleStack the second address goes by itself, without it is an error. */
function shorten(service: Service, old: Service): FieldError[] {
  const spec = service.spec!;
  const before = specOf(old);
  const ips = spec.clusterIPs?.length ?? 0;
  const families = spec.ipFamilies?.length ?? 0;
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (ips > 1 && sameClusterIPs(old, service)) spec.clusterIPs = spec.clusterIPs!.slice(0, 1);
    if (families > 1 && sameIPFamilies(old, service)) spec.ipFamilies = spec.ipFamilies!.slice(0, 1);
    return [];
  }
  const errors: FieldError[] = [];
  if (ips > 0 && ips < (before.clusterIPs?.length ?? 0)) {
    errors.push(
      invalid(POLICY, spec.ipFamilyPolicy, "must be 'SingleStack' to release the secondary cluster IP"),
    );
  }
  if (families > 0 && families < (before.ipFamilies?.length ?? 0)) {
    errors.push(
      invalid(POLICY, spec.ipFamilyPolicy, "must be 'SingleStack' to release the secondary IP family"),
    );
  }
  return errors;
}

/** Families that follow from the addresses. */
function inferFamilies(spec: ServiceSpec, families: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    if (i < (spec.ipFamilies?.length ?? 0)) continue;
    const family = familyOfIP(ip);
    if (family && families.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else {
      const detail = `${family ?? 'unknown'} is not configured on this cluster`;
      errors.push(invalid(at('spec.clusterIPs', i), spec.clusterIPs, detail));
    }
  }
  return errors;
}

function checkLengths({ ipFamilyPolicy, clusterIPs = [], ipFamilies = [] }: ServiceSpec): FieldError[] {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const detail = (what: string): string =>
    `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
  return [
    ...(clusterIPs.length === 2 ? [invalid(POLICY, ipFamilyPolicy, detail('cluster IPs'))] : []),
    ...(ipFamilies.length === 2 ? [invalid(POLICY, ipFamilyPolicy, detail('IP families'))] : []),
  ];
}

/**
 * Sets ipFamilyPolicy and ipFamilies. `families` are the cluster's, the primary one first. Runs before
 * prepareForCreate or prepareForUpdate; what it returns refuses the request.
 */
export function initIPFamilies(
  service: Service,
  old: Service | undefined,
  families: readonly IPFamily[],
): FieldError[] {
  const spec = service.spec;
  if (!spec || spec.type === 'ExternalName' || keepsPreferDualStack(service, old)) return [];
  spec.ipFamilyPolicy ??= defaultPolicy(spec, old);

  const malformed = validateClusterIPs(service, old);
  if (malformed.length > 0) return malformed;
  const errors = [
    ...(old ? shorten(service, old) : []),
    ...checkLengths(spec),
    ...inferFamilies(spec, families),
  ];
  if (errors.length > 0) return errors;

  const primary = families[0] ?? 'IPv4';
  const wantsBoth = spec.ipFamilyPolicy !== 'SingleStack';
  if (isHeadlessWithoutSelector(spec)) {
    // Its endpoints are the user's own, so that it may have families the cluster does not have.
    spec.ipFamilies = spec.ipFamilies?.length ? spec.ipFamilies : [primary];
    if (wantsBoth && spec.ipFamilies.length === 1) {
      spec.ipFamilies = [spec.ipFamilies[0]!, otherFamily(spec.ipFamilies[0]!)];
    }
    return [];
  }
  const unknown = unconfigured(spec, families);
  if (unknown.length > 0) return unknown;
  spec.ipFamilies = spec.ipFamilies?.length ? spec.ipFamilies : [primary];
  if (wantsBoth && spec.ipFamilies.length === 1 && families.length === 2) {
    spec.ipFamilies = [spec.ipFamilies[0]!, otherFamily(spec.ipFamilies[0]!)];
  }
  return [];
}

/** What the service asks for and the cluster does not have. */
function unconfigured(
  { ipFamilyPolicy, ipFamilies = [] }: ServiceSpec,
  families: readonly string[],
): FieldError[] {
  const errors: FieldError[] = [];
  if (ipFamilyPolicy === 'RequireDualStack' && families.length < 2) {
    errors.push(invalid(POLICY, ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [i, family] of ipFamilies.entries()) {
    if (!families.includes(family)) {
      errors.push(invalid(at('spec.ipFamilies', i), family, 'not configured on this cluster'));
    }
  }
  return errors;
}

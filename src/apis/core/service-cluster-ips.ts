/**
 * clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy: what they may be and what they may become.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateServiceClusterIPsRelatedFields,
 * validateUpgradeDowngradeClusterIPs, validateUpgradeDowngradeIPFamilies).
 */
import {
  at,
  duplicate,
  type FieldError,
  internal,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type { Service } from '../../apimachinery/types/core.v1.gen.ts';
import { isValidIPForLegacyField } from '../../apimachinery/validation/ip.ts';
import { familyOfIP, isDualStackIPs } from './ip-families.ts';
import { isHeadless, specOf } from './service-ips.ts';

const CLUSTER_IPS = 'spec.clusterIPs';
const FAMILIES = 'spec.ipFamilies';
const POLICY = 'spec.ipFamilyPolicy';
const KNOWN_FAMILIES = ['IPv4', 'IPv6'];
const KNOWN_POLICIES = ['SingleStack', 'PreferDualStack', 'RequireDualStack'];

/** The fields for themselves and with each other; addresses the old service had are accepted. */
export function validateClusterIPs(service: Service, old?: Service): FieldError[] {
  const { type, clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = specOf(service);
  if (type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  if (clusterIP) {
    if (clusterIPs.length === 0) errors.push(required(CLUSTER_IPS));
    else if (clusterIPs[0] !== clusterIP) {
      errors.push(invalid(CLUSTER_IPS, clusterIPs, 'first value must match `clusterIP`'));
    }
  } else if (clusterIPs.length > 0) {
    errors.push(invalid(CLUSTER_IPS, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  }
  for (const [i, family] of ipFamilies.entries()) {
    if (!KNOWN_FAMILIES.includes(family)) errors.push(notSupported(at(FAMILIES, i), family, KNOWN_FAMILIES));
    if (ipFamilies.indexOf(family) < i) errors.push(duplicate(at(FAMILIES, i), family));
  }
  if (ipFamilyPolicy !== undefined && !KNOWN_POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported(POLICY, ipFamilyPolicy, KNOWN_POLICIES));
  }
  const known = old ? (specOf(old).clusterIPs ?? []) : [];
  let malformed = false;
  for (const [i, ip] of clusterIPs.entries()) {
    const wrong = checkClusterIP(ip, i, clusterIPs, known);
    malformed ||= wrong.length > 0;
    errors.push(...wrong);
  }
  if (clusterIPs.length > 2) errors.push(invalid(CLUSTER_IPS, clusterIPs, 'may only hold up to 2 values'));
  // What follows would only repeat that an address is none.
  if (malformed) return errors;
  const bad = clusterIPs.findIndex((ip) => familyOfIP(ip) === undefined);
  if (clusterIPs.length > 1 && bad >= 0) {
    const text = `failed to check for dual stack with error:invalid IP[${bad}]: ${clusterIPs[bad]}`;
    errors.push(internal(CLUSTER_IPS, text));
  }
  if (clusterIPs.length > 1 && !isDualStackIPs(clusterIPs)) {
    errors.push(invalid(CLUSTER_IPS, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  if (!isHeadless(service)) errors.push(...matchFamilies(clusterIPs, ipFamilies));
  return errors;
}

function checkClusterIP(
  ip: string,
  i: number,
  all: readonly string[],
  known: readonly string[],
): FieldError[] {
  if (i > 0 || ip !== 'None') return isValidIPForLegacyField(at(CLUSTER_IPS, i), ip, known);
  return all.length > 1 ? [invalid(CLUSTER_IPS, all, "'None' must be the first and only value")] : [];
}

function matchFamilies(clusterIPs: readonly string[], ipFamilies: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of clusterIPs.entries()) {
    const family = ipFamilies[i];
    if (!family) break;
    if (KNOWN_FAMILIES.includes(family) && familyOfIP(ip) !== family) {
      errors.push(
        invalid(at(CLUSTER_IPS, i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
      );
    }
  }
  return errors;
}

/** What an update may change of a service that has addresses: add or release the second one. */
export function validateClusterIPsUpdate(service: Service, old: Service): FieldError[] {
  if (specOf(service).type === 'ExternalName' || specOf(old).type === 'ExternalName') return [];
  return [...validateIPsUpdate(service, old), ...validateFamiliesUpdate(service, old)];
}

function validateIPsUpdate(service: Service, old: Service): FieldError[] {
  if (isHeadless(service) && isHeadless(old)) return [];
  const { clusterIPs: ips = [], ipFamilyPolicy } = specOf(service);
  const { clusterIPs: before = [] } = specOf(old);
  const changed = (i: number): FieldError => invalid(at(CLUSTER_IPS, i), ips, 'may not change once set');
  if (before.length === ips.length) return before.flatMap((ip, i) => (ip === ips[i] ? [] : [changed(i)]));
  const errors: FieldError[] = [];
  if (before.length > ips.length && ips.length === 0) {
    errors.push(invalid(at(CLUSTER_IPS, 0), null, 'primary clusterIP can not be unset'));
  }
  if (before.length > 0 && ips.length > 0 && before[0] !== ips[0]) errors.push(changed(0));
  if (before.length > ips.length && ips.length === 1 && ipFamilyPolicy !== 'SingleStack') {
    const detail = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.push(invalid(POLICY, ipFamilyPolicy, detail));
  }
  return errors;
}

function validateFamiliesUpdate(service: Service, old: Service): FieldError[] {
  // A headless service may change its families; one that becomes or was headless gets new ones.
  if (isHeadless(service) || isHeadless(old)) return [];
  const { clusterIPs = [], ipFamilies: families = [], ipFamilyPolicy } = specOf(service);
  const { ipFamilies: before = [] } = specOf(old);
  const first = at(FAMILIES, 0);
  if (before.length === families.length) {
    return before.flatMap((family, i) =>
      family === families[i] ? [] : [invalid(first, families, 'may not change once set')],
    );
  }
  const errors: FieldError[] = [];
  if (before.length > families.length && clusterIPs.length === 0) {
    errors.push(invalid(first, families.length > 0 ? families : null, 'primary ipFamily can not be unset'));
  }
  if (before.length > 0 && families.length > 0 && before[0] !== families[0]) {
    // Upstream shows the addresses here.
    errors.push(invalid(first, clusterIPs, 'may not change once set'));
  }
  if (before.length > families.length && families.length === 1 && ipFamilyPolicy !== 'SingleStack') {
    const detail = "must be set to 'SingleStack' when releasing the secondary ipFamily";
    errors.push(invalid(POLICY, ipFamilyPolicy, detail));
  }
  return errors;
}

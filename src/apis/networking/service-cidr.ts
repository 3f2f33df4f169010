/** ServiceCIDR: a range cluster IPs are taken from. Source: kubernetes pkg/registry/networking/servicecidr/strategy.go. */
import { at, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { ServiceCIDR } from '../../apimachinery/types/networking.v1.gen.ts';
import { isValidCIDR } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { parseCIDR } from '../../apimachinery/ip.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';

const PATH = 'spec.cidrs';

/** Source: kubernetes pkg/apis/networking/validation/validation.go (ValidateServiceCIDR). */
function validateServiceCIDR({ spec = {} }: ServiceCIDR): FieldError[] {
  const { cidrs = [] } = spec;
  if (cidrs.length === 0) return [required(PATH, 'at least one CIDR required')];
  // Upstream shows the whole spec, as its internal type is written.
  if (cidrs.length > 2) return [invalid(PATH, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) => isValidCIDR(at(PATH, i), cidr));
  const families = cidrs.map((cidr) => parseCIDR(cidr)?.ip.version);
  if (cidrs.length === 2 && families[0] !== undefined && families[0] === families[1]) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalid(PATH, cidrs, detail));
  }
  return errors;
}

/** A range of the second family may be added, once; nothing else changes. */
function validateServiceCIDRUpdate(object: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const before = old.spec?.cidrs ?? [];
  const cidrs = object.spec?.cidrs ?? [];
  const immutable = 'field is immutable';
  if (before.length === cidrs.length) {
    return cidrs.flatMap((cidr, i) => (cidr === before[i] ? [] : [invalid(at(PATH, i), cidr, immutable)]));
  }
  if (before.length !== 1 || cidrs.length !== 2) return [invalid(PATH, object.spec?.cidrs, immutable)];
  const changed = cidrs[0] === before[0] ? [] : [invalid(at(PATH, 0), cidrs[0], immutable)];
  return [...changed, ...validateServiceCIDR(object)];
}

export const serviceCIDRs = define<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'servicecidrs',
  singular: 'servicecidr',
  kind: 'ServiceCIDR',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'networking.v1.ServiceCIDR',
  subresources: [statusOf('ServiceCIDR')],
  strategy: {
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    status: { keptMetadata: 'all' },
    generation: 'none',
    validateName: nameIsDNSSubdomain,
    validate: validateServiceCIDR,
    validateUpdate: validateServiceCIDRUpdate,
  },
  printer: {
    columns: [NAME, column('CIDRs', 'The ranges'), AGE],
    cells: (object, now) => [nameOf(object), (object.spec?.cidrs ?? []).join(','), age(object, now)],
  },
});

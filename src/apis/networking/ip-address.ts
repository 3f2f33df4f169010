/** IPAddress: a cluster IP that is in use, and by what. The name is the address. */
import { child, type FieldError, required } from '../../apimachinery/field-error.ts';
import { formatIP, parseIP } from '../../apimachinery/ip.ts';
import type { IPAddress } from '../../apimachinery/types/networking.v1.gen.ts';
import { isDNS1123Subdomain, isPathSegmentName } from '../../apimachinery/validation/content.ts';
import { invalidEach } from '../core/field-rules.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { age, column, NAME, nameOf } from '../printing.ts';
import { immutable } from '../apps/validation.ts';

const PARENT = 'spec.parentRef';

/** The name is the address in canonical form. */
function validateIPAddressName(name: string): string[] {
  const ip = parseIP(name);
  if (!ip) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  if (ip.leadingZeros) return ['must not have leading 0s'];
  if (ip.mapped) return ['must not be an IPv4-mapped IPv6 address'];
  const canonical = formatIP(ip);
  return name === canonical ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}

/** Source: kubernetes pkg/apis/networking/validation/validation.go (ValidateIPAddress). */
function validateIPAddress({ spec }: IPAddress): FieldError[] {
  const parent = spec?.parentRef;
  if (!parent) return [required(PARENT)];
  const { group, resource, name, namespace } = parent;
  const segment = (field: string, value: string | undefined, needed: boolean): FieldError[] => {
    if (!value) return needed ? [required(child(PARENT, field))] : [];
    return invalidEach(child(PARENT, field), value, isPathSegmentName(value));
  };
  return [
    ...(group ? invalidEach(child(PARENT, 'group'), group, isDNS1123Subdomain(group)) : []),
    ...segment('resource', resource, true),
    ...segment('name', name, true),
    ...segment('namespace', namespace, false),
  ];
}

/** `services/default/web`. */
function parentText(object: IPAddress): string {
  const parent = object.spec?.parentRef;
  if (!parent) return '<none>';
  const resource = (
    parent.group ? `${parent.resource}.${parent.group}` : (parent.resource ?? '')
  ).toLowerCase();
  return [resource, ...(parent.namespace ? [parent.namespace] : []), parent.name].join('/');
}

export const ipAddresses = define<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ipaddresses',
  singular: 'ipaddress',
  kind: 'IPAddress',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['ip'],
  typeName: 'networking.v1.IPAddress',
  strategy: {
    generation: 'none',
    validateName: validateIPAddressName,
    validate: validateIPAddress,
    validateUpdate: (object, old) => [
      ...validateIPAddress(object),
      ...immutable(PARENT, object.spec?.parentRef, old.spec?.parentRef, '*ParentReference'),
    ],
  },
  printer: {
    // Upstream computes the age, too, and has no column for it.
    columns: [NAME, column('ParentRef', 'The object that uses the address')],
    cells: (object, now) => [nameOf(object), parentText(object), age(object, now)],
  },
});

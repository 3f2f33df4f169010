/** Validation of ingresses. Source: kubernetes pkg/apis/networking/validation/validation.go (ValidateIngress…). */
import { at, child, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import { parseIP } from '../../apimachinery/ip.ts';
import type { TypedLocalObjectReference } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressSpec,
} from '../../apimachinery/types/networking.v1.gen.ts';
import {
  isDNS1123Subdomain,
  isPathSegmentName,
  isValidPortName,
  isValidPortNum,
  isWildcardDNS1123Subdomain,
} from '../../apimachinery/validation/content.ts';
import { isValidIPForLegacyField } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSLabel, nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkOneOf, invalidEach } from '../core/field-rules.ts';
import { checkIngressHostname } from '../core/service-validation.ts';

export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_ENDINGS = ['/..', '/.'];

/** Rules that what is stored already breaks are not held against an update. */
interface Allowed {
  readonly invalidSecretName?: boolean;
  readonly invalidWildcardHostRule?: boolean;
}

export function validateIngress(ingress: Ingress): FieldError[] {
  const errors = validateSpec(ingress.spec ?? {}, {});
  const annotation = ingress.metadata?.annotations?.[CLASS_ANNOTATION];
  const className = ingress.spec?.ingressClassName;
  if (annotation !== undefined && className !== undefined && annotation !== className) {
    const detail = 'must match `ingressClassName` when both are specified';
    errors.push(invalid(child('annotations', CLASS_ANNOTATION), annotation, detail));
  }
  return errors;
}

export function validateIngressUpdate(ingress: Ingress, old: Ingress): FieldError[] {
  const { tls = [], rules = [] } = old.spec ?? {};
  return validateSpec(ingress.spec ?? {}, {
    invalidSecretName: tls.some(({ secretName }) => secretNameErrors(secretName).length > 0),
    invalidWildcardHostRule: rules.some(
      (rule) => rule.host?.includes('*') && validateRuleValue(rule, '').length > 0,
    ),
  });
}

/** Addresses that are stored already may stay as they are. */
export function validateIngressStatus({ status }: Ingress, old: Ingress): FieldError[] {
  const known = (old.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const path = at('status.loadBalancer.ingress', i);
    return [
      ...(ip ? isValidIPForLegacyField(child(path, 'ip'), ip, known) : []),
      ...checkIngressHostname(hostname, child(path, 'hostname')),
    ];
  });
}

function validateSpec(spec: IngressSpec, allowed: Allowed): FieldError[] {
  const { rules = [], defaultBackend, ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) {
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'));
  for (const [i, rule] of rules.entries()) errors.push(...validateRule(rule, at('spec.rules', i), allowed));
  errors.push(...validateTLS(spec, allowed));
  if (ingressClassName !== undefined) {
    const wrong = nameIsDNSSubdomain(ingressClassName, false);
    errors.push(...invalidEach('spec.ingressClassName', ingressClassName, wrong));
  }
  return errors;
}

const hostErrors = (host: string): readonly string[] =>
  host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host);
const secretNameErrors = (name: string | undefined): readonly string[] =>
  name ? nameIsDNSSubdomain(name, false) : [];

function validateTLS({ tls = [] }: IngressSpec, allowed: Allowed): FieldError[] {
  return tls.flatMap(({ hosts = [], secretName }, i) => {
    const path = at('spec.tls', i);
    const wrong = allowed.invalidSecretName ? [] : secretNameErrors(secretName);
    return [
      ...hosts.flatMap((host, j) => invalidEach(at(child(path, 'hosts'), j), host, hostErrors(host))),
      ...invalidEach(child(path, 'secretName'), secretName, wrong),
    ];
  });
}

function validateRule(rule: IngressRule, path: string, allowed: Allowed): FieldError[] {
  const { host = '' } = rule;
  const errors: FieldError[] = [];
  if (host) {
    if (parseIP(host)) {
      errors.push(invalid(child(path, 'host'), host, 'must be a DNS name, not an IP address'));
    }
    errors.push(...invalidEach(child(path, 'host'), host, hostErrors(host)));
  }
  if (host.includes('*') && allowed.invalidWildcardHostRule) return errors;
  return [...errors, ...validateRuleValue(rule, path)];
}

function validateRuleValue({ http }: IngressRule, path: string): FieldError[] {
  if (!http) return [];
  const here = child(path, 'http', 'paths');
  const paths = http.paths ?? [];
  return [
    ...(paths.length === 0 ? [required(here)] : []),
    ...paths.flatMap((one, i) => validatePath(one, at(here, i))),
  ];
}

function validatePath({ path = '', pathType, backend }: HTTPIngressPath, here: string): FieldError[] {
  if (pathType === undefined || pathType === null) {
    return [required(child(here, 'pathType'), 'pathType must be specified')];
  }
  const field = child(here, 'path');
  const errors = checkOneOf(pathType, PATH_TYPES, child(here, 'pathType'));
  const exact = pathType === 'Exact' || pathType === 'Prefix';
  if ((exact || (pathType === 'ImplementationSpecific' && path)) && !path.startsWith('/')) {
    errors.push(invalid(field, path, 'must be an absolute path'));
  }
  if (exact) {
    for (const part of FORBIDDEN_SEQUENCES) {
      if (path.includes(part)) errors.push(invalid(field, path, `must not contain '${part}'`));
    }
    for (const part of FORBIDDEN_ENDINGS) {
      if (path.endsWith(part)) errors.push(invalid(field, path, `cannot end with '${part}'`));
    }
  }
  return [...errors, ...validateBackend(backend ?? {}, child(here, 'backend'))];
}

function validateBackend({ resource, service }: IngressBackend, path: string): FieldError[] {
  if (resource && service) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return checkLocalReference(resource, child(path, 'resource'));
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const { name, port: { name: portName = '', number = 0 } = {} } = service;
  const here = child(path, 'service');
  // As of 1.36 names of services may start with a digit (RelaxedServiceNameValidation).
  const errors = name
    ? invalidEach(child(here, 'name'), name, nameIsDNSLabel(name, false))
    : [required(child(here, 'name'))];
  if (portName && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (portName)
    errors.push(...invalidEach(child(here, 'port', 'name'), portName, isValidPortName(portName)));
  else if (number) errors.push(...invalidEach(child(here, 'port', 'number'), number, isValidPortNum(number)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

/** A reference to an object in the same namespace, by group, kind and name. */
export function checkLocalReference(reference: TypedLocalObjectReference, path: string): FieldError[] {
  const { apiGroup, kind, name } = reference;
  const segment = (field: 'kind' | 'name', value: string | undefined): FieldError[] =>
    value ? invalidEach(child(path, field), value, isPathSegmentName(value)) : [required(child(path, field))];
  return [
    ...(apiGroup === undefined || apiGroup === null
      ? []
      : invalidEach(child(path, 'apiGroup'), apiGroup, isDNS1123Subdomain(apiGroup))),
    ...segment('kind', kind),
    ...segment('name', name),
  ];
}

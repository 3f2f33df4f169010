/** Ingress. Source: kubernetes pkg/registry/networking/ingress/strategy.go. */
import type { Ingress, IngressRule } from '../../apimachinery/types/networking.v1.gen.ts';
import { at } from '../../apimachinery/field-error.ts';
import { warningsForIP } from '../../apimachinery/validation/ip.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ingressAddresses } from '../core/service-printer.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';

import {
  CLASS_ANNOTATION,
  validateIngress,
  validateIngressStatus,
  validateIngressUpdate,
} from './ingress-validation.ts';

const SHOWN = 3;

/** Hosts of the rules, the first three; `*` when no rule names one. Counts rules, not hosts, as kubectl always did. */
function hosts(rules: readonly IngressRule[]): string {
  const list: string[] = [];
  let more = false;
  for (const { host } of rules) {
    more ||= list.length === SHOWN;
    if (!more && host) list.push(host);
  }
  if (list.length === 0) return '*';
  return more ? `${list.join(',')} + ${rules.length - SHOWN} more...` : list.join(',');
}

export const ingresses = define<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ingresses',
  singular: 'ingress',
  kind: 'Ingress',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['ing'],
  typeName: 'networking.v1.Ingress',
  subresources: [statusOf('Ingress')],
  strategy: {
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validateName: nameIsDNSSubdomain,
    validate: validateIngress,
    validateUpdate: validateIngressUpdate,
    warningsOnCreate: ({ metadata, spec }) =>
      metadata?.annotations?.[CLASS_ANNOTATION] !== undefined && spec?.ingressClassName === undefined
        ? [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`]
        : [],
    status: {
      validateUpdate: validateIngressStatus,
      warningsOnUpdate: ({ status }) =>
        (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
          ip ? warningsForIP(at('status.loadBalancer.ingress', i), ip) : [],
        ),
    },
  },
  printer: {
    columns: [
      NAME,
      column('Class', 'The ingress class that serves it'),
      column('Hosts', 'Hosts of its rules'),
      column('Address', 'Addresses of the load balancer'),
      column('Ports', 'Ports it listens on'),
      AGE,
    ],
    cells: (object, now) => [
      nameOf(object),
      object.spec?.ingressClassName ?? '<none>',
      hosts(object.spec?.rules ?? []),
      ingressAddresses(object.status?.loadBalancer?.ingress).join(','),
      object.spec?.tls?.length ? '80, 443' : '80',
      age(object, now),
    ],
  },
});

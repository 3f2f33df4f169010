/** NetworkPolicy. Source: kubernetes pkg/registry/networking/networkpolicy/strategy.go. */
import type { NetworkPolicy } from '../../apimachinery/types/networking.v1.gen.ts';
import { formatSelector, fromLabelSelector } from '../../apimachinery/labels.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

import { networkPolicyWarnings, validateNetworkPolicy } from './network-policy-validation.ts';

/** A label selector as text. Source: kubernetes/apimachinery pkg/apis/meta/v1/helpers.go (FormatLabelSelector). */
function selectorText(selector: LabelSelector | undefined): string {
  try {
    return formatSelector(fromLabelSelector(selector ?? {})) || '<none>';
  } catch {
    return '<error>';
  }
}

export const networkPolicies = define<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  kind: 'NetworkPolicy',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['netpol'],
  typeName: 'networking.v1.NetworkPolicy',
  strategy: {
    validateName: nameIsDNSSubdomain,
    validate: (object) => validateNetworkPolicy(object),
    validateUpdate: validateNetworkPolicy,
    warningsOnCreate: networkPolicyWarnings,
    warningsOnUpdate: networkPolicyWarnings,
    default(object) {
      const spec = object.spec;
      if (!spec) return;
      for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
        for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
      }
      if (!spec.policyTypes?.length) {
        spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
      }
    },
  },
  printer: {
    columns: [NAME, column('Pod-Selector', 'The pods the policy is for'), AGE],
    cells: (object, now) => [nameOf(object), selectorText(object.spec?.podSelector), age(object, now)],
  },
});

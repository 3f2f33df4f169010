import type { MutatingAdmissionPolicy } from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { defaultMutatingAdmissionPolicy } from './defaults.ts';
import { paramKindCell } from './policy-cells.ts';
import {
  validateMutatingAdmissionPolicy,
  validateMutatingAdmissionPolicyUpdate,
} from './policy-validation.ts';
import { staticNameWarnings } from './static-names.ts';

/** Source: kubernetes pkg/registry/admissionregistration/mutatingadmissionpolicy/strategy.go. */
export const mutatingAdmissionPolicies = define<MutatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'mutatingadmissionpolicies',
  singular: 'mutatingadmissionpolicy',
  kind: 'MutatingAdmissionPolicy',
  namespaced: false,
  verbs: ALL_VERBS,
  categories: ['api-extensions'],
  typeName: 'admissionregistration.v1.MutatingAdmissionPolicy',
  strategy: {
    warningsOnCreate: staticNameWarnings,
    warningsOnUpdate: staticNameWarnings,
    default: defaultMutatingAdmissionPolicy,
    validate: validateMutatingAdmissionPolicy,
    validateUpdate: validateMutatingAdmissionPolicyUpdate,
    allowUnconditionalUpdate: false,
  },
  printer: {
    columns: [
      NAME,
      column('Mutations', 'How many mutations the policy makes', 'integer'),
      column('ParamKind', 'Kind of the objects that parameterize the policy'),
      AGE,
    ],
    cells: (policy, now) => [
      nameOf(policy),
      policy.spec?.mutations?.length ?? 0,
      paramKindCell(policy.spec?.paramKind),
      age(policy, now),
    ],
  },
});

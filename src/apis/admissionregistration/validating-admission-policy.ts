import type { ValidatingAdmissionPolicy } from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { defaultValidatingAdmissionPolicy } from './defaults.ts';
import { paramKindCell } from './policy-cells.ts';
import {
  validateValidatingAdmissionPolicy,
  validateValidatingAdmissionPolicyStatus,
  validateValidatingAdmissionPolicyUpdate,
} from './policy-validation.ts';
import { staticNameWarnings } from './static-names.ts';

/** Source: kubernetes pkg/registry/admissionregistration/validatingadmissionpolicy/strategy.go. */
export const validatingAdmissionPolicies = define<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  kind: 'ValidatingAdmissionPolicy',
  namespaced: false,
  verbs: ALL_VERBS,
  categories: ['api-extensions'],
  typeName: 'admissionregistration.v1.ValidatingAdmissionPolicy',
  subresources: [statusOf('ValidatingAdmissionPolicy')],
  strategy: {
    warningsOnCreate: staticNameWarnings,
    warningsOnUpdate: staticNameWarnings,
    default: defaultValidatingAdmissionPolicy,
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validate: validateValidatingAdmissionPolicy,
    validateUpdate: validateValidatingAdmissionPolicyUpdate,
    status: { keptMetadata: 'all', validateUpdate: validateValidatingAdmissionPolicyStatus },
    allowUnconditionalUpdate: false,
  },
  printer: {
    columns: [
      NAME,
      column('Validations', 'How many rules the policy checks', 'integer'),
      column('ParamKind', 'Kind of the objects that parameterize the policy'),
      AGE,
    ],
    cells: (policy, now) => [
      nameOf(policy),
      policy.spec?.validations?.length ?? 0,
      paramKindCell(policy.spec?.paramKind),
      age(policy, now),
    ],
  },
});

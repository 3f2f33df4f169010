import type { MutatingAdmissionPolicyBinding } from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { defaultPolicyBinding } from './defaults.ts';
import { paramRefCell } from './policy-cells.ts';
import {
  validateMutatingAdmissionPolicyBinding,
  validateMutatingAdmissionPolicyBindingUpdate,
} from './policy-validation.ts';
import { staticNameWarnings } from './static-names.ts';

/** Source: kubernetes pkg/registry/admissionregistration/mutatingadmissionpolicybinding/strategy.go. */
export const mutatingAdmissionPolicyBindings = define<MutatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'mutatingadmissionpolicybindings',
  singular: 'mutatingadmissionpolicybinding',
  kind: 'MutatingAdmissionPolicyBinding',
  namespaced: false,
  verbs: ALL_VERBS,
  categories: ['api-extensions'],
  typeName: 'admissionregistration.v1.MutatingAdmissionPolicyBinding',
  strategy: {
    warningsOnCreate: staticNameWarnings,
    warningsOnUpdate: staticNameWarnings,
    default: defaultPolicyBinding,
    validate: validateMutatingAdmissionPolicyBinding,
    validateUpdate: validateMutatingAdmissionPolicyBindingUpdate,
    allowUnconditionalUpdate: false,
  },
  printer: {
    columns: [
      NAME,
      column('PolicyName', 'The policy that is bound'),
      column('ParamRef', 'The objects the policy gets as parameters'),
      AGE,
    ],
    cells: (binding, now) => [
      nameOf(binding),
      binding.spec?.policyName ?? '',
      paramRefCell(binding.spec?.paramRef),
      age(binding, now),
    ],
  },
});

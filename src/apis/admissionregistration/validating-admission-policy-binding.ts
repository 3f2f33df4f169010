import type { ValidatingAdmissionPolicyBinding } from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { defaultPolicyBinding } from './defaults.ts';
import { paramRefCell } from './policy-cells.ts';
import {
  validateValidatingAdmissionPolicyBinding,
  validateValidatingAdmissionPolicyBindingUpdate,
} from './policy-validation.ts';
import { staticNameWarnings } from './static-names.ts';

/** Source: kubernetes pkg/registry/admissionregistration/validatingadmissionpolicybinding/strategy.go. */
export const validatingAdmissionPolicyBindings = define<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  kind: 'ValidatingAdmissionPolicyBinding',
  namespaced: false,
  verbs: ALL_VERBS,
  categories: ['api-extensions'],
  typeName: 'admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  strategy: {
    warningsOnCreate: staticNameWarnings,
    warningsOnUpdate: staticNameWarnings,
    default: defaultPolicyBinding,
    validate: validateValidatingAdmissionPolicyBinding,
    validateUpdate: validateValidatingAdmissionPolicyBindingUpdate,
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

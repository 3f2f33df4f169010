import type { ResourceDefinition } from '../definition.ts';
import { mutatingAdmissionPolicies } from './mutating-admission-policy.ts';
import { mutatingAdmissionPolicyBindings } from './mutating-admission-policy-binding.ts';
import { mutatingWebhookConfigurations } from './mutating-webhook-configuration.ts';
import { validatingAdmissionPolicies } from './validating-admission-policy.ts';
import { validatingAdmissionPolicyBindings } from './validating-admission-policy-binding.ts';
import { validatingWebhookConfigurations } from './validating-webhook-configuration.ts';

export const admissionregistrationResources: readonly ResourceDefinition[] = [
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
];

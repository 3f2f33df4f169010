import type { ValidatingWebhookConfiguration } from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { countChanges, startGeneration } from '../generation.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { defaultValidatingWebhookConfiguration as defaultWebhookConfiguration } from './defaults.ts';
import {
  validateValidatingWebhookConfiguration,
  validateValidatingWebhookConfigurationUpdate,
} from './webhook-validation.ts';
import { staticNameWarnings } from './static-names.ts';

/** Source: kubernetes pkg/registry/admissionregistration/validatingwebhookconfiguration/strategy.go. */
export const validatingWebhookConfigurations = define<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
  verbs: ALL_VERBS,
  categories: ['api-extensions'],
  typeName: 'admissionregistration.v1.ValidatingWebhookConfiguration',
  strategy: {
    warningsOnCreate: staticNameWarnings,
    warningsOnUpdate: staticNameWarnings,
    default: defaultWebhookConfiguration,
    prepareForCreate: startGeneration,
    prepareForUpdate: (object, old) => countChanges(object, old, 'webhooks'),
    validate: validateValidatingWebhookConfiguration,
    validateUpdate: validateValidatingWebhookConfigurationUpdate,
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [NAME, column('Webhooks', 'How many webhooks the configuration registers', 'integer'), AGE],
    cells: (object, now) => [nameOf(object), object.webhooks?.length ?? 0, age(object, now)],
  },
});

import type { ResourceClaimTemplate } from '../../apimachinery/types/resource.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { authorizeClaimTemplate } from './claim-authorization.ts';
import { AGE, NAME, age, nameOf } from '../printing.ts';
import { validateResourceClaimTemplate, validateResourceClaimTemplateUpdate } from './claim-validation.ts';
import { defaultClaimSpec } from './defaults.ts';

/** Source: kubernetes pkg/registry/resource/resourceclaimtemplate/strategy.go. */
export const resourceClaimTemplates = define<ResourceClaimTemplate>({
  group: 'resource.k8s.io',
  version: 'v1',
  resource: 'resourceclaimtemplates',
  singular: 'resourceclaimtemplate',
  kind: 'ResourceClaimTemplate',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'resource.v1.ResourceClaimTemplate',
  strategy: {
    default: (template) => defaultClaimSpec(template.spec?.spec),
    validateInCluster: authorizeClaimTemplate,
    validate: validateResourceClaimTemplate,
    validateUpdate: validateResourceClaimTemplateUpdate,
    generation: 'none',
  },
  printer: { columns: [NAME, AGE], cells: (template, now) => [nameOf(template), age(template, now)] },
});

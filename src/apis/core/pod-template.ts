/**
 * PodTemplate: a pod template that stands alone.
 * Source: kubernetes pkg/registry/core/podtemplate/strategy.go.
 */
import type { PodTemplate } from '../../apimachinery/types/core.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { column, NAME, nameOf } from '../printing.ts';
import { semanticEqual } from '../strategy.ts';
import { defaultPodTemplateSpec } from './pod-defaults.ts';
import { dropDisabledTemplateFields } from './pod-disabled-fields.ts';
import { templateUpdateOptions, validatePodTemplateSpec } from './pod-validation.ts';
import { podTemplateWarnings } from './pod-warnings.ts';

const NONE = '<none>';

export const podTemplates = define<PodTemplate>({
  group: '',
  version: 'v1',
  resource: 'podtemplates',
  singular: 'podtemplate',
  kind: 'PodTemplate',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'core.v1.PodTemplate',
  strategy: {
    // The kind has no spec field, yet its generation starts at 1 and rises with the template.
    generation: 'spec',
    default(object) {
      object.template ??= {};
      defaultPodTemplateSpec(object.template);
    },
    prepareForCreate: (object) => dropDisabledTemplateFields(object.template),
    prepareForUpdate: (object, old) => dropDisabledTemplateFields(object.template, old.template),
    validate: (object) => validatePodTemplateSpec(object.template ?? {}, 'template'),
    validateUpdate: (object, old) =>
      validatePodTemplateSpec(object.template ?? {}, 'template', templateUpdateOptions(old.template)),
    warningsOnCreate: (object) => podTemplateWarnings(object.template ?? {}, 'template'),
    warningsOnUpdate: (object, old) =>
      semanticEqual(object.template, old.template)
        ? []
        : podTemplateWarnings(object.template ?? {}, 'template'),
  },
  printer: {
    columns: [
      NAME,
      column('Containers', 'Names of the containers of the template'),
      column('Images', 'Images of the containers of the template'),
      column('Pod Labels', 'Labels that pods get from the template'),
    ],
    cells(object) {
      const containers = object.template?.spec?.containers ?? [];
      const labels = Object.entries(object.template?.metadata?.labels ?? {});
      return [
        nameOf(object),
        containers.map((container) => container.name).join(','),
        containers.map((container) => container.image ?? '').join(','),
        labels
          .map(([key, value]) => `${key}=${value}`)
          .sort()
          .join(',') || NONE,
      ];
    },
  },
});

import type { ResourceSlice } from '../../apimachinery/types/resource.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, NAME, age, column, nameOf } from '../printing.ts';
import { defaultResourceSlice } from './defaults.ts';
import { dropDisabledFields, resourceSliceWarnings } from './slice-strategy.ts';
import { validateResourceSlice, validateResourceSliceUpdate } from './slice-validation.ts';

/** Source: kubernetes pkg/registry/resource/resourceslice/strategy.go. */
export const resourceSlices = define<ResourceSlice>({
  group: 'resource.k8s.io',
  version: 'v1',
  resource: 'resourceslices',
  singular: 'resourceslice',
  kind: 'ResourceSlice',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'resource.v1.ResourceSlice',
  strategy: {
    default: defaultResourceSlice,
    prepareForCreate: (slice) => dropDisabledFields(slice),
    prepareForUpdate: dropDisabledFields,
    warningsOnCreate: resourceSliceWarnings,
    warningsOnUpdate: resourceSliceWarnings,
    validate: validateResourceSlice,
    validateUpdate: validateResourceSliceUpdate,
  },
  printer: {
    columns: [
      NAME,
      column('Node', 'The node that has the devices'),
      column('Driver', 'The driver that publishes them'),
      column('Pool', 'The pool they belong to'),
      AGE,
    ],
    cells: (slice, now) => [
      nameOf(slice),
      slice.spec?.nodeName ?? '',
      slice.spec?.driver ?? '',
      slice.spec?.pool?.name ?? '',
      age(slice, now),
    ],
  },
  selectableFields: {
    'spec.driver': (slice) => slice.spec?.driver ?? '',
    'spec.nodeName': (slice) => slice.spec?.nodeName ?? '',
  },
  refuseField: (label) => `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${label}`,
});

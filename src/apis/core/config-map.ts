/** ConfigMap. Source: kubernetes pkg/registry/core/configmap/strategy.go. */
import { at, type FieldError, invalid, tooLong } from '../../apimachinery/field-error.ts';
import type { ConfigMap } from '../../apimachinery/types/core.v1.gen.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

import { base64Length, checkDataKey, checkImmutableData, MAX_DATA_BYTES } from './immutable-data.ts';

/** Source: kubernetes pkg/apis/core/validation/validation.go (ValidateConfigMap). */
function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    errors.push(...checkDataKey(key, 'data'));
    if (Object.hasOwn(binaryData, key)) {
      errors.push(invalid(at('data', key), key, 'duplicate of key present in binaryData'));
    }
    size += byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...checkDataKey(key, 'binaryData'));
    size += base64Length(value);
  }
  // The path is empty: the error is the whole object's.
  if (size > MAX_DATA_BYTES) errors.push(tooLong('[]', MAX_DATA_BYTES));
  return errors;
}

export const configMaps = define<ConfigMap>({
  group: '',
  version: 'v1',
  resource: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  namespaced: true,
  verbs: ALL_VERBS,
  shortNames: ['cm'],
  typeName: 'core.v1.ConfigMap',
  strategy: {
    validateName: nameIsDNSSubdomain,
    validate: validateConfigMap,
    validateUpdate: (object, old) => [
      ...checkImmutableData(object, old, ['data', 'binaryData']),
      ...validateConfigMap(object),
    ],
  },
  printer: {
    columns: [NAME, column('Data', 'Number of keys'), AGE],
    cells: (object, now) => [
      nameOf(object),
      Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length,
      age(object, now),
    ],
  },
});

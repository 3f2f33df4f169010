/** Source: kubernetes pkg/apis/resource/validation/validation.go. */
import { type FieldError, invalid } from '../../apimachinery/field-error.ts';
import type { DeviceClass } from '../../apimachinery/types/resource.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { validateOpaque, validateSelectors, validateSlice } from './rules.ts';

const CONFIG_MAX = 32;

export function validateDeviceClass({ spec }: DeviceClass): FieldError[] {
  const errors = validateSelectors(spec?.selectors, 'spec.selectors');
  errors.push(
    ...validateSlice(spec?.config, CONFIG_MAX, 'spec.config', (config, path) =>
      validateOpaque(config.opaque, path),
    ),
  );
  const extended = spec?.extendedResourceName;
  if (extended !== undefined && !isExtendedResource(extended)) {
    errors.push(invalid('spec.extendedResourceName', extended, 'must be a valid extended resource name'));
  }
  return errors;
}
export const validateDeviceClassUpdate = validateDeviceClass;

/** Source: kubernetes pkg/apis/core/v1/helper/helpers.go IsExtendedResourceName. */
const isExtendedResource = (name: string): boolean =>
  name.includes('/') &&
  !/(^|\/|\.)kubernetes\.io\//.test(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

import type { FieldError } from '../../apimachinery/field-error.ts';

/** An Invalid error that does not show the value (upstream's field.OmitValueType). */
export const invalidWithoutValue = (field: string, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
});

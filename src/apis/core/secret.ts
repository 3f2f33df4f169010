/** Secret. Source: kubernetes pkg/registry/core/secret/strategy.go. */
import { type FieldError, invalid, tooLong } from '../../apimachinery/field-error.ts';
import type { Secret } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

import { base64Length, checkDataKey, checkImmutableData, MAX_DATA_BYTES } from './immutable-data.ts';
import { SECRET_RULES } from './secret-types.ts';

/** Base64 of a text's UTF-8 bytes. */
function encode(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** stringData is write-only: it overwrites data, and is never stored. */
function mergeStringData(secret: Secret): void {
  const texts = Object.entries(secret.stringData ?? {});
  delete secret.stringData;
  if (texts.length === 0) return;
  secret.data = { ...secret.data };
  for (const [key, text] of texts) secret.data[key] = encode(text);
}

/** Source: kubernetes pkg/apis/core/validation/validation.go (ValidateSecret). */
export function validateSecret(secret: Secret): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(secret.data ?? {})) {
    errors.push(...checkDataKey(key, 'data'));
    size += base64Length(value);
  }
  if (size > MAX_DATA_BYTES) errors.push(tooLong('data', MAX_DATA_BYTES));
  return [...errors, ...(SECRET_RULES[secret.type ?? '']?.(secret) ?? [])];
}

function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  return [
    ...(secret.type === old.type ? [] : [invalid('type', secret.type, 'field is immutable')]),
    ...checkImmutableData(secret, old, ['data']),
    ...validateSecret(secret),
  ];
}

export const secrets = define<Secret>({
  group: '',
  version: 'v1',
  resource: 'secrets',
  singular: 'secret',
  kind: 'Secret',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'core.v1.Secret',
  strategy: {
    default(object) {
      mergeStringData(object);
      object.type ||= 'Opaque';
    },
    validateName: nameIsDNSSubdomain,
    validate: validateSecret,
    validateUpdate: validateSecretUpdate,
  },
  selectableFields: { type: (object) => object.type ?? '' },
  printer: {
    columns: [NAME, column('Type', 'What the secret is for'), column('Data', 'Number of keys'), AGE],
    cells: (object, now) => [
      nameOf(object),
      object.type ?? '',
      Object.keys(object.data ?? {}).length,
      age(object, now),
    ],
  },
});

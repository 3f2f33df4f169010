/** Secret. Source: kubernetes pkg/registry/core/secret/strategy.go. */
import type { Secret } from '../../apimachinery/types/core.v1.gen.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';

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

/**
 * What secrets of a known type must hold.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateSecret).
 */
import { at, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { Secret } from '../../apimachinery/types/core.v1.gen.ts';

const has = (secret: Secret, key: string): boolean => Object.hasOwn(secret.data ?? {}, key);
const missing = (key: string): FieldError => required(at('data', key));
const needAll =
  (...keys: string[]) =>
  (secret: Secret): FieldError[] =>
    keys.filter((key) => !has(secret, key)).map(missing);

/** A key with a JSON object. Upstream shows the words of Go's decoder. */
const needJSON =
  (key: string) =>
  (secret: Secret): FieldError[] => {
    if (!has(secret, key)) return [missing(key)];
    const wrong = notJSONObject(decode(secret.data?.[key] ?? ''));
    return wrong ? [invalid(at('data', key), '<secret contents redacted>', wrong)] : [];
  };

function decode(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

function notJSONObject(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const first = text.trimStart()[0];
    if (first === undefined) return 'unexpected end of JSON input';
    return '{["-0123456789tfn'.includes(first)
      ? 'unexpected end of JSON input'
      : `invalid character '${first}' looking for beginning of value`;
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

/** The rule of each type that has one. */
export const SECRET_RULES: Readonly<Record<string, (secret: Secret) => FieldError[]>> = {
  'kubernetes.io/service-account-token': ({ metadata }) =>
    metadata?.annotations?.[ACCOUNT_NAME] ? [] : [required(at('metadata.annotations', ACCOUNT_NAME))],
  'kubernetes.io/dockercfg': needJSON('.dockercfg'),
  'kubernetes.io/dockerconfigjson': needJSON('.dockerconfigjson'),
  'kubernetes.io/basic-auth': (secret) =>
    has(secret, 'username') || has(secret, 'password') ? [] : [missing('username'), missing('password')],
  'kubernetes.io/ssh-auth': ({ data }) => (data?.['ssh-privatekey'] ? [] : [missing('ssh-privatekey')]),
  'kubernetes.io/tls': needAll('tls.crt', 'tls.key'),
};

/** Source: kubernetes/apiserver pkg/util/webhook/validation.go ValidateCABundle, client-go transport/transport.go. */
import { type FieldError, invalid } from '../../apimachinery/field-error.ts';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([^-]*?)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/\s]+=*\s*$/;

/** Certificates are not read any further than their base64. `bundle` is the base64 of the PEM text. */
export function validateCABundle(bundle: string, path: string): FieldError[] {
  const problem = bundleProblem(bundle);
  return problem === undefined ? [] : [invalid(path, bundle, `unable to load root certificates: ${problem}`)];
}

function bundleProblem(bundle: string): string | undefined {
  const text = atob(bundle);
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length === 0) return 'unable to parse bytes as PEM block';
  const good = blocks.some(([, type, body = '']) => type === 'CERTIFICATE' && BASE64.test(body));
  return good ? undefined : 'no valid certificate authority data seen';
}

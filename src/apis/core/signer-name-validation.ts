/**
 * Names of certificate signers: `domain/path`.
 * Source: kubernetes pkg/apis/core/validation/names.go (ValidateSignerName).
 */
import { type FieldError, invalid, required, tooLong } from '../../apimachinery/field-error.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';

const MAX_DOMAIN = 253;
/** A domain, a slash, a namespace's name, a dot and a resource's name. */
const MAX_LENGTH = MAX_DOMAIN + 1 + 63 + 1 + 253;

/** A domain of two labels or more, a slash, and a path of DNS names joined by dots. */
export function validateSignerName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)];
  const [domain = '', rest, ...more] = name.split('/');
  if (rest === undefined || more.length > 0) {
    const text = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, name, text)];
  }
  const errors: FieldError[] = [];
  if (domain.length > MAX_DOMAIN) errors.push(tooLong(path, MAX_DOMAIN));
  errors.push(...firstBadPart(domain, isDNS1123Label, path));
  if (!domain.includes('.')) {
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  errors.push(...firstBadPart(rest, isDNS1123Subdomain, path));
  if (name.length > MAX_LENGTH) errors.push(tooLong(path, MAX_LENGTH));
  return errors;
}

/** Only the first part at fault is told of: the messages of others could not be told apart from it. */
function firstBadPart(text: string, check: (part: string) => readonly string[], path: string): FieldError[] {
  for (const part of text.split('.')) {
    const messages = check(part);
    if (messages.length === 0) continue;
    return messages.map((message) =>
      invalid(path, text, `validating label ${JSON.stringify(part)}: ${message}`),
    );
  }
  return [];
}

/**
 * Names of field managers. Sources: kubernetes/apimachinery pkg/apis/meta/v1/validation/validation.go,
 * kubernetes/apiserver pkg/endpoints/handlers/create.go.
 */
import { type FieldError, invalid, tooLong } from '../field-error.ts';
import { isPrint } from '../go-quote.ts';
import { byteLength } from './content.ts';

const MAX_FIELD_MANAGER = 128;

/** Texts that need no closer look. */
const ASCII = /^[ -~]*$/;

/** A rune as Go's %#U shows it, which is not printable. */
function codePoint(ch: string): string {
  const hex = ch.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `U+${hex}`;
}

export function validateFieldManager(fieldManager: string | undefined, path: string): FieldError[] {
  if (!fieldManager) return [];
  const errors: FieldError[] = [];
  if (byteLength(fieldManager) > MAX_FIELD_MANAGER) errors.push(tooLong(path, MAX_FIELD_MANAGER));
  if (ASCII.test(fieldManager)) return errors;
  // Positions are bytes.
  let position = 0;
  for (const ch of fieldManager) {
    if (!isPrint(ch)) {
      errors.push(
        invalid(path, fieldManager, `invalid character ${codePoint(ch)} (at position ${position})`),
      );
    }
    position += byteLength(ch);
  }
  return errors;
}

/** The manager of a client that names none: its User-Agent up to the first slash, as far as it can be one. */
export function managerOfUserAgent(userAgent: string): string {
  const name = userAgent.split('/', 1)[0]!;
  if (ASCII.test(name)) return name.slice(0, MAX_FIELD_MANAGER);
  let manager = '';
  for (const ch of name) {
    if (!isPrint(ch)) continue;
    if (byteLength(manager) + byteLength(ch) > MAX_FIELD_MANAGER) break;
    manager += ch;
  }
  return manager;
}

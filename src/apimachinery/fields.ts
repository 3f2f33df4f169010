/**
 * Field selectors: `metadata.name=a,status.phase!=Running`.
 * Source: kubernetes/apimachinery pkg/fields/selector.go.
 */
import { badRequest } from './status.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** All requirements must hold; none is everything. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
}

export const allFields: FieldSelector = { requirements: [] };

/** Longest selector that is parsed, in characters. */
const MAX_LENGTH = 65_536;

/** The terms between unescaped commas, escapes untouched. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

/** The value with the escapes `\\`, `\,` and `\=` undone. Throws 400 for other escapes and bare separators. */
function unescapeValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  let value = '';
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    const ch = characters[i]!;
    if (ch === '\\') {
      const escaped = characters[++i] ?? '';
      if (escaped === '' || !'\\,='.includes(escaped)) {
        throw badRequest(`invalid field selector: invalid escape sequence: \\${escaped}`);
      }
      value += escaped;
    } else if (ch === ',' || ch === '=') {
      // Upstream prints the character's number.
      throw badRequest(`invalid field selector: unescaped character in value: ${ch.charCodeAt(0)}`);
    } else value += ch;
  }
  return value;
}

/** A literal as it is written in a field selector. */
export const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

/** The first operator of a term splits it; the field name knows no escapes. */
const TERM = /^(.*?)(!=|==|=)(.*)$/s;

/** Parses the text form; the requirements are sorted by their text. Throws 400 with upstream's words. */
export function parseFieldSelector(text: string): FieldSelector {
  if (text === '') return allFields;
  if (text.length > MAX_LENGTH)
    throw badRequest(`field selector is too long: at most ${MAX_LENGTH} characters`);
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    const [, field, operator, value] = TERM.exec(term) ?? [];
    if (field === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const literal = unescapeValue(value!);
    if (field === '' && literal === '') continue;
    requirements.push({ field, operator: operator === '!=' ? '!=' : '=', value: literal });
  }
  return requirements.length === 0 ? allFields : { requirements };
}

/** Whether the fields match; a field that is not there counts as ''. */
export function matchesFields(selector: FieldSelector, get: (field: string) => string | undefined): boolean {
  for (const { field, operator, value } of selector.requirements) {
    if (((get(field) ?? '') === value) !== (operator === '=')) return false;
  }
  return true;
}

/** The value that the selector demands of the field, if it does (`metadata.name=a` is a single object). */
export const requiresExactField = (selector: FieldSelector, field: string): string | undefined =>
  selector.requirements.find((one) => one.operator === '=' && one.field === field)?.value;

/** The selector in its text form. */
export const formatFieldSelector = (selector: FieldSelector): string =>
  selector.requirements.map(({ field, operator, value }) => field + operator + escapeValue(value)).join(',');

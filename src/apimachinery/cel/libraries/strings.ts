/** Strings by code points: `charAt`, `split`, `replace`, `format` (cel-go ext/strings.go, version 2). */

import { ArrayList, itemsOf } from '../collections.ts';
import type { Implementation, Library } from '../environment.ts';
import { CelError } from '../errors.ts';
import { characters, display, isBasic } from '../text.ts';
import { dynType, intType, listType, stringType } from '../types.ts';
import type { ListValue } from '../values.ts';
import { checkLength, work } from '../work.ts';
import { binary, fn, member, overload, ternary, unary } from './declare.ts';
import { formatString } from './format-string.ts';

const outOfRange = (index: bigint) => new CelError(`index out of range: ${index}`);

function charAt(text: string, index: bigint): string {
  work(text.length >> 6);
  const all = isBasic(text) ? text : characters(text);
  if (index < 0n || index > BigInt(all.length)) throw outOfRange(index);
  return all[Number(index)] ?? '';
}

function substring(text: string, start: bigint, end?: bigint): string {
  const all = characters(text);
  const length = BigInt(all.length);
  const to = end ?? length;
  if (end !== undefined && start > end) {
    throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  }
  if (start < 0n || start > length) throw outOfRange(start);
  if (to < 0n || to > length) throw outOfRange(to);
  return all.slice(Number(start), Number(to)).join('');
}

/** Code points before a UTF-16 position. */
const countBefore = (text: string, position: number) => BigInt(characters(text.slice(0, position)).length);

function indexOf(text: string, part: string, offset = 0n): bigint {
  if (part === '') return offset;
  if (offset < 0n) throw outOfRange(offset);
  const all = characters(text);
  if (offset >= BigInt(all.length)) return -1n;
  const from = all.slice(0, Number(offset)).join('').length;
  const found = text.indexOf(part, from);
  return found < 0 ? -1n : countBefore(text, found);
}

function lastIndexOf(text: string, part: string, offset?: bigint): bigint {
  const all = characters(text);
  const length = BigInt(all.length);
  if (part === '') return offset ?? length;
  if (offset === undefined && text.length < part.length) return -1n;
  const from = offset ?? length - 1n;
  if (from < 0n) throw outOfRange(from);
  if (from >= length) return -1n;
  const position = all.slice(0, Number(from)).join('').length;
  const found = text.lastIndexOf(part, position);
  return found < 0 ? -1n : countBefore(text, found);
}

function replace(text: string, old: string, by: string, limit = -1n): string {
  if (limit === 0n || old === by) return text;
  const parts = old === '' ? ['', ...characters(text), ''] : text.split(old);
  // Between characters and at both ends is where an empty text is found.
  const pieces = old === '' ? parts.slice(1, -1) : parts;
  checkLength(text.length + parts.length * by.length);
  if (old === '') {
    let count = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
    let result = '';
    for (const piece of pieces) {
      if (count-- > 0) result += by;
      result += piece;
    }
    return count > 0 ? result + by : result;
  }
  const count = limit < 0n ? parts.length - 1 : Math.min(Number(limit), parts.length - 1);
  return (
    parts.slice(0, count + 1).join(by) +
    parts
      .slice(count + 1)
      .map((part) => old + part)
      .join('')
  );
}

function split(text: string, separator: string, limit = -1n): ListValue {
  if (limit === 0n) return new ArrayList([]);
  const parts = separator === '' ? characters(text) : text.split(separator);
  if (limit > 0n && BigInt(parts.length) > limit) {
    const count = Number(limit);
    return new ArrayList([...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]);
  }
  return new ArrayList(parts);
}

function join(list: ListValue, separator = ''): string {
  const items = itemsOf(list);
  let length = 0;
  const texts = items.map((item) => {
    if (typeof item !== 'string') throw new CelError(`join: invalid input: ${display(item)}`);
    length += item.length + separator.length;
    checkLength(length);
    return item;
  });
  return texts.join(separator);
}

const lower = (text: string) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
const upper = (text: string) => text.replace(/[a-z]+/g, (run) => run.toUpperCase());

/** Go's unicode.IsSpace. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const TRIM = new RegExp(`^${SPACE}|${SPACE}$`, 'g');

const ESCAPED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const quote = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  `"${text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (character) => ESCAPED[character]!)}"`;

const S = stringType;
const I = intType;

export const stringsLibrary: Library = {
  name: 'cel.lib.ext.strings',
  functions: [
    fn('charAt', member('string_char_at_int', [S, I], S, binary(charAt))),
    fn(
      'indexOf',
      member(
        'string_index_of_string',
        [S, S],
        I,
        binary<string, string>((text, part) => indexOf(text, part)),
      ),
      member('string_index_of_string_int', [S, S, I], I, ternary<string, string, bigint>(indexOf)),
    ),
    fn(
      'lastIndexOf',
      member(
        'string_last_index_of_string',
        [S, S],
        I,
        binary<string, string>((text, part) => lastIndexOf(text, part)),
      ),
      member('string_last_index_of_string_int', [S, S, I], I, ternary<string, string, bigint>(lastIndexOf)),
    ),
    fn('lowerAscii', member('string_lower_ascii', [S], S, unary(lower))),
    fn('upperAscii', member('string_upper_ascii', [S], S, unary(upper))),
    fn(
      'replace',
      member(
        'string_replace_string_string',
        [S, S, S],
        S,
        ternary<string, string, string>((text, old, by) => replace(text, old, by)),
      ),
      member('string_replace_string_string_int', [S, S, S, I], S, (args) =>
        replace(...(args as unknown as [string, string, string, bigint])),
      ),
    ),
    fn(
      'split',
      member(
        'string_split_string',
        [S, S],
        listType(S),
        binary<string, string>((text, separator) => split(text, separator)),
      ),
      member('string_split_string_int', [S, S, I], listType(S), ternary<string, string, bigint>(split)),
    ),
    fn(
      'substring',
      member(
        'string_substring_int',
        [S, I],
        S,
        binary<string, bigint>((text, start) => substring(text, start)),
      ),
      member('string_substring_int_int', [S, I, I], S, ternary<string, bigint, bigint>(substring)),
    ),
    fn(
      'trim',
      member(
        'string_trim',
        [S],
        S,
        unary<string>((text) => text.replace(TRIM, '')),
      ),
    ),
    fn('format', member('string_format', [S, listType(dynType)], S, binary(formatString))),
    fn('strings.quote', overload('strings_quote', [S], S, unary(quote))),
    fn(
      'join',
      member(
        'list_join',
        [listType(S)],
        S,
        unary<ListValue>((list) => join(list)),
      ),
      member('list_join_string', [listType(S), S], S, binary<ListValue, string>(join)),
    ),
  ],
};

const escapeKey: Implementation = unary<string>((key) =>
  key.replace(/[~/]/g, (character) => (character === '/' ? '~1' : '~0')),
);

/** `jsonpatch.escapeKey` (apiserver pkg/cel/library/jsonpatch.go): of MutatingAdmissionPolicy. */
export const jsonPatchLibrary: Library = {
  name: 'kubernetes.jsonpatch',
  functions: [fn('jsonpatch.escapeKey', overload('string_jsonpatch_escapeKey_string', [S], S, escapeKey))],
};

/** Texts as Go prints them with %q, which is how upstream's messages show what they refuse. */

/** What Go's unicode.IsPrint takes for printable: letters, marks, numbers, punctuation, symbols and the blank. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const PLAIN = /^[ !#-[\]-~]*$/;
const ESCAPES: Record<string, string | undefined> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Whether the character, one code point, is printable to Go. */
export const isPrint = (ch: string): boolean => PRINTABLE.test(ch);

function quoteChar(ch: string): string {
  const known = ESCAPES[ch];
  if (known) return known;
  if (isPrint(ch)) return ch;
  const code = ch.codePointAt(0)!;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** The text in double quotes, with what is not printable escaped. */
export const goQuote = (text: string): string =>
  PLAIN.test(text) ? `"${text}"` : `"${Array.from(text, quoteChar).join('')}"`;

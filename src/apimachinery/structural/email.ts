/** Source: Go's net/mail ParseAddress: one address of RFC 5322, with or without a name. */

/** Atoms take everything of Unicode that is not ASCII. */
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\\u0080-\\u{10ffff}]+";
const DOT_ATOM = new RegExp(`^${ATOM}(?:\\.${ATOM})*`, 'u');
/** Names may have dots anywhere. */
const WORD = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-.\u0080-\u{10ffff}]+/u;
const QUOTED = /^"(?:[\x21\x23-\x5b\x5d-\x7e \t\u0080-\u{10ffff}]|\\[\x21-\x7e \t\u0080-\u{10ffff}])*"/u;
const LITERAL = /^\[[\x21-\x5a\x5e-\x7e]*\]/;
const MAX_COMMENT_DEPTH = 100;

export function isEmail(text: string): boolean {
  const start = text.replace(/^[ \t]+/, '');
  const plain = addressSpec(start);
  if (plain !== undefined) return skipComments(plain) === '';
  let rest: string | undefined = start;
  while (rest !== undefined && rest !== '' && !rest.startsWith('<')) {
    const word: string | undefined = QUOTED.exec(rest)?.[0] ?? WORD.exec(rest)?.[0];
    if (word === undefined) return false;
    rest = skipComments(rest.slice(word.length));
  }
  const inner = rest?.startsWith('<') ? addressSpec(rest.slice(1)) : undefined;
  return inner?.startsWith('>') === true && skipComments(inner.slice(1)) === '';
}

/** The text behind `local@domain`; undefined when it does not begin so. */
function addressSpec(text: string): string | undefined {
  const start = text.trimStart();
  const local = QUOTED.exec(start)?.[0] ?? DOT_ATOM.exec(start)?.[0];
  if (local === undefined || local === '""') return undefined;
  let rest = start.slice(local.length).replace(/^[ \t]+/, '');
  if (!rest.startsWith('@')) return undefined;
  rest = rest.slice(1).replace(/^[ \t]+/, '');
  const domain = rest.startsWith('[') ? LITERAL.exec(rest)?.[0] : DOT_ATOM.exec(rest)?.[0];
  return domain === undefined ? undefined : rest.slice(domain.length);
}

/** The text behind blanks and comments; undefined when a comment does not end. */
function skipComments(text: string): string | undefined {
  let rest = text.replace(/^[ \t]+/, '');
  while (rest.startsWith('(')) {
    let depth = 0;
    let i = 0;
    do {
      const ch = rest[i];
      if (ch === undefined || depth > MAX_COMMENT_DEPTH) return undefined;
      if (ch === '\\') i++;
      else if (ch === '(') depth++;
      else if (ch === ')') depth--;
      i++;
    } while (depth > 0);
    rest = rest.slice(i).replace(/^[ \t]+/, '');
  }
  return rest;
}

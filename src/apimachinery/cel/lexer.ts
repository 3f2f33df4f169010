/** Source to tokens: the lexical rules of cel-go's grammar (parser/gen/CEL.g4), with ANTLR's error texts. */

export type TokenType =
  | 'int'
  | 'uint'
  | 'float'
  | 'string'
  | 'bytes'
  | 'ident'
  | 'escaped'
  | 'true'
  | 'false'
  | 'null'
  | 'in'
  | 'eof'
  /** Operators and punctuation are their own type. */
  | '=='
  | '!='
  | '<='
  | '>='
  | '<'
  | '>'
  | '&&'
  | '||'
  | '['
  | ']'
  | '{'
  | '}'
  | '('
  | ')'
  | '.'
  | ','
  | '-'
  | '!'
  | '?'
  | ':'
  | '+'
  | '*'
  | '/'
  | '%';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** Index into the source. */
  readonly at: number;
}

export interface LexerProblem {
  readonly at: number;
  readonly message: string;
}

const ESCAPE =
  '\\\\(?:[abfnrtv"\'\\\\?`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})';
const STRING = [
  `"""(?:${ESCAPE}|[^\\\\])*?"""`,
  `'''(?:${ESCAPE}|[^\\\\])*?'''`,
  `"(?:${ESCAPE}|[^\\\\"\\n\\r])*"`,
  `'(?:${ESCAPE}|[^\\\\'\\n\\r])*'`,
  `[rR]"""[\\s\\S]*?"""`,
  `[rR]'''[\\s\\S]*?'''`,
  `[rR]"[^"\\n\\r]*"`,
  `[rR]'[^'\\n\\r]*'`,
].join('|');

const SKIPPED = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y;
const TOKEN = new RegExp(
  [
    '(?<float>[0-9]+\\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\\.[0-9]+(?:[eE][+-]?[0-9]+)?)',
    '(?<uint>0x[0-9a-fA-F]+[uU]|[0-9]+[uU])',
    '(?<int>0x[0-9a-fA-F]+|[0-9]+)',
    `(?<bytes>[bB](?:${STRING}))`,
    `(?<string>${STRING})`,
    '(?<ident>[a-zA-Z_][a-zA-Z0-9_]*)',
    '(?<escaped>`[a-zA-Z0-9_.\\-/ ]+`)',
    '(?<operator>==|!=|<=|>=|&&|\\|\\||[<>[\\]{}().,\\-!?:+*/%])',
  ].join('|'),
  'y',
);

/** How far a literal that failed could be read: what ANTLR shows, up to and including the character that did not fit. */
const PARTIAL = new RegExp(
  [
    `"(?:${ESCAPE}|[^\\\\"\\n\\r])*(?:\\\\[\\s\\S]?|[\\n\\r])?`,
    `'(?:${ESCAPE}|[^\\\\'\\n\\r])*(?:\\\\[\\s\\S]?|[\\n\\r])?`,
    '`[a-zA-Z0-9_.\\-/ ]*[\\s\\S]?',
    '[&|=][\\s\\S]?',
    '[\\s\\S]',
  ].join('|'),
  'uy',
);

const KEYWORDS = new Set(['true', 'false', 'null', 'in']);

/** All tokens, the last of type `eof`, and the places no token could be made of. */
export function tokenize(source: string): { tokens: Token[]; problems: LexerProblem[] } {
  const tokens: Token[] = [];
  const problems: LexerProblem[] = [];
  let at = 0;
  while (at < source.length) {
    SKIPPED.lastIndex = at;
    const skipped = SKIPPED.exec(source);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (match === null) {
      PARTIAL.lastIndex = at;
      const text = PARTIAL.exec(source)?.[0] ?? source.slice(at, at + 1);
      problems.push({ at, message: `token recognition error at: '${text}'` });
      at += text.length;
      continue;
    }
    const text = match[0];
    const groups = match.groups!;
    const type = Object.keys(groups).find((name) => groups[name] !== undefined)!;
    const keyword = type === 'operator' || (type === 'ident' && KEYWORDS.has(text));
    tokens.push({ type: (keyword ? text : type) as TokenType, text, at });
    at += text.length;
  }
  tokens.push({ type: 'eof', text: '<EOF>', at: source.length });
  return { tokens, problems };
}

/** ANTLR writes white space of a token as escapes. */
export function shown(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

/**
 * The tokens of a source while they are parsed, and what is reported of the ones that do not fit. Errors read, and parsing goes on
 * behind them, as the grammar's generated parser does it (ANTLR's DefaultErrorStrategy): one superfluous token is passed over, one
 * missing token is imagined, anything else is skipped up to where some rule in progress can go on; between an error and the
 * next token that fits, nothing is reported.
 */

import { shown, type Token, type TokenType } from './lexer.ts';

const MAX_SYNTAX_ERRORS = 100;

/** How errors name token types in "expecting", in the order of the grammar. */
const TOKEN_NAMES: readonly (readonly [TokenType, string])[] = [
  ['eof', '<EOF>'],
  ...(['[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ':', 'true', 'false', 'null'] as const).map(
    (type) => [type, `'${type}'`] as const,
  ),
  ['float', 'NUM_FLOAT'],
  ['int', 'NUM_INT'],
  ['uint', 'NUM_UINT'],
  ['string', 'STRING'],
  ['bytes', 'BYTES'],
  ['ident', 'IDENTIFIER'],
  ['escaped', 'ESC_IDENTIFIER'],
];

function expecting(types: readonly TokenType[]): string {
  const names = TOKEN_NAMES.filter(([type]) => types.includes(type)).map(([, name]) => name);
  return names.length === 1 ? names[0]! : `{${names.join(', ')}}`;
}

/** What an operand begins with. */
export const OPERAND: readonly TokenType[] = [
  '[',
  '{',
  '(',
  '.',
  '-',
  '!',
  'true',
  'false',
  'null',
  'float',
  'int',
  'uint',
  'string',
  'bytes',
  'ident',
];

/** What may follow an operand anywhere. */
const AFTER_OPERAND = new Set<TokenType>(
  '< <= >= > == != in + - * / % && || ? . ['.split(' ') as TokenType[],
);

/** Ends parsing for good; what is wrong is noted already. */
export class TooManyErrors {}

export interface Problem {
  readonly at: number;
  readonly message: string;
}

export class TokenStream {
  readonly #tokens: readonly Token[];
  readonly problems: Problem[];
  /** What may follow the rules in progress, innermost last. */
  readonly #follow: (readonly TokenType[])[] = [['eof']];
  #next = 0;
  #recovering = false;
  #errors = 0;

  constructor(tokens: readonly Token[], problems: Problem[]) {
    this.#tokens = tokens;
    this.problems = problems;
  }

  get token(): Token {
    return this.#tokens[this.#next]!;
  }

  at(type: TokenType): boolean {
    return this.token.type === type;
  }

  peek(offset: number): Token {
    return this.#tokens[Math.min(this.#next + offset, this.#tokens.length - 1)]!;
  }

  advance(): Token {
    const { token } = this;
    this.#recovering = false;
    if (token.type !== 'eof') this.#next++;
    return token;
  }

  accept(type: TokenType): Token | undefined {
    return this.at(type) ? this.advance() : undefined;
  }

  /** Parses a part that one of these tokens follows. */
  within<T>(follow: readonly TokenType[], parse: () => T): T {
    this.#follow.push(follow);
    const value = parse();
    this.#follow.pop();
    return value;
  }

  syntaxError(message: string, token = this.token): void {
    if (this.#recovering) return;
    this.#recovering = true;
    if (++this.#errors > MAX_SYNTAX_ERRORS) {
      this.problems.push({
        at: token.at,
        message: `Syntax error: More than ${MAX_SYNTAX_ERRORS} syntax errors`,
      });
      throw new TooManyErrors();
    }
    this.problems.push({ at: token.at, message: `Syntax error: ${message}` });
  }

  #text(): string {
    return `'${shown(this.token.text)}'`;
  }

  /** Passes over a token that stands before what is expected. */
  #deletes(expected: readonly TokenType[]): boolean {
    if (this.at('eof') || !expected.includes(this.peek(1).type)) return false;
    this.syntaxError(`extraneous input ${this.#text()} expecting ${expecting(expected)}`);
    this.advance();
    return true;
  }

  #mismatch(expected: readonly TokenType[]): void {
    this.syntaxError(`mismatched input ${this.#text()} expecting ${expecting(expected)}`);
    this.recover();
  }

  /** Skips to where some rule in progress can go on. */
  recover(): void {
    const inProgress = new Set(this.#follow.flat());
    while (!this.at('eof') && !AFTER_OPERAND.has(this.token.type) && !inProgress.has(this.token.type))
      this.#next++;
  }

  /** Takes a token of a type, or imagines a missing one. Undefined when neither helps: the rule in progress ends. */
  expect(type: TokenType): Token | undefined {
    const found = this.accept(type);
    if (found !== undefined) return found;
    if (this.#deletes([type])) return this.advance();
    if (type !== 'eof' && this.#mayFollow(type)) {
      this.syntaxError(`missing ${expecting([type])} at ${this.#text()}`);
      return { type, text: '', at: this.token.at };
    }
    this.#mismatch([type]);
    return undefined;
  }

  /** Whether the token at hand could stand behind one of a type that is missing. */
  #mayFollow(missing: TokenType): boolean {
    const { type } = this.token;
    if (missing === ':') return OPERAND.includes(type);
    return AFTER_OPERAND.has(type) || (this.#follow.at(-1)?.includes(type) ?? false);
  }

  /**
   * The token at hand begins, or ends, an optional part: passes over one that does not, if the next does. False when that does
   * not help; the tokens that do not fit are skipped then.
   */
  sync(expected: readonly TokenType[]): boolean {
    if (expected.includes(this.token.type)) return true;
    if (this.#deletes(expected)) return true;
    this.#mismatch(expected);
    return false;
  }

  /** An operand must come, but the source ends, or what comes is none. */
  missingOperand(operator: '!' | '-'): void {
    if (operator === '!' && this.at('eof')) {
      this.syntaxError(`extraneous input '<EOF>' expecting ${expecting(OPERAND)}`);
    } else if (operator === '-') {
      this.noAlternative('-');
      this.#recovering = false;
    }
  }

  /** Nothing that begins like this and goes on with the token at hand is known. */
  noAlternative(begin: string): void {
    this.syntaxError(
      `no viable alternative at input '${begin}${this.at('eof') ? '' : shown(this.token.text)}'`,
    );
  }
}

/**
 * Tokens to tree, after cel-go's grammar (parser/gen/CEL.g4, parser/parser.go). Syntax errors carry ANTLR's texts, for what
 * people actually get wrong: a missing or superfluous token is passed over and parsing goes on, anything else ends it.
 */

import type { Entry, Expr, FieldInit } from './ast.ts';
import type { Issue } from './errors.ts';
import { shown, type Token, type TokenType, tokenize } from './lexer.ts';
import {
  parseDoubleLiteral,
  parseIntLiteral,
  parseUintLiteral,
  unquoteBytes,
  unquoteString,
} from './literal.ts';
import { type Macro, MacroProblem } from './macros.ts';
import { Uint } from './values.ts';

/** Limits of cel-go's parser. */
const MAX_CODE_POINTS = 100_000;
const MAX_DEPTH = 250;
const MAX_SYNTAX_ERRORS = 100;

const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** How ANTLR names token types in "expecting", in the order of the grammar. */
const TOKEN_NAMES: readonly (readonly [TokenType | 'eof', string])[] = [
  ['eof', '<EOF>'],
  ['[', "'['"],
  [']', "']'"],
  ['{', "'{'"],
  ['}', "'}'"],
  ['(', "'('"],
  [')', "')'"],
  ['.', "'.'"],
  [',', "','"],
  ['-', "'-'"],
  ['!', "'!'"],
  ['?', "'?'"],
  [':', "':'"],
  ['true', "'true'"],
  ['false', "'false'"],
  ['null', "'null'"],
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

const OPERAND: readonly TokenType[] = [
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

const RELATIONS: ReadonlyMap<TokenType, string> = new Map([
  ['<', '_<_'],
  ['<=', '_<=_'],
  ['>=', '_>=_'],
  ['>', '_>_'],
  ['==', '_==_'],
  ['!=', '_!=_'],
  ['in', '@in'],
] as const);
const SUMS: ReadonlyMap<TokenType, string> = new Map([
  ['+', '_+_'],
  ['-', '_-_'],
] as const);
const PRODUCTS: ReadonlyMap<TokenType, string> = new Map([
  ['*', '_*_'],
  ['/', '_/_'],
  ['%', '_%_'],
] as const);

/** Ends parsing; the problem is noted already. */
class Stop {}
/** The expression is deeper than anyone needs. */
class TooDeep {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export type ParseResult =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Finds line (from 1) and column (code points, from 0) of an index into the source. */
export function locate(source: string, at: number): { line: number; column: number } {
  if (at < 0) return { line: -1, column: -1 };
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let index = before.indexOf('\n'); index >= 0; index = before.indexOf('\n', index + 1)) line++;
  return { line, column: [...before.slice(lineStart)].length };
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly problems: { at: number; message: string }[];
  #next = 0;
  #nesting = 0;
  /** Depth of a tree as cel-go counts it: through selections, calls of members, and binary operators. */
  readonly #depths = new WeakMap<Expr, number>();
  /** What may stand after the innermost bracket, for telling a missing token from a wrong one. */
  readonly #closers: TokenType[] = ['eof'];

  constructor(
    tokens: readonly Token[],
    problems: { at: number; message: string }[],
    macros: ReadonlyMap<string, Macro>,
  ) {
    this.#tokens = tokens;
    this.problems = problems;
    this.#macros = macros;
  }

  start(): Expr {
    const expr = this.#expr();
    this.#expect('eof', ['eof']);
    return expr;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #at(type: TokenType): boolean {
    return this.#token.type === type;
  }

  #peek(offset: number): Token {
    return this.#tokens[Math.min(this.#next + offset, this.#tokens.length - 1)]!;
  }

  #advance(): Token {
    const token = this.#token;
    if (token.type !== 'eof') this.#next++;
    return token;
  }

  #accept(type: TokenType): Token | undefined {
    return this.#token.type === type ? this.#advance() : undefined;
  }

  #syntaxError(token: Token, message: string): void {
    if (this.problems.length >= MAX_SYNTAX_ERRORS) {
      this.problems.push({
        at: token.at,
        message: `Syntax error: More than ${MAX_SYNTAX_ERRORS} syntax errors`,
      });
      throw new Stop();
    }
    this.problems.push({ at: token.at, message: `Syntax error: ${message}` });
  }

  /** Takes a token of a type; `expected` is what the text lists. */
  #expect(type: TokenType, expected: readonly TokenType[]): Token {
    const token = this.#token;
    if (token.type === type) return this.#advance();
    const text = `'${shown(token.text)}'`;
    if (token.type !== 'eof' && expected.includes(this.#peek(1).type)) {
      this.#syntaxError(token, `extraneous input ${text} expecting ${expecting(expected)}`);
      this.#advance();
      if (this.#token.type === type) return this.#advance();
      return token;
    }
    if (type !== 'eof' && this.#mayFollow(type, token.type)) {
      this.#syntaxError(token, `missing ${expecting([type])} at ${text}`);
      return token;
    }
    this.#syntaxError(token, `mismatched input ${text} expecting ${expecting(expected)}`);
    throw new Stop();
  }

  #mayFollow(missing: TokenType, next: TokenType): boolean {
    if (missing === ':') return OPERAND.includes(next);
    return (
      next === this.#closers.at(-1) ||
      RELATIONS.has(next) ||
      SUMS.has(next) ||
      PRODUCTS.has(next) ||
      ['.', '[', '?', '&&', '||'].includes(next)
    );
  }

  /** An operand must begin here. */
  #expectOperand(expected: readonly TokenType[] = OPERAND): void {
    const token = this.#token;
    if (OPERAND.includes(token.type)) return;
    const text = `'${shown(token.text)}'`;
    if (token.type !== 'eof' && expected.includes(this.#peek(1).type)) {
      this.#syntaxError(token, `extraneous input ${text} expecting ${expecting(expected)}`);
      this.#advance();
      return;
    }
    this.#syntaxError(token, `mismatched input ${text} expecting ${expecting(expected)}`);
    throw new Stop();
  }

  #deep(expr: Expr, ...parts: readonly Expr[]): Expr {
    const depth = 1 + this.#depthOf(parts);
    if (depth > MAX_DEPTH) throw new TooDeep('max recursion depth exceeded');
    this.#depths.set(expr, depth);
    return expr;
  }

  #flat(expr: Expr, parts: readonly Expr[]): Expr {
    const depth = this.#depthOf(parts);
    if (depth > 0) this.#depths.set(expr, depth);
    return expr;
  }

  #depthOf(parts: readonly Expr[]): number {
    let depth = 0;
    for (const part of parts) depth = Math.max(depth, this.#depths.get(part) ?? 0);
    return depth;
  }

  #call(at: number, name: string, target: Expr | undefined, args: readonly Expr[]): Expr {
    const macro = this.#macros.get(`${name}:${args.length}:${target !== undefined}`);
    if (macro !== undefined) {
      try {
        const expanded = macro.expand(at, target, args);
        if (expanded !== undefined) return expanded;
      } catch (problem) {
        if (!(problem instanceof MacroProblem)) throw problem;
        this.problems.push({ at: problem.at, message: problem.message });
        return { kind: 'const', at, value: null };
      }
    }
    return { kind: 'call', at, name, target, args };
  }

  #problem(at: number, message: string): Expr {
    this.problems.push({ at, message });
    return { kind: 'const', at, value: null };
  }

  #expr(): Expr {
    if (++this.#nesting > MAX_DEPTH) throw new TooDeep(`expression recursion limit exceeded: ${MAX_DEPTH}`);
    const condition = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
    const question = this.#accept('?');
    let expr = condition;
    if (question !== undefined) {
      const yes = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
      this.#expect(':', [':']);
      const no = this.#expr();
      const args = [condition, yes, no];
      expr = this.#deep(this.#call(question.at, '_?_:_', undefined, args), ...args);
    }
    this.#nesting--;
    return expr;
  }

  /** A chain of one logical operator becomes a balanced tree, so that long chains stay shallow. */
  #logical(type: TokenType, name: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const operators: Token[] = [];
    for (let token = this.#accept(type); token !== undefined; token = this.#accept(type)) {
      operators.push(token);
      terms.push(operand());
    }
    if (operators.length === 0) return terms[0]!;
    const tree = (low: number, high: number): Expr => {
      const middle = (low + high + 1) >> 1;
      const left = middle === low ? terms[middle]! : tree(low, middle - 1);
      const right = middle === high ? terms[middle + 1]! : tree(middle + 1, high);
      return { kind: 'call', at: operators[middle]!.at, name, target: undefined, args: [left, right] };
    };
    return this.#flat(tree(0, operators.length - 1), terms);
  }

  #relation(): Expr {
    return this.#binary(RELATIONS, () =>
      this.#binary(SUMS, () => this.#binary(PRODUCTS, () => this.#unary())),
    );
  }

  #binary(operators: ReadonlyMap<TokenType, string>, operand: () => Expr): Expr {
    let left = operand();
    for (;;) {
      const name = operators.get(this.#token.type);
      if (name === undefined) return left;
      const { at } = this.#advance();
      const args = [left, operand()];
      left = this.#deep(this.#call(at, name, undefined, args), ...args);
    }
  }

  #unary(): Expr {
    const { type, at } = this.#token;
    if (type === '!') {
      let count = 0;
      while (this.#accept('!')) count++;
      if (this.#at('eof')) {
        this.#syntaxError(this.#token, `extraneous input '<EOF>' expecting ${expecting(OPERAND)}`);
        throw new Stop();
      }
      const operand = this.#member();
      if (count % 2 === 0) return operand;
      return this.#flat(this.#call(at, '!_', undefined, [operand]), [operand]);
    }
    if (type === '-' && !(['int', 'float'] as TokenType[]).includes(this.#peek(1).type)) {
      let count = 0;
      while (this.#accept('-')) count++;
      if (this.#at('eof')) this.#syntaxError(this.#token, "no viable alternative at input '-'");
      const operand = this.#member();
      if (count % 2 === 0) return operand;
      return this.#flat(this.#call(at, '-_', undefined, [operand]), [operand]);
    }
    return this.#member();
  }

  #member(): Expr {
    let expr = this.#primary();
    for (;;) {
      const dot = this.#accept('.');
      if (dot !== undefined) {
        expr = this.#select(expr, dot);
        continue;
      }
      const bracket = this.#accept('[');
      if (bracket === undefined) return expr;
      const optional = this.#accept('?') !== undefined;
      if (!optional) this.#expectOperand([...OPERAND, '?']);
      const index = this.#bracketed(']', () => this.#expr());
      this.#expect(']', [']']);
      const args = [expr, index];
      expr = this.#deep(this.#call(bracket.at, optional ? '_[?_]' : '_[_]', undefined, args), ...args);
    }
  }

  #select(operand: Expr, dot: Token): Expr {
    const optional = this.#accept('?') !== undefined;
    const token = this.#token;
    if (token.type === 'escaped') {
      this.#advance();
      return this.#problem(token.at, "unsupported syntax: '`'");
    }
    if (token.type !== 'ident') {
      const text = shown(token.type === 'eof' ? '' : token.text);
      const keyword = ['true', 'false', 'null'].includes(token.type);
      if (optional) {
        this.#syntaxError(
          token,
          `mismatched input '${shown(token.text)}' expecting {IDENTIFIER, ESC_IDENTIFIER}`,
        );
        throw new Stop();
      }
      if (keyword) {
        this.#syntaxError(token, `mismatched input '${text}' expecting IDENTIFIER`);
        this.#advance();
      } else {
        // What stands there may go on as something else: `a.in b` is `a in b` then.
        this.#syntaxError(token, `no viable alternative at input '.${text}'`);
      }
      return operand;
    }
    this.#advance();
    if (optional) {
      const field: Expr = { kind: 'const', at: token.at, value: token.text };
      const args = [operand, field];
      return this.#deep({ kind: 'call', at: dot.at, name: '_?._', target: undefined, args }, operand);
    }
    const open = this.#accept('(');
    if (open === undefined) {
      return this.#deep({ kind: 'select', at: dot.at, operand, field: token.text, test: false }, operand);
    }
    const args = this.#arguments();
    return this.#deep(this.#call(open.at, token.text, operand, args), operand, ...args);
  }

  /** Parses inside brackets that `closer` ends. */
  #bracketed<T>(closer: TokenType, parse: () => T): T {
    this.#closers.push(closer);
    const value = parse();
    this.#closers.pop();
    return value;
  }

  /** After `(`. */
  #arguments(): Expr[] {
    const args: Expr[] = [];
    if (this.#accept(')')) return args;
    this.#expectOperand([...OPERAND, ')']);
    this.#bracketed(')', () => {
      do args.push(this.#expr());
      while (this.#accept(','));
    });
    this.#expect(')', [')', ',']);
    return args;
  }

  #primary(): Expr {
    this.#expectOperand();
    const token = this.#advance();
    const { at, text } = token;
    switch (token.type) {
      case '(': {
        const expr = this.#bracketed(')', () => this.#expr());
        this.#expect(')', [')']);
        return expr;
      }
      case '[':
        return this.#list(at);
      case '{':
        return this.#map(at);
      case '.':
      case 'ident':
        return this.#name(token);
      case '-':
        return this.#number(at, this.#advance(), true);
      case 'true':
      case 'false':
        return { kind: 'const', at, value: token.type === 'true' };
      case 'null':
        return { kind: 'const', at, value: null };
      case 'string': {
        const value = unquoteString(text);
        return value === undefined
          ? this.#problem(at, 'invalid unicode code point')
          : { kind: 'const', at, value };
      }
      case 'bytes': {
        const value = unquoteBytes(text);
        return value === undefined
          ? this.#problem(at, 'unable to unescape string')
          : { kind: 'const', at, value };
      }
      default:
        return this.#number(at, token, false);
    }
  }

  #number(at: number, token: Token, negative: boolean): Expr {
    if (token.type === 'uint') {
      const value = parseUintLiteral(token.text);
      return value === undefined
        ? this.#problem(at, 'invalid uint literal')
        : { kind: 'const', at, value: new Uint(value) };
    }
    const value =
      token.type === 'int' ? parseIntLiteral(token.text, negative) : parseDoubleLiteral(token.text, negative);
    if (value !== undefined) return { kind: 'const', at, value };
    return this.#problem(at, token.type === 'int' ? 'invalid int literal' : 'invalid double literal');
  }

  /** A variable, a call or a message, from its first token on. */
  #name(first: Token): Expr {
    const dotted = first.type === '.';
    const token = dotted ? this.#expect('ident', ['ident']) : first;
    const message = this.#message(dotted, token);
    if (message !== undefined) return message;
    const name = dotted ? `.${token.text}` : token.text;
    const open = this.#accept('(');
    if (open === undefined) {
      if (RESERVED.has(token.text)) return this.#problem(first.at, `reserved identifier: ${token.text}`);
      return { kind: 'ident', at: token.at, name };
    }
    const args = this.#arguments();
    if (RESERVED.has(token.text)) return this.#problem(first.at, `reserved identifier: ${token.text}`);
    return this.#flat(this.#call(open.at, name, undefined, args), args);
  }

  /** `a.b.C{...}`: known only by the brace at the end of the path. */
  #message(dotted: boolean, token: Token): Expr | undefined {
    let name = dotted ? `.${token.text}` : token.text;
    let ahead = 0;
    while (this.#peek(ahead).type === '.' && this.#peek(ahead + 1).type === 'ident') {
      name += `.${this.#peek(ahead + 1).text}`;
      ahead += 2;
    }
    if (this.#peek(ahead).type !== '{') return undefined;
    this.#next += ahead;
    const { at } = this.#advance();
    const fields: FieldInit[] = [];
    const expected: TokenType[] = ['}', ',', '?', 'ident', 'escaped'];
    this.#bracketed('}', () => {
      while (!this.#at('}') && !this.#at(',')) {
        const question = this.#accept('?');
        const field = this.#token;
        if (field.type === 'escaped') {
          this.#advance();
          this.#problem(field.at, "unsupported syntax: '`'");
        } else {
          this.#expect('ident', question ? ['ident', 'escaped'] : expected);
        }
        const colon = this.#expect(':', [':']);
        const value = this.#expr();
        fields.push({ at: colon.at, name: field.text, value, optional: question !== undefined });
        if (!this.#at(',') || this.#peek(1).type === '}') break;
        this.#advance();
      }
      this.#accept(',');
    });
    this.#expect('}', fields.length === 0 ? expected : ['}', ',']);
    return this.#flat(
      { kind: 'struct', at, name, fields },
      fields.map((field) => field.value),
    );
  }

  #list(at: number): Expr {
    const elements: Expr[] = [];
    const optional = new Set<number>();
    let trailing = false;
    this.#bracketed(']', () => {
      while (!this.#at(']') && !this.#at(',')) {
        if (elements.length === 0 && !this.#at('?')) this.#expectOperand([...OPERAND, ']', ',', '?']);
        if (this.#accept('?')) optional.add(elements.length);
        elements.push(this.#expr());
        trailing = false;
        if (!this.#at(',')) break;
        if (!OPERAND.includes(this.#peek(1).type) && this.#peek(1).type !== '?') break;
        this.#advance();
      }
      if (this.#accept(',')) trailing = true;
    });
    this.#expect(']', trailing ? [']'] : [']', ',']);
    return this.#flat({ kind: 'list', at, elements, optional }, elements);
  }

  #map(at: number): Expr {
    const entries: Entry[] = [];
    let trailing = false;
    this.#bracketed('}', () => {
      while (!this.#at('}') && !this.#at(',')) {
        if (entries.length === 0 && !this.#at('?')) this.#expectOperand([...OPERAND, '}', ',', '?']);
        const optional = this.#accept('?') !== undefined;
        const key = this.#expr();
        const colon = this.#expect(':', [':']);
        const value = this.#expr();
        entries.push({ at: colon.at, key, value, optional });
        if (!this.#at(',')) break;
        if (!OPERAND.includes(this.#peek(1).type) && this.#peek(1).type !== '?') break;
        this.#advance();
      }
      if (this.#accept(',')) trailing = true;
    });
    this.#expect('}', trailing ? ['}'] : ['}', ',']);
    return this.#flat(
      { kind: 'map', at, entries },
      entries.flatMap((entry) => [entry.key, entry.value]),
    );
  }
}

/** Parses an expression; macros are expanded on the way. */
export function parse(source: string, macros: ReadonlyMap<string, Macro>): ParseResult {
  const size = source.length > MAX_CODE_POINTS ? [...source].length : source.length;
  if (size > MAX_CODE_POINTS) {
    const message = `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`;
    return { ok: false, issues: [{ line: -1, column: -1, message }] };
  }
  const { tokens, problems } = tokenize(source);
  const parser = new Parser(
    tokens,
    problems.map(({ at, message }) => ({ at, message: `Syntax error: ${message}` })),
    macros,
  );
  let expr: Expr | undefined;
  const extra: Issue[] = [];
  try {
    expr = parser.start();
  } catch (error) {
    if (error instanceof TooDeep) extra.push({ line: -1, column: -1, message: error.message });
    else if (!(error instanceof Stop)) throw error;
  }
  if (expr !== undefined && parser.problems.length === 0) return { ok: true, expr };
  const issues = parser.problems.map(({ at, message }) => ({ ...locate(source, at), message }));
  if (source === '') return { ok: false, issues: issues.map((issue) => ({ ...issue, column: -1 })) };
  return { ok: false, issues: [...extra, ...issues] };
}

/**
 * Tokens to tree, after cel-go's grammar (parser/gen/CEL.g4, parser/parser.go). What is wrong with the tokens is the token
 * stream's business; here are the rules.
 */

import type { Entry, Expr, FieldInit } from './ast.ts';
import type { Issue } from './errors.ts';
import { type Token, type TokenType, tokenize } from './lexer.ts';
import { literalOf, numberOf } from './literal.ts';
import type { Macro } from './macros.ts';
import { locate } from './source.ts';
import { OPERAND, TokenStream, TooManyErrors } from './token-stream.ts';
import { TooDeep, TreeBuilder } from './tree.ts';

export { locate } from './source.ts';

/** Longest source, in characters. */
const MAX_CODE_POINTS = 100_000;

const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

type Operators = ReadonlyMap<TokenType, string>;

const RELATIONS: Operators = new Map([
  ['<', '_<_'],
  ['<=', '_<=_'],
  ['>=', '_>=_'],
  ['>', '_>_'],
  ['==', '_==_'],
  ['!=', '_!=_'],
  ['in', '@in'],
] as const);
const SUMS: Operators = new Map([
  ['+', '_+_'],
  ['-', '_-_'],
] as const);
const PRODUCTS: Operators = new Map([
  ['*', '_*_'],
  ['/', '_/_'],
  ['%', '_%_'],
] as const);

export type ParseResult =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly issues: readonly Issue[] };

class Parser {
  readonly #tokens: TokenStream;
  readonly #tree: TreeBuilder;

  constructor(tokens: TokenStream, tree: TreeBuilder) {
    this.#tokens = tokens;
    this.#tree = tree;
  }

  start(): Expr {
    const expr = this.#expr();
    this.#tokens.expect('eof');
    return expr;
  }

  #expr(): Expr {
    return this.#tree.nested(() => {
      const condition = this.#or();
      const question = this.#tokens.accept('?');
      if (question === undefined) return condition;
      const yes = this.#tokens.within([':'], () => this.#or());
      this.#tokens.expect(':');
      const args = [condition, yes, this.#expr()];
      return this.#tree.deep(this.#tree.call(question.at, '_?_:_', undefined, args), ...args);
    });
  }

  #or(): Expr {
    return this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
  }

  #logical(type: TokenType, name: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const operators: Token[] = [];
    for (let token = this.#tokens.accept(type); token !== undefined; token = this.#tokens.accept(type)) {
      operators.push(token);
      terms.push(operand());
    }
    return this.#tree.balanced(name, terms, operators);
  }

  #relation(): Expr {
    return this.#binary(RELATIONS, () =>
      this.#binary(SUMS, () => this.#binary(PRODUCTS, () => this.#unary())),
    );
  }

  #binary(operators: Operators, operand: () => Expr): Expr {
    let left = operand();
    for (;;) {
      const name = operators.get(this.#tokens.token.type);
      if (name === undefined) return left;
      const { at } = this.#tokens.advance();
      const args = [left, operand()];
      left = this.#tree.deep(this.#tree.call(at, name, undefined, args), ...args);
    }
  }

  #unary(): Expr {
    if (this.#tokens.at('!')) return this.#repeated('!', '!_');
    const number = this.#tokens.peek(1).type;
    if (this.#tokens.at('-') && number !== 'int' && number !== 'float') return this.#repeated('-', '-_');
    return this.#member();
  }

  /** `!!x`: an even number of the same operator is none. */
  #repeated(type: '!' | '-', name: string): Expr {
    const { at } = this.#tokens.token;
    let count = 0;
    while (this.#tokens.accept(type)) count++;
    if (!OPERAND.includes(this.#tokens.token.type)) this.#tokens.missingOperand(type);
    const operand = this.#member();
    if (count % 2 === 0) return operand;
    return this.#tree.flat(this.#tree.call(at, name, undefined, [operand]), [operand]);
  }

  #member(): Expr {
    let expr = this.#primary();
    for (;;) {
      const dot = this.#tokens.accept('.');
      if (dot !== undefined) {
        const selected = this.#select(expr, dot);
        if (selected === undefined) return expr;
        expr = selected;
        continue;
      }
      const bracket = this.#tokens.accept('[');
      if (bracket === undefined) return expr;
      const optional = this.#tokens.accept('?') !== undefined;
      if (!optional) this.#tokens.sync([...OPERAND, '?']);
      const args = [expr, this.#tokens.within([']'], () => this.#expr())];
      if (this.#tokens.expect(']') === undefined) return expr;
      expr = this.#tree.deep(
        this.#tree.call(bracket.at, optional ? '_[?_]' : '_[_]', undefined, args),
        ...args,
      );
    }
  }

  /** What is behind a dot; undefined when nothing can be made of it. */
  #select(operand: Expr, dot: Token): Expr | undefined {
    const optional = this.#tokens.accept('?') !== undefined;
    const { token } = this.#tokens;
    if (token.type === 'escaped') {
      this.#tokens.advance();
      return this.#tree.problem(token.at, "unsupported syntax: '`'");
    }
    if (token.type !== 'ident') {
      if (optional) this.#tokens.sync(['ident', 'escaped']);
      else this.#notAField(token);
      return undefined;
    }
    this.#tokens.advance();
    if (optional) {
      const args: Expr[] = [operand, { kind: 'const', at: token.at, value: token.text }];
      return this.#tree.deep({ kind: 'call', at: dot.at, name: '_?._', target: undefined, args }, operand);
    }
    const open = this.#tokens.accept('(');
    if (open === undefined) {
      return this.#tree.deep(
        { kind: 'select', at: dot.at, operand, field: token.text, test: false },
        operand,
      );
    }
    const args = this.#arguments();
    if (args === undefined) return undefined;
    return this.#tree.deep(this.#tree.call(open.at, token.text, operand, args), operand, ...args);
  }

  #notAField(token: Token): void {
    if (token.type === 'true' || token.type === 'false' || token.type === 'null') {
      this.#tokens.syntaxError(`mismatched input '${token.text}' expecting IDENTIFIER`);
      this.#tokens.advance();
      return;
    }
    // What stands there may go on as something else: `a.in b` is `a in b` then.
    this.#tokens.noAlternative('.');
    this.#tokens.recover();
  }

  /** After `(`; undefined when they do not end. */
  #arguments(): Expr[] | undefined {
    const args: Expr[] = [];
    if (this.#tokens.accept(')')) return args;
    this.#tokens.sync([...OPERAND, ')']);
    this.#tokens.within([')', ','], () => {
      do args.push(this.#expr());
      while (this.#tokens.accept(','));
    });
    return this.#tokens.expect(')') === undefined ? undefined : args;
  }

  #primary(): Expr {
    if (!this.#tokens.sync(OPERAND)) return this.#tree.nothing(this.#tokens.token.at);
    const token = this.#tokens.advance();
    const { at } = token;
    switch (token.type) {
      case '(': {
        const expr = this.#tokens.within([')'], () => this.#expr());
        this.#tokens.expect(')');
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
        return this.#literal(at, numberOf(this.#tokens.advance(), true));
      default:
        return this.#literal(at, literalOf(token));
    }
  }

  #literal(at: number, literal: ReturnType<typeof literalOf>): Expr {
    if ('problem' in literal) return this.#tree.problem(at, literal.problem);
    return { kind: 'const', at, value: literal.value };
  }

  /** A variable, a call or a message, from its first token on. */
  #name(first: Token): Expr {
    const dotted = first.type === '.';
    if (dotted && !this.#tokens.at('ident')) {
      this.#tokens.noAlternative('.');
      this.#tokens.recover();
      return this.#tree.nothing(first.at);
    }
    const token = dotted ? this.#tokens.advance() : first;
    const message = this.#message(dotted, token);
    if (message !== undefined) return message;
    const name = dotted ? `.${token.text}` : token.text;
    const open = this.#tokens.accept('(');
    const args = open === undefined ? [] : (this.#arguments() ?? []);
    if (RESERVED.has(token.text)) return this.#tree.problem(first.at, `reserved identifier: ${token.text}`);
    if (open === undefined) return { kind: 'ident', at: token.at, name };
    return this.#tree.flat(this.#tree.call(open.at, name, undefined, args), args);
  }

  /** `a.b.C{...}`: known only by the brace at the end of the path. */
  #message(dotted: boolean, token: Token): Expr | undefined {
    let name = dotted ? `.${token.text}` : token.text;
    let ahead = 0;
    while (this.#tokens.peek(ahead).type === '.' && this.#tokens.peek(ahead + 1).type === 'ident') {
      name += `.${this.#tokens.peek(ahead + 1).text}`;
      ahead += 2;
    }
    if (this.#tokens.peek(ahead).type !== '{') return undefined;
    while (ahead-- > 0) this.#tokens.advance();
    const { at } = this.#tokens.advance();
    const fields: FieldInit[] = [];
    this.#items('}', ['?', 'ident', 'escaped'], [':'], (optional) => {
      const field = this.#tokens.token;
      if (this.#tokens.accept('escaped')) this.#tree.problem(field.at, "unsupported syntax: '`'");
      else if (!this.#tokens.accept('ident')) this.#tokens.sync(['ident', 'escaped']);
      const colon = this.#tokens.expect(':');
      if (colon === undefined) return false;
      fields.push({ at: colon.at, name: field.text, value: this.#expr(), optional });
      return true;
    });
    return this.#tree.flat(
      { kind: 'struct', at, name, fields },
      fields.map((field) => field.value),
    );
  }

  /** Items between brackets: each may have a `?` before it, and a comma may stand behind the last. False of one ends them. */
  #items(
    closer: TokenType,
    begin: readonly TokenType[],
    within: readonly TokenType[],
    item: (optional: boolean) => boolean,
  ): void {
    const at = (type: TokenType) => this.#tokens.at(type);
    this.#tokens.sync([closer, ',', ...begin]);
    this.#tokens.within([closer, ',', ...within], () => {
      while (!at(closer) && !at(',')) {
        const before = this.#tokens.token;
        if (!item(this.#tokens.accept('?') !== undefined)) break;
        if (!at(',') || !begin.includes(this.#tokens.peek(1).type)) break;
        if (this.#tokens.token === before) break;
        this.#tokens.advance();
      }
    });
    // Behind a last comma only the bracket may stand.
    if (this.#tokens.accept(',') || this.#tokens.sync([closer, ','])) this.#tokens.expect(closer);
    else this.#tokens.accept(closer);
  }

  #list(at: number): Expr {
    const elements: Expr[] = [];
    const optional = new Set<number>();
    this.#items(']', [...OPERAND, '?'], [], (isOptional) => {
      if (isOptional) optional.add(elements.length);
      elements.push(this.#expr());
      return true;
    });
    return this.#tree.flat({ kind: 'list', at, elements, optional }, elements);
  }

  #map(at: number): Expr {
    const entries: Entry[] = [];
    this.#items('}', [...OPERAND, '?'], [':'], (optional) => {
      const key = this.#expr();
      const colon = this.#tokens.expect(':');
      if (colon === undefined) return false;
      entries.push({ at: colon.at, key, value: this.#expr(), optional });
      return true;
    });
    return this.#tree.flat(
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
  const lexed = tokenize(source);
  const problems = lexed.problems.map(({ at, message }) => ({ at, message: `Syntax error: ${message}` }));
  const tokens = new TokenStream(lexed.tokens, problems);
  const extra: Issue[] = [];
  try {
    const expr = new Parser(tokens, new TreeBuilder(macros, problems)).start();
    if (problems.length === 0) return { ok: true, expr };
  } catch (error) {
    if (error instanceof TooDeep) extra.push({ line: -1, column: -1, message: error.message });
    else if (!(error instanceof TooManyErrors)) throw error;
  }
  const issues = problems.map(({ at, message }) => ({ ...locate(source, at), message }));
  if (source === '') return { ok: false, issues: issues.map((issue) => ({ ...issue, column: -1 })) };
  return { ok: false, issues: [...extra, ...issues] };
}

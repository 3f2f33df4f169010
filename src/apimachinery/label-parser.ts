/**
 * The text form of label selectors.
 * Source: kubernetes/apimachinery pkg/labels/selector.go (Lexer, Parser).
 */
import { aggregate } from './field-error.ts';
import { keyError, type LabelOperator, type Requirement, requirement } from './label-requirement.ts';
import { badRequest } from './status.ts';

/** Longest selector that is parsed, in characters. */
const MAX_LENGTH = 65_536;

type TokenKind =
  | 'identifier'
  | 'end'
  | ')'
  | '('
  | ','
  | '!'
  | '=='
  | '='
  | '!='
  | '>'
  | '<'
  | 'in'
  | 'notin';
interface Token {
  kind: TokenKind;
  text: string;
}

const SYMBOLS = new Set<string>([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const isSymbol = (ch: string): boolean => '=!(),><'.includes(ch);
const isSpace = (ch: string): boolean => ch === ' ' || ch === '\t' || ch === '\r' || ch === '\n';

/** Splits the text into tokens, the last of them `end`. */
function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const ch = text[position]!;
    if (isSpace(ch)) {
      position++;
      continue;
    }
    const start = position;
    if (isSymbol(ch)) {
      // The longest known symbol: of the two characters `==` and `!=` are the only ones.
      const two = text.slice(start, start + 2);
      const symbol = SYMBOLS.has(two) ? two : ch;
      position += symbol.length;
      tokens.push({ kind: symbol as TokenKind, text: symbol });
      continue;
    }
    while (position < text.length && !isSymbol(text[position]!) && !isSpace(text[position]!)) position++;
    const word = text.slice(start, position);
    tokens.push({ kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

const textOperators: Partial<Record<TokenKind, LabelOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/** One descent over the tokens. `in` and `notin` are words where an operator cannot stand. */
class Parser {
  readonly tokens: readonly Token[];
  position = 0;
  constructor(text: string) {
    this.tokens = scan(text);
  }

  /** The next token, taken as a word where it could be an operator. */
  look(): Token {
    const token = this.tokens[Math.min(this.position, this.tokens.length - 1)]!;
    return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
  }
  take(): Token {
    const token = this.look();
    this.position++;
    return token;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const first = this.look();
      if (first.kind === 'end') return requirements;
      if (first.kind !== 'identifier' && first.kind !== '!') {
        throw badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.requirement());
      const next = this.take();
      if (next.kind === 'end') return requirements;
      if (next.kind !== ',') throw badRequest(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.look();
      if (after.kind !== 'identifier' && after.kind !== '!') {
        throw badRequest(`found '${after.text}', expected: identifier after ','`);
      }
    }
  }

  requirement(): Requirement {
    try {
      return this.checkedRequirement();
    } catch (error) {
      throw badRequest(`unable to parse requirement: ${(error as Error).message}`);
    }
  }

  checkedRequirement(): Requirement {
    let key = this.take();
    const absent = key.kind === '!';
    if (absent) key = this.take();
    if (key.kind !== 'identifier') throw badRequest(`found '${key.text}', expected: identifier`);
    const badKey = keyError('<nil>', key.text);
    if (badKey) throw badRequest(aggregate([badKey]));
    const next = this.look().kind;
    if (absent) return requirement(key.text, '!', []);
    if (next === 'end' || next === ',') return requirement(key.text, 'exists', []);
    return this.comparison(key.text);
  }

  comparison(key: string): Requirement {
    const token = this.tokens[this.position]!;
    this.position++;
    const operator = textOperators[token.kind];
    if (!operator) throw badRequest(`found '${token.text}', expected: in, notin, =, ==, !=, gt, lt`);
    const values = operator === 'in' || operator === 'notin' ? this.valueSet() : [this.exactValue()];
    return requirement(key, operator, values);
  }

  exactValue(): string {
    const next = this.look();
    if (next.kind === 'end' || next.kind === ',') return '';
    if (next.kind !== 'identifier') throw badRequest(`found '${next.text}', expected: identifier`);
    this.position++;
    return next.text;
  }

  /** `(a,b)`, sorted and without repeats; an empty place between commas is the empty value. */
  valueSet(): string[] {
    const open = this.take();
    if (open.kind !== '(') throw badRequest(`found '${open.text}' expected: '('`);
    const first = this.look();
    if (first.kind === ')') {
      this.position++;
      return [''];
    }
    if (first.kind !== 'identifier' && first.kind !== ',') {
      throw badRequest(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = new Set<string>();
    for (;;) {
      const token = this.take();
      const next = this.look();
      if (token.kind === 'identifier') {
        values.add(token.text);
        if (next.kind !== ',' && next.kind !== ')')
          throw badRequest(`found '${next.text}', expected: ',' or ')'`);
      } else if (token.kind === ',') {
        if (values.size === 0 || next.kind === ',' || next.kind === ')') values.add('');
      } else {
        throw badRequest(`found '${token.text}', expected: ',', or identifier`);
      }
      if (next.kind === ')') break;
    }
    this.position++;
    return [...values].sort();
  }
}

/** The requirements of a selector's text, in its order. Throws 400 with upstream's words. */
export function parseRequirements(text: string): Requirement[] {
  if (text === '') return [];
  if (text.length > MAX_LENGTH)
    throw badRequest(`label selector is too long: at most ${MAX_LENGTH} characters`);
  return new Parser(text).parse();
}

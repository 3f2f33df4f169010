/**
 * The grammar of JSONPath as kubectl and printer columns write it, without the braces around an action.
 * Source: kubernetes/client-go util/jsonpath/parser.go.
 */

/** A path that cannot be read, or not be followed in a value. */
export class JSONPathError extends Error {
  override name = 'JSONPathError';
}

export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** A bare word. Only `range` and `end` mean something upstream, and not in a single path. */
  | { readonly kind: 'identifier'; readonly name: string }
  | {
      readonly kind: 'slice';
      readonly start?: number;
      /** Absent: to the end. */
      readonly end?: number;
      readonly step?: number;
      /** Written as one index: `[-1]` is the last item. */
      readonly single: boolean;
    }
  | { readonly kind: 'union'; readonly paths: readonly (readonly Step[])[] }
  | {
      readonly kind: 'filter';
      readonly left: readonly Step[];
      readonly operator: string;
      readonly right: readonly Step[];
    };

/** Longest path that is parsed, in characters. */
const MAX_LENGTH = 4096;
const TERMINATORS = ' \t\r\n.,[]$@{}';
const FILTER = /^([^!<>=]+)([!<>=]+)(.+?)$/;
const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;

class Parser {
  readonly text: string;
  position = 0;
  readonly steps: Step[] = [];
  constructor(text: string) {
    this.text = text;
  }

  parse(): Step[] {
    while (this.position < this.text.length) this.next();
    return this.steps;
  }

  next(): void {
    const { text, position } = this;
    const ch = text[position]!;
    if (text.startsWith('[?(', position)) this.filter();
    else if (text.startsWith('..', position)) this.recursive();
    else if (ch === '\n' || ch === '\r') throw new JSONPathError('unclosed action');
    // The current object, which every path starts from.
    else if (ch === ' ' || ch === '@' || ch === '$') this.position++;
    else if (ch === '[') this.brackets();
    else if (ch === '"' || ch === "'") this.quoted(ch);
    else if (ch === '.') {
      this.position++;
      this.field();
    } else if (/[-+\d]/.test(ch)) this.number();
    else if (/[\p{L}\p{Nd}_]/u.test(ch)) this.word();
    else throw new JSONPathError(`unrecognized character in action: ${JSON.stringify(ch)}`);
  }

  /** Reads on to the next terminator that is not escaped. */
  name(): string {
    const start = this.position;
    while (this.position < this.text.length && !TERMINATORS.includes(this.text[this.position]!)) {
      this.position += this.text[this.position] === '\\' ? 2 : 1;
    }
    return this.text.slice(start, this.position);
  }

  field(): void {
    const name = this.name();
    this.steps.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') });
  }

  recursive(): void {
    if (this.steps.at(-1)?.kind === 'recursive')
      throw new JSONPathError('invalid multiple recursive descent');
    this.position += 2;
    this.steps.push({ kind: 'recursive' });
    if (/^[\p{L}\p{Nd}_]/u.test(this.text.slice(this.position))) this.field();
  }

  word(): void {
    const start = this.position;
    while (this.position < this.text.length && !TERMINATORS.includes(this.text[this.position]!))
      this.position++;
    const name = this.text.slice(start, this.position);
    const truth = name === 'true' || name === 'false';
    this.steps.push(truth ? { kind: 'literal', value: name === 'true' } : { kind: 'identifier', name });
  }

  number(): void {
    const [text] = /^[-+]?[\d.]*/.exec(this.text.slice(this.position))!;
    this.position += text.length;
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new JSONPathError(`cannot parse number ${text}`);
    this.steps.push({ kind: 'literal', value: Number(text) });
  }

  quoted(quote: string): void {
    const start = ++this.position;
    for (; this.text[this.position] !== quote || this.text[this.position - 1] === '\\'; this.position++) {
      if (this.position >= this.text.length || this.text[this.position] === '\n') {
        throw new JSONPathError('unterminated quoted string');
      }
    }
    const raw = this.text.slice(start, this.position++);
    this.steps.push({ kind: 'literal', value: raw.replace(/\\(.)/gs, (_, ch: string) => ESCAPES[ch] ?? ch) });
  }

  brackets(): void {
    const end = this.text.indexOf(']', this.position);
    if (end < 0) throw new JSONPathError('unterminated array');
    const inside = this.text.slice(this.position + 1, end);
    this.position = end + 1;
    const parts = inside.split(',');
    if (parts.length > 1) {
      this.steps.push({ kind: 'union', paths: parts.map((part) => parseSteps(`[${part.trim()}]`)) });
      return;
    }
    // A dot in the key separates fields, unless it is escaped: that is how upstream reads it.
    const key = /^'([^']*)'$/.exec(inside);
    if (key) this.steps.push(...parseSteps(`.${key[1]}`));
    else this.steps.push(slice(inside === '*' ? ':' : inside));
  }

  filter(): void {
    const start = this.position + '[?('.length;
    let quote = '';
    let end = start;
    for (; ; end++) {
      const ch = this.text[end];
      if (ch === undefined || ch === '\n') throw new JSONPathError('unterminated filter');
      if (quote === '' && (ch === '"' || ch === "'")) quote = ch;
      else if (ch === quote && this.text[end - 1] !== '\\') quote = '';
      else if (ch === ')' && quote === '') break;
    }
    if (this.text[end + 1] !== ']') throw new JSONPathError('unclosed array expect ]');
    this.position = end + 2;
    const inside = this.text.slice(start, end);
    const [, left, operator, right] = FILTER.exec(inside) ?? [];
    this.steps.push(
      operator === undefined
        ? { kind: 'filter', left: parseSteps(inside), operator: 'exists', right: [] }
        : { kind: 'filter', left: parseSteps(left!), operator, right: parseSteps(right!) },
    );
  }
}

const ESCAPES: Record<string, string | undefined> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
};

function slice(text: string): Step {
  const match = SLICE.exec(text);
  if (!match) throw new JSONPathError(`invalid array index ${text}`);
  const index = (part: string | undefined): number | undefined => {
    const digits = part?.replace(':', '') ?? '';
    if (digits === '-') throw new JSONPathError(`array index ${digits} is not a number`);
    return digits === '' ? undefined : Number(digits);
  };
  const start = index(match[1]);
  const single = match[2] === undefined;
  return {
    kind: 'slice',
    start,
    end: single ? (start ?? 0) + 1 : index(match[2]),
    step: index(match[3]),
    single,
  };
}

const parseSteps = (text: string): Step[] => new Parser(text).parse();

/** Parses a path such as `.spec.items[0].name`. Throws JSONPathError. */
export function parseJSONPath(text: string): readonly Step[] {
  if (text.length > MAX_LENGTH) throw new JSONPathError(`path is too long: at most ${MAX_LENGTH} characters`);
  return parseSteps(text);
}

/**
 * The part of a shell's language that is read: simple commands with assignments and redirections, `if`, `while`,
 * `until`, `for`, quotes, variables, command substitutions and arithmetic. Nothing here runs.
 * Source: POSIX.1-2024, Shell Command Language.
 */

/** Something that is not read, or a script beyond its bounds: nothing is known of what it does. */
export class Beyond extends Error {
  override name = 'Beyond';
}

/** `split`: the value is cut into words at its blanks, as outside quotes. */
export type Part =
  | { readonly text: string }
  | { readonly variable: string; readonly split: boolean }
  | { readonly output: Script; readonly split: boolean }
  | { readonly arithmetic: string };
export type Word = readonly Part[];

export interface Redirect {
  readonly from: 1 | 2;
  /** The other stream, or a file. */
  readonly to: 1 | 2 | Word;
  readonly append: boolean;
}

export type Command =
  | {
      readonly type: 'simple';
      readonly assignments: readonly (readonly [name: string, value: Word])[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly type: 'if';
      readonly clauses: readonly (readonly [condition: Script, body: Script])[];
      readonly otherwise: Script;
    }
  | { readonly type: 'while'; readonly until: boolean; readonly condition: Script; readonly body: Script }
  | {
      readonly type: 'for';
      readonly variable: string;
      readonly words: readonly Word[];
      readonly body: Script;
    };

export interface Item {
  /** What stands before it: `&&`, `||`, or `;` for any end of a command. */
  readonly joint: ';' | '&&' | '||';
  readonly negated: boolean;
  readonly command: Command;
}
export type Script = readonly Item[];

/** Longer scripts are programs like any other. */
const MAX_LENGTH = 10_000;
const MAX_DEPTH = 20;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const RESERVED = new Set(['then', 'elif', 'else', 'fi', 'do', 'done']);
/** Words that begin what is not read. */
const FOREIGN = new Set(['case', 'function', 'select', 'time', 'coproc', 'esac', 'in']);
/** What a shell does with these characters is not read: groups, jobs, pipes, patterns, here-documents. */
const SIGNS = new Set(['(', ')', '{', '}', '*', '?', '<', '~', '[']);
const BLANK = new Set([' ', '\t']);

/** @throws Beyond */
export function parseScript(text: string, depth = 0): Script {
  if (text.length > MAX_LENGTH) throw new Beyond('too long');
  const parser = new Parser(text, depth);
  const script = parser.list(new Set());
  parser.end();
  return script;
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth: number;

  constructor(text: string, depth: number) {
    this.#text = text;
    this.#depth = depth;
  }

  end(): void {
    if (this.#at < this.#text.length) throw new Beyond('more than a script');
  }

  /** Commands up to one of the reserved words, which stays unread. */
  list(until: ReadonlySet<string>): Script {
    if (++this.#depth > MAX_DEPTH) throw new Beyond('too deep');
    const items: Item[] = [];
    let joint: Item['joint'] = ';';
    for (;;) {
      this.#skip(true);
      const next = this.#peek();
      if (next === '' && this.#at >= this.#text.length) break;
      if (until.has(next)) break;
      if (RESERVED.has(next)) throw new Beyond(next);
      let negated = false;
      if (next === '!') {
        this.#at++;
        negated = true;
      }
      items.push({ joint, negated, command: this.#command() });
      joint = ';';
      this.#skip(false);
      const rest = this.#text.slice(this.#at, this.#at + 2);
      if (rest === '&&' || rest === '||') {
        joint = rest;
        this.#at += 2;
      } else if (rest[0] === ';' || rest[0] === '\n') {
        if (rest === ';;') throw new Beyond(rest);
        this.#at++;
      } else if (rest !== '') {
        if (!RESERVED.has(this.#peek())) throw new Beyond(rest);
        throw new Beyond('a reserved word that begins nothing');
      }
    }
    this.#depth--;
    if (joint !== ';' || (until.size > 0 && items.length === 0)) throw new Beyond('half a command');
    return items;
  }

  #command(): Command {
    this.#skip(false);
    const word = this.#peek();
    if (FOREIGN.has(word)) throw new Beyond(word);
    if (word === 'if') return this.#if();
    if (word === 'while' || word === 'until') return this.#while(word === 'until');
    if (word === 'for') return this.#for();
    return this.#simple();
  }

  #if(): Command {
    const clauses: [Script, Script][] = [];
    let otherwise: Script = [];
    this.#take('if');
    for (;;) {
      const condition = this.list(new Set(['then']));
      this.#take('then');
      clauses.push([condition, this.list(new Set(['elif', 'else', 'fi']))]);
      if (this.#peek() !== 'elif') break;
      this.#take('elif');
    }
    if (this.#peek() === 'else') {
      this.#take('else');
      otherwise = this.list(new Set(['fi']));
    }
    this.#take('fi');
    return { type: 'if', clauses, otherwise };
  }

  #while(until: boolean): Command {
    this.#take(until ? 'until' : 'while');
    const condition = this.list(new Set(['do']));
    return { type: 'while', until, condition, body: this.#body() };
  }

  #for(): Command {
    this.#take('for');
    this.#skip(false);
    const variable = NAME.exec(this.#text.slice(this.#at))?.[0];
    if (variable === undefined) throw new Beyond('for');
    this.#at += variable.length;
    this.#skip(true);
    this.#take('in');
    const words: Word[] = [];
    for (let word = this.#word(); word; word = this.#word()) words.push(word);
    if (!/[;\n]/.test(this.#text[this.#at] ?? '')) throw new Beyond('for');
    this.#at++;
    this.#skip(true);
    return { type: 'for', variable, words, body: this.#body() };
  }

  #body(): Script {
    this.#take('do');
    const body = this.list(new Set(['done']));
    this.#take('done');
    return body;
  }

  #simple(): Command {
    const assignments: [string, Word][] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.#skip(false);
      const redirect = this.#redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const assigned =
        words.length === 0 ? /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(this.#text.slice(this.#at)) : null;
      if (assigned) {
        this.#at += assigned[0].length;
        assignments.push([assigned[1]!, this.#word(false) ?? []]);
        continue;
      }
      const word = this.#word();
      if (!word) break;
      words.push(word);
    }
    if (words.length + assignments.length + redirects.length === 0) throw new Beyond('no command');
    return { type: 'simple', assignments, words, redirects };
  }

  #redirect(): Redirect | undefined {
    const sign = /^([12]?)>(>?)(&[12](?![0-9]))?/.exec(this.#text.slice(this.#at));
    if (!sign) return undefined;
    this.#at += sign[0].length;
    const from = sign[1] === '2' ? 2 : 1;
    if (sign[3]) return { from, to: sign[3] === '&2' ? 2 : 1, append: false };
    const to = this.#word();
    if (!to) throw new Beyond('>');
    return { from, to, append: sign[2] !== '' };
  }

  /** The next word, without the blanks before it; undefined where a command ends. */
  #word(skip = true): Word | undefined {
    if (skip) this.#skip(false);
    const parts: Part[] = [];
    const start = this.#at;
    const literal = (text: string): void => void parts.push({ text });
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at]!;
      if (BLANK.has(char) || char === '\n' || char === ';' || char === '&' || char === '|' || char === '>')
        break;
      if (char === "'") {
        const end = this.#find("'", this.#at + 1);
        literal(this.#text.slice(this.#at + 1, end));
        this.#at = end + 1;
      } else if (char === '"') {
        this.#quoted(parts);
      } else if (char === '$' || char === '`') {
        parts.push(this.#expansion(true));
      } else if (char === '\\') {
        if (this.#at + 1 >= this.#text.length) throw new Beyond('\\');
        if (this.#text[this.#at + 1] !== '\n') literal(this.#text[this.#at + 1]!);
        this.#at += 2;
      } else if (
        char === '[' &&
        this.#at === start &&
        /^\[\[?[\s]/.test(this.#text.slice(start, start + 3))
      ) {
        const sign = this.#text.startsWith('[[', start) ? '[[' : '[';
        literal(sign);
        this.#at += sign.length;
      } else {
        if (SIGNS.has(char)) throw new Beyond(char);
        literal(char);
        this.#at++;
      }
    }
    return this.#at === start && skip ? undefined : parts;
  }

  #quoted(parts: Part[]): void {
    this.#at++;
    parts.push({ text: '' });
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new Beyond('"');
      if (char === '"') break;
      if (char === '$' || char === '`') {
        parts.push(this.#expansion(false));
        continue;
      }
      const next = this.#text[this.#at + 1] ?? '';
      if (char === '\\' && '$`"\\\n'.includes(next)) {
        if (next !== '\n') parts.push({ text: next });
        this.#at += 2;
      } else {
        parts.push({ text: char });
        this.#at++;
      }
    }
    this.#at++;
  }

  /** What stands at a dollar sign or a backquote. */
  #expansion(split: boolean): Part {
    if (this.#text[this.#at] === '`') {
      const end = this.#find('`', this.#at + 1);
      const inner = this.#text.slice(this.#at + 1, end);
      if (inner.includes('\\')) throw new Beyond('\\');
      this.#at = end + 1;
      return { output: parseScript(inner, this.#depth), split };
    }
    const rest = this.#text.slice(this.#at + 1);
    const braced = /^\{([A-Za-z_][A-Za-z0-9_]*)\}/.exec(rest);
    const name = braced ?? NAME.exec(rest) ?? /^\?/.exec(rest);
    if (name) {
      this.#at += 1 + name[0].length;
      return { variable: name[1] ?? name[0], split };
    }
    if (rest.startsWith('((')) {
      const end = this.#close(this.#at + 3, 2);
      const arithmetic = this.#text.slice(this.#at + 3, end - 1);
      this.#at = end + 1;
      return { arithmetic };
    }
    if (rest.startsWith('(')) {
      const end = this.#close(this.#at + 2, 1);
      const inner = this.#text.slice(this.#at + 2, end);
      this.#at = end + 1;
      return { output: parseScript(inner, this.#depth), split };
    }
    if (/^[^\s"/.,:]/.test(rest)) throw new Beyond(`$${rest[0]}`);
    this.#at++;
    return { text: '$' };
  }

  /** The place of the parenthesis that closes those which are open; quotes are passed over. */
  #close(from: number, open: number): number {
    let quote = '';
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text[at]!;
      if (char === '\\') throw new Beyond(char);
      if (quote) {
        if (char === quote) quote = '';
      } else if (char === "'" || char === '"') quote = char;
      else if (char === '(') open++;
      else if (char === ')' && --open === 0) return at;
    }
    throw new Beyond('(');
  }

  #find(sign: string, from: number): number {
    const found = this.#text.indexOf(sign, from);
    if (found < 0) throw new Beyond(sign);
    return found;
  }

  /** The letters that come next, as far as they could be a reserved word. */
  #peek(): string {
    return /^(?:[a-z]+|!)(?=[\s;&|]|$)/.exec(this.#text.slice(this.#at))?.[0] ?? '';
  }

  #take(word: string): void {
    if (this.#peek() !== word) throw new Beyond(word);
    this.#at += word.length;
  }

  /** Passes over blanks and comments, and with `lines` over ends of lines. */
  #skip(lines: boolean): void {
    for (;;) {
      const char = this.#text[this.#at] ?? '';
      if (BLANK.has(char) || (lines && char === '\n')) this.#at++;
      else if (char === '\\' && this.#text[this.#at + 1] === '\n') this.#at += 2;
      else if (char === '#' && (this.#at === 0 || /\s|;/.test(this.#text[this.#at - 1]!))) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else return;
    }
  }
}

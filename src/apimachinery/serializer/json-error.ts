/**
 * What Go's encoding/json says of a text that is no JSON: `invalid character 'x' looking for beginning of value`.
 * Runs only after JSON.parse has refused the text. Source: Go's encoding/json/scanner.go.
 */

const END = 'unexpected end of JSON input';
const SPACE = ' \t\r\n';

class Syntax extends Error {}

/** The message for a text of limited depth. */
export function syntaxError(text: string): string {
  try {
    const cursor = new Cursor(text);
    cursor.value();
    cursor.space();
    if (cursor.at < text.length) cursor.fail('after top-level value');
  } catch (error) {
    if (error instanceof Syntax) return error.message;
    throw error;
  }
  return 'invalid JSON';
}

class Cursor {
  readonly text: string;
  at = 0;
  constructor(text: string) {
    this.text = text;
  }

  fail(context: string): never {
    const character = this.text[this.at];
    throw new Syntax(character === undefined ? END : `invalid character ${quote(character)} ${context}`);
  }

  space(): void {
    while (this.at < this.text.length && SPACE.includes(this.text[this.at]!)) this.at++;
  }

  value(): void {
    this.space();
    const character = this.text[this.at] ?? '';
    if (character === '{') this.object();
    else if (character === '[') this.array();
    else if (character === '"') this.string();
    else if (character === '-' || isDigit(character)) this.number();
    else if (character === 't') this.literal('true');
    else if (character === 'f') this.literal('false');
    else if (character === 'n') this.literal('null');
    else this.fail('looking for beginning of value');
  }

  object(): void {
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string');
      this.string();
      this.space();
      if (this.text[this.at] !== ':') this.fail('after object key');
      this.at++;
      this.value();
      this.space();
      if (this.text[this.at] === '}') break;
      if (this.text[this.at] !== ',') this.fail('after object key:value pair');
      this.at++;
    }
    this.at++;
  }

  array(): void {
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value();
      this.space();
      if (this.text[this.at] === ']') break;
      if (this.text[this.at] !== ',') this.fail('after array element');
      this.at++;
    }
    this.at++;
  }

  string(): void {
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      const character = this.text[this.at] ?? '';
      if (character < ' ') this.fail('in string literal');
      if (character !== '\\') continue;
      const escaped = this.text[++this.at] ?? '';
      if (escaped === 'u') {
        for (let i = 0; i < 4; i++) {
          this.at++;
          if (!/^[0-9a-fA-F]$/.test(this.text[this.at] ?? ''))
            this.fail('in \\u hexadecimal character escape');
        }
      } else if (escaped === '' || !'bfnrt\\/"'.includes(escaped)) this.fail('in string escape code');
    }
    this.at++;
  }

  digits(context: string): void {
    if (!isDigit(this.text[this.at] ?? '')) this.fail(context);
    while (isDigit(this.text[this.at] ?? '')) this.at++;
  }

  number(): void {
    if (this.text[this.at] === '-') this.at++;
    if (this.text[this.at] === '0') this.at++;
    else this.digits('in numeric literal');
    if (this.text[this.at] === '.') {
      this.at++;
      this.digits('after decimal point in numeric literal');
    }
    if (this.text[this.at] === 'e' || this.text[this.at] === 'E') {
      this.at++;
      if (this.text[this.at] === '+' || this.text[this.at] === '-') this.at++;
      this.digits('in exponent of numeric literal');
    }
  }

  literal(word: string): void {
    for (const character of word) {
      if (this.text[this.at] !== character) this.fail(`in literal ${word} (expecting '${character}')`);
      this.at++;
    }
  }
}

const isDigit = (character: string): boolean => character >= '0' && character <= '9';

/** A character as Go's scanner shows it: it goes by bytes. */
function quote(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  const byte = new TextEncoder().encode(character)[0]!;
  const shown = byte < 0x80 ? JSON.stringify(character).slice(1, -1) : String.fromCharCode(byte);
  return `'${shown.replace(/^\\u00/, '\\x').replace(/^\x7f$/, '\\x7f')}'`;
}

/**
 * Which fields of a JSON text are there twice or unknown, in the order of the text, as a strict decoder reports them.
 * Source: sigs.k8s.io/json internal/golang/encoding/json/kubernetes_patch.go.
 */
import type { Schema } from '../schema/schema.ts';

/** More than this many are not reported. */
export const MAX_STRICT_ERRORS = 100;

/** Collects errors without repeats, up to the limit. */
export class StrictErrors {
  private readonly seen = new Set<string>();
  add(what: 'unknown' | 'duplicate', path: string): void {
    if (this.seen.size < MAX_STRICT_ERRORS) this.seen.add(`${what} field ${JSON.stringify(path)}`);
  }
  get list(): string[] {
    return [...this.seen];
  }
}

/** `a.b[0].c` of keys and indexes. */
export function pathOf(stack: readonly (string | number)[]): string {
  let path = '';
  for (const step of stack) path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`;
  return path;
}

/**
 * Walks a valid JSON text of limited depth. With a built-in kind's schema, Go decodes into structs: unknown fields
 * are reported and what is below them is not looked at. A custom resource is decoded into maps: only duplicates.
 */
export function strictFieldErrors(text: string, schema: Schema): string[] {
  const errors = new StrictErrors();
  const typed = schema.typeName !== undefined;
  const stack: (string | number)[] = [];
  let at = 0;

  function space(): void {
    for (let code = text.charCodeAt(at); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(at))
      at++;
  }
  function string(): string {
    const start = at;
    let escaped = false;
    for (at++; text.charCodeAt(at) !== 34; at++) {
      if (text.charCodeAt(at) === 92) {
        escaped = true;
        at++;
      }
    }
    at++;
    return escaped ? (JSON.parse(text.slice(start, at)) as string) : text.slice(start + 1, at - 1);
  }
  /** Steps over one value, at which the schema stands; undefined where nothing is to be reported. */
  function value(here: Schema | undefined, report: boolean): void {
    space();
    const character = text[at];
    if (character === '{') object(here, report);
    else if (character === '[') array(here, report);
    else if (character === '"') string();
    else while (at < text.length && !',]} \t\r\n'.includes(text[at]!)) at++;
  }
  function array(here: Schema | undefined, report: boolean): void {
    const items = here?.type === 'array' ? here.items : undefined;
    at++;
    for (let i = 0; ; i++) {
      space();
      if (text[at] === ']') break;
      stack.push(i);
      value(items, report && (!typed || items !== undefined));
      stack.pop();
      space();
      if (text[at] === ',') at++;
    }
    at++;
  }
  function object(here: Schema | undefined, report: boolean): void {
    const seen = new Set<string>();
    const fields = here?.type === 'struct' ? here.fields : undefined;
    const values = here?.type === 'map' ? here.values : undefined;
    at++;
    for (;;) {
      space();
      if (text[at] === '}') break;
      const key = string();
      stack.push(key);
      const inner = fields ? fields.get(key)?.schema : values;
      const known = !typed || inner !== undefined;
      if (report && !known && fields) errors.add('unknown', pathOf(stack));
      else if (report && known && seen.has(key)) errors.add('duplicate', pathOf(stack));
      seen.add(key);
      space();
      at++;
      value(inner, report && known && inner?.type !== 'raw' && inner?.type !== 'fieldsV1');
      stack.pop();
      space();
      if (text[at] === ',') at++;
    }
    at++;
  }
  value(schema, true);
  return errors.list;
}

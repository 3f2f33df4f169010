import { goValue } from '../patch/go-format.ts';
import { isObject } from '../patch/values.ts';

/**
 * Path elements: one step from an object to a part of it, in the text form that FieldsV1 uses for its keys.
 *
 *     f:<name>   a field of a map or struct        k:<json object>  an item of a list, by its keys
 *     i:<n>      an item of a list, by its index   v:<json value>   an item of a set, by its value
 *
 * The text is canonical (keys sorted, Go's JSON escapes), so that two elements are the same when their texts are.
 * Source: structured-merge-diff fieldpath/serialize-pe.go and element.go.
 */
export type PathElement = string;

/** A path from the root of an object. */
export type Path = readonly PathElement[];

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: unknown): PathElement => `v:${goJSON(value)}`;
/** The element for an item with these key fields; an absent field is left out. */
export function keyElement(keys: readonly (readonly [name: string, value: unknown])[]): PathElement {
  let text = '';
  for (const [name, value] of keys) {
    if (value !== undefined) text += `${text ? ',' : ''}${goJSON(name)}:${goJSON(value)}`;
  }
  return `k:{${text}}`;
}

// Characters that Go escapes in JSON and JavaScript does not, or not in the same way.
const GO_ESCAPED = /[<>&\u2028\u2029\b\f]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** JSON as Go's encoder writes it: keys sorted, `<`, `>` and `&` escaped. */
export function goJSON(value: unknown): string {
  if (typeof value === 'string') {
    const json = JSON.stringify(value);
    if (!GO_ESCAPED.test(value)) return json;
    return json.replace(/\\\\|\\b|\\f|[<>&\u2028\u2029]/g, (found) => {
      if (found === '\\b') return '\\u0008';
      if (found === '\\f') return '\\u000c';
      return ESCAPES[found] ?? found;
    });
  }
  if (Array.isArray(value)) return `[${value.map(goJSON).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    return `{${keys
      .sort(compareText)
      .map((key) => `${goJSON(key)}:${goJSON(value[key])}`)
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/**
 * The canonical text of an element that a client sent.
 * @returns undefined for a kind of element that is not known, which is dropped.
 * @throws Error when the text is malformed.
 */
export function canonicalElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error('key must be 2 characters long:');
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`);
  const content = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(JSON.parse(content));
    case 'k': {
      const keys: unknown = JSON.parse(content);
      if (!isObject(keys)) throw new Error(`expected an object in ${text}`);
      return `k:${goJSON(keys)}`;
    }
    case 'i':
      if (!/^[+-]?\d+$/.test(content)) {
        throw new Error(`strconv.Atoi: parsing ${JSON.stringify(content)}: invalid syntax`);
      }
      return `i:${Number(content)}`;
    default:
      return undefined;
  }
}

/** The element as people read it: `.name`, `[name="x"]`, `[="x"]`, `[0]`. */
export function printElement(element: PathElement): string {
  const content = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${content}`;
    case 'k': {
      const keys = JSON.parse(content) as Record<string, unknown>;
      return `[${Object.keys(keys)
        .map((name) => `${name}=${printValue(keys[name])}`)
        .join(',')}]`;
    }
    case 'v':
      return `[=${printValue(JSON.parse(content))}]`;
    default:
      return `[${content}]`;
  }
}

export const printPath = (path: Path): string => path.map(printElement).join('');

/** Source: structured-merge-diff value/value.go (ToString). */
function printValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printValue).join(',')}]`;
  if (!isObject(value)) return goValue(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}=${printValue(one)}`)
    .join('');
}

const KINDS = 'fkvi';

interface Sortable {
  readonly kind: number;
  readonly text: string;
  readonly value: unknown;
}

function sortable(element: PathElement): Sortable {
  const kind = KINDS.indexOf(element[0]!);
  return { kind, text: element, value: kind === 0 ? undefined : JSON.parse(element.slice(2)) };
}

const compareSortable = (left: Sortable, right: Sortable): number => {
  if (left.kind !== right.kind) return left.kind - right.kind;
  return left.kind === 0 ? compareText(left.text, right.text) : compareValues(left.value, right.value);
};

/**
 * The order the elements have to be taken in to be sorted as in FieldsV1: fields, keys, values, indices; numbers by
 * value, text by its bytes.
 * @returns undefined when they are sorted already.
 */
export function sortingOrder(elements: readonly PathElement[]): number[] | undefined {
  if (elements.length < 2) return undefined;
  const keys = elements.map(sortable);
  let sorted = true;
  for (let i = 1; i < keys.length && sorted; i++) sorted = compareSortable(keys[i - 1]!, keys[i]!) <= 0;
  return sorted ? undefined : keys.map((_, i) => i).sort((a, b) => compareSortable(keys[a]!, keys[b]!));
}

/** By code points, which is the order of the UTF-8 bytes that Go compares. */
function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    // A surrogate stands for a code point above all those that are written without one.
    const aHigh = a >= 0xd800 && a <= 0xdfff;
    const bHigh = b >= 0xd800 && b <= 0xdfff;
    return aHigh === bHigh ? a - b : aHigh ? 1 : -1;
  }
  return left.length - right.length;
}

const typeRank = (value: unknown): number => {
  if (typeof value === 'number' || typeof value === 'bigint') return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (Array.isArray(value)) return 3;
  return value === null ? 5 : 4;
};

/** A total order of JSON values. Source: structured-merge-diff value/value.go. */
function compareValues(left: unknown, right: unknown): number {
  const rank = typeRank(left);
  if (rank !== typeRank(right)) return rank - typeRank(right);
  if (rank === 0 || rank === 2) return left === right ? 0 : (left as number) < (right as number) ? -1 : 1;
  if (rank === 1) return compareText(left as string, right as string);
  if (rank === 3) return compareLists(left as unknown[], right as unknown[]);
  return rank === 4 ? compareLists(entries(left as object), entries(right as object)) : 0;
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareValues(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Names and values in turn, sorted by name. */
const entries = (object: object): unknown[] =>
  Object.entries(object)
    .sort(([a], [b]) => compareText(a, b))
    .flat();

/**
 * JSONPath over decoded objects: printer columns, selectable fields and scale paths of custom resources.
 * Source: kubernetes/client-go util/jsonpath/jsonpath.go, with missing keys allowed. One difference: upstream takes
 * a string for a list of its bytes under `*` and `..`; here it has no members.
 */
import { canonicalJSON } from './hash.ts';
import { JSONPathError, type Step } from './jsonpath-parser.ts';

export { JSONPathError, parseJSONPath, type Step } from './jsonpath-parser.ts';

export type JSONPath = readonly Step[];

/** Most values that one step may find. */
const MAX_RESULTS = 10_000;

type Values = readonly unknown[];
type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function field(input: Values, name: string): unknown[] {
  const found: unknown[] = [];
  for (const value of input) if (isMap(value) && Object.hasOwn(value, name)) found.push(value[name]);
  return found;
}

/** The items of a list or the values of a map. */
const members = (value: unknown): Values =>
  Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];

/** Every list and map that has members, outermost first. */
function descend(input: Values, found: unknown[] = []): unknown[] {
  for (const value of input) {
    const inner = members(value);
    if (inner.length === 0) continue;
    found.push(value);
    bounded(found);
    descend(inner, found);
  }
  return found;
}

function items(list: unknown, { start = 0, end, step = 1, single }: StepOf<'slice'>): Values {
  if (isAbsent(list)) return [];
  if (!Array.isArray(list)) throw new JSONPathError('value is not array or slice');
  const { length } = list;
  const from = start < 0 ? start + length : start;
  let to = end ?? length;
  // `[-1]` ends at 0, which is the end of the list.
  if (to < 0 || (to === 0 && single)) to += length;
  if (from === to) return [];
  if (from >= length || from < 0)
    throw new JSONPathError(`array index out of bounds: index ${from}, length ${length}`);
  if (to > length || to < 0)
    throw new JSONPathError(`array index out of bounds: index ${to - 1}, length ${length}`);
  if (from > to) throw new JSONPathError(`starting index ${from} is greater than ending index ${to}`);
  if (step <= 0) throw new JSONPathError('step must be > 0');
  return list.slice(from, to).filter((_, i) => i % step === 0);
}

const comparisons: Record<string, ((left: any, right: any) => boolean) | undefined> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function compare(operator: string, left: unknown, right: unknown): boolean {
  const holds = comparisons[operator];
  if (!holds) throw new JSONPathError(`unrecognized filter operator ${operator}`);
  if (typeof left !== typeof right || typeof left === 'object' || typeof left === 'undefined') {
    throw new JSONPathError('incompatible types for comparison');
  }
  if (typeof left === 'boolean' && operator !== '==' && operator !== '!=') {
    throw new JSONPathError('invalid type for comparison');
  }
  return holds(left, right);
}

/** Whether an item passes the filter. What a side does not find decides nothing: the item is left out. */
function passes(item: unknown, { left, operator, right }: StepOf<'filter'>): boolean {
  if (operator === 'exists') {
    try {
      return evaluateJSONPath(left, item).length > 0;
    } catch (error) {
      if (error instanceof JSONPathError) return false;
      throw error;
    }
  }
  const lefts = evaluateJSONPath(left, item);
  if (lefts.length === 0) return false;
  if (lefts.length > 1) throw new JSONPathError('can only compare one element at a time');
  const rights = evaluateJSONPath(right, item);
  if (rights.length === 0) return false;
  if (rights.length > 1) throw new JSONPathError('can only compare one element at a time');
  return compare(operator, lefts[0], rights[0]);
}

function bounded<T extends Values>(values: T): T {
  if (values.length > MAX_RESULTS) throw new JSONPathError(`more than ${MAX_RESULTS} values`);
  return values;
}

function walk(input: Values, step: Step): Values {
  switch (step.kind) {
    case 'field':
      return field(input, step.name);
    case 'wildcard':
      return input.flatMap(members);
    case 'recursive':
      return descend(input);
    case 'literal':
      // A text stands for itself whatever the input is; numbers and truths once for each input.
      return typeof step.value === 'string' ? [step.value] : input.map(() => step.value);
    case 'identifier':
      throw new JSONPathError(`unrecognized identifier ${step.name}`);
    case 'slice':
      return input.flatMap((value) => items(value, step));
    case 'union':
      return step.paths.flatMap((path) => follow(path, input));
    case 'filter':
      return input.flatMap((value) => {
        if (!Array.isArray(value))
          throw new JSONPathError('value is not array or slice and cannot be filtered');
        return value.filter((item) => passes(item, step));
      });
  }
}

function follow(path: JSONPath, input: Values): Values {
  let values = input;
  for (const step of path) values = bounded(walk(values, step));
  return values;
}

/** The values the path leads to; none for missing keys. Throws JSONPathError where it cannot be followed. */
export const evaluateJSONPath = (path: JSONPath, value: unknown): Values => follow(path, [value]);

/** A number as Go's fmt prints it. */
function printNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}

/** A found value as text: lists and maps as JSON, null as upstream shows it. */
export function printJSONPathValue(value: unknown): string {
  if (isAbsent(value)) return '<no value>';
  if (typeof value === 'number') return printNumber(value);
  if (typeof value !== 'object') return String(value);
  // Go escapes what could be HTML.
  return canonicalJSON(value).replace(
    /[<>&\u2028\u2029]/g,
    (ch) => `\\u${ch.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

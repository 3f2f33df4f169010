/**
 * YAML bodies as the JSON values they stand for, as YAML 1.1 is read upstream: `yes` and `on` are true, numbers have
 * no base 60, timestamps stay text. Source: sigs.k8s.io/yaml (yaml.go), go-yaml v2 (resolve.go, decode.go).
 */
import { integerOf } from './int64.ts';
import {
  boolYaml11Tag,
  defineMappingTag,
  defineScalarTag,
  EVENT_ID,
  getScalarValue,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  parseEvents,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from 'js-yaml';

/** A body that is no YAML we take. */
export class YamlError extends Error {
  override name = 'YamlError';
}

const MAX_DEPTH = 500;
const MAX_ALIASES = 1000;
/** Values of a document with aliases once they are written out. */
const MAX_EXPANDED = 200_000;

const INTEGER = /^[-+]?(?:0[0-7]*|[1-9][0-9]*|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NUMBER_START = ['-', '+', '.', ...'0123456789'];

/** As go-yaml v2 resolves numbers: no base 60, `_` anywhere, octal with and without `o`. */
function integer(source: string): number | bigint | typeof NOT_RESOLVED {
  const plain = source.replaceAll('_', '');
  if (!INTEGER.test(plain)) return NOT_RESOLVED;
  const negative = plain[0] === '-';
  const digits = plain.replace(/^[-+]/, '');
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  if (Number.isSafeInteger(value)) return negative ? -value : value;
  return integerOf(plain.replace('+', ''));
}
function float(source: string): number | typeof NOT_RESOLVED {
  const plain = source.replaceAll('_', '');
  if (FLOAT.test(plain)) return Number(plain);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(source)) return source[0] === '-' ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(source) ? Number.NaN : NOT_RESOLVED;
}
const numberTag = (name: string, resolve: (source: string) => number | bigint | typeof NOT_RESOLVED) =>
  defineScalarTag<number | bigint>(`tag:yaml.org,2002:${name}`, {
    implicit: true,
    implicitFirstChars: NUMBER_START,
    resolve,
    identify: () => false,
  });

type Json = Record<string, unknown>;

/** Objects with any key, `__proto__` included, that YAML can write as text. */
const objectTag = defineMappingTag<Json>('tag:yaml.org,2002:map', {
  create: () => ({}),
  addPair: (object, key, value) => {
    if (key === null || typeof key === 'object') return 'unsupported map key';
    Object.defineProperty(object, String(key), {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return '';
  },
  has: (object, key) => Object.hasOwn(object, String(key)),
  keys: (object) => Object.keys(object),
  get: (object, key) => object[String(key)],
  identify: () => false,
});

const SCHEMA = new Schema([
  strTag,
  seqTag,
  objectTag,
  nullYaml11Tag,
  boolYaml11Tag,
  numberTag('int', integer),
  numberTag('float', float),
  mergeTag,
]);

export interface ParsedYaml {
  /** The first document; null when there is none. */
  readonly value: unknown;
  /** What a strict decoder says of keys that are there twice; the last one counts. */
  readonly duplicates: string[];
}

/** @throws YamlError */
export function parseYaml(text: string): ParsedYaml {
  try {
    try {
      return { value: load(text, false), duplicates: [] };
    } catch (error) {
      if (!(error instanceof YAMLException) || !/^duplicated mapping key/.test(error.reason)) throw error;
      return { value: load(text, true), duplicates: duplicates(text) };
    }
  } catch (error) {
    if (error instanceof YamlError) throw error;
    if (error instanceof YAMLException) {
      const line = error.mark ? `line ${error.mark.line + 1}: ` : '';
      throw new YamlError(`yaml: ${line}${error.reason}`);
    }
    if (error instanceof RangeError) throw new YamlError('yaml: exceeded max depth');
    throw error;
  }
}

function load(text: string, lastCounts: boolean): unknown {
  const documents = loadAll(text, {
    schema: SCHEMA,
    json: lastCounts,
    maxDepth: MAX_DEPTH,
    maxAliases: MAX_ALIASES,
  });
  // What a text writes out itself is bounded by its length.
  const limit = Math.max(MAX_EXPANDED, text.length);
  const budget = { left: text.includes('*') ? limit : Number.POSITIVE_INFINITY };
  return documents.length === 0 ? null : toJson(documents[0], budget, 0);
}

/** Writes out what aliases share, so that a change of one place is not one of another; refuses what JSON lacks. */
function toJson(value: unknown, budget: { left: number }, depth: number): unknown {
  if (--budget.left < 0) throw new YamlError('yaml: document contains excessive aliasing');
  if (depth > MAX_DEPTH) throw new YamlError('yaml: exceeded max depth');
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new YamlError(`json: unsupported value: ${name}`);
  }
  if (typeof value !== 'object' || value === null) return value;
  const shared = budget.left < Number.POSITIVE_INFINITY;
  if (Array.isArray(value)) {
    const list = shared ? value.slice() : value;
    for (let i = 0; i < list.length; i++) list[i] = toJson(list[i], budget, depth + 1);
    return list;
  }
  // Upstream makes JSON of it by way of a map: what is said of its fields is said in the order of their names.
  const object: Json = {};
  for (const key of Object.keys(value).sort()) {
    const inner = toJson((value as Json)[key], budget, depth + 1);
    Object.defineProperty(object, key, {
      value: inner,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

const TWICE = 'yaml: unmarshal errors:\n';

/** What is warned of instead of a strict decoder's report: each key that is there twice on its own. */
export const warningsOfReport = (report: string): string[] =>
  report.startsWith(TWICE)
    ? report
        .slice(TWICE.length)
        .split('\n')
        .map((line) => line.trim())
    : [report];

/** go-yaml's words for the keys that are in a mapping twice, one error for all of them. */
function duplicates(text: string): string[] {
  const lines: string[] = [];
  const open: { mapping: boolean; keys: Set<string>; atKey: boolean }[] = [];
  const step = (): void => {
    const top = open.at(-1);
    if (top?.mapping) top.atKey = !top.atKey;
  };
  let documents = 0;
  for (const event of parseEvents(text, { maxDepth: MAX_DEPTH })) {
    if (event.type === EVENT_ID.DOCUMENT && documents++ > 0) break;
    if (event.type === EVENT_ID.SCALAR) {
      const top = open.at(-1);
      if (top?.atKey) {
        const key = getScalarValue(text, event);
        if (top.keys.has(key) && key !== '<<') {
          const line = text.slice(0, event.valueStart).split('\n').length;
          lines.push(`  line ${line}: key ${JSON.stringify(key)} already set in map`);
        }
        top.keys.add(key);
      }
      step();
    } else if (event.type === EVENT_ID.ALIAS) step();
    else if (event.type === EVENT_ID.POP) {
      open.pop();
      step();
    } else {
      const mapping = event.type === EVENT_ID.MAPPING;
      open.push({ mapping, keys: new Set(), atKey: mapping });
    }
  }
  return [TWICE + lines.join('\n')];
}

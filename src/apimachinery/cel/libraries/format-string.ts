/** `'%s is %d'.format([...])` (cel-go ext/formatting.go), in the locale en_US as there. */

import { itemsOf } from '../collections.ts';
import { toDouble, toText } from '../convert.ts';
import { CelError } from '../errors.ts';
import { compareText, plainDouble, typeName } from '../text.ts';
import { Duration, ListValue, MapValue, Timestamp, TypeValue, Uint, type Value } from '../values.ts';

const DEFAULT_PRECISION = 6;
const MAX_PRECISION = 100;
const encoder = new TextEncoder();

/** A text in quotes as Go's %q. */
function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll('\\u0007', '\\a')
    .replaceAll('\\u000b', '\\v')
    .replace(/\\u00([01][0-9a-f])/g, '\\x$1');
}

/** A value inside a list or map: as a literal. */
function literal(value: Value): string {
  if (typeof value === 'string') return quote(value);
  if (value instanceof Uint8Array) return `b${quote(toText(value))}`;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return toFixed(value, DEFAULT_PRECISION);
    return quote(Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf');
  }
  if (value instanceof Timestamp) return `timestamp(${quote(toText(value))})`;
  if (value instanceof Duration) return `duration(${quote(toText(value))})`;
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof ListValue || value instanceof MapValue) return textClause(value);
  throw new CelError(`no formatting function for ${typeName(value)}`);
}

function mapText(map: MapValue): string {
  const pairs: [string, string][] = [];
  for (const key of map.keys()) {
    if (typeof key === 'object' && !(key instanceof Uint)) {
      throw new CelError(`no formatting function for map key of type ${typeName(key)}`);
    }
    pairs.push([literal(key), literal(map.find(key)!)]);
  }
  pairs.sort(([a], [b]) => compareText(a, b));
  return `{${pairs.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}

function textClause(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof ListValue) return `[${itemsOf(value).map(literal).join(', ')}]`;
  if (value instanceof MapValue) return mapText(value);
  if (value instanceof TypeValue) return value.name;
  if (
    typeof value !== 'object' ||
    value instanceof Uint ||
    value instanceof Uint8Array ||
    value instanceof Timestamp ||
    value instanceof Duration
  ) {
    return toText(value);
  }
  throw refused('s', typeName(value));
}

/** What each clause takes, as messages say it. */
const TAKES: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
};

/** Kinds of types each clause takes, for the check of constants. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  s: 'list map int uint double bool string timestamp bytes duration type null'.split(' '),
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  X: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
};

export const takesKind = (clause: string, kind: string): boolean =>
  kind === 'dyn' || (KINDS[clause]?.includes(kind) ?? false);

export const refused = (clause: string, type: string): CelError =>
  new CelError(`${TAKES[clause]}, was given ${type}`);

const whole = (value: Value): bigint | undefined =>
  typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined;

function double(clause: string, value: Value): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return toDouble(value);
  throw refused(clause, typeName(value));
}

const EXACT_DIGITS = 100;

/** Decimals as Go rounds them: exactly, and halves to even. */
function toFixed(number: number, precision: number): string {
  const text = number.toFixed(precision);
  const exact = number.toFixed(EXACT_DIGITS);
  const cut = exact.length - EXACT_DIGITS + precision;
  if (!/^50*$/.test(exact.slice(cut))) return text;
  const lower = exact.slice(0, cut).replace(/\.$/, '');
  return Number(lower.at(-1)) % 2 === 0 ? lower : text;
}

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

function fixed(value: Value, precision: number): string {
  const number = double('f', value);
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? '∞' : '-∞';
  const text = Math.abs(number) < 1e21 ? toFixed(number, precision) : plainDouble(number);
  const [digits, fraction] = text.split('.') as [string, string | undefined];
  return fraction === undefined ? grouped(digits) : `${grouped(digits)}.${fraction}`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** The printer of en_US writes exponents as powers of ten, and always with the default precision. */
function scientific(value: Value): string {
  const number = double('e', value);
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? '     ∞' : '    -∞';
  const [digits, exponent] = number.toExponential(DEFAULT_PRECISION).split('e') as [string, string];
  const magnitude = exponent.slice(1).padStart(2, '0');
  const power = [...magnitude].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${digits}×10${exponent.startsWith('-') ? '⁻' : ''}${power}`;
}

function hex(clause: string, value: Value): string {
  const number = whole(value);
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  let text: string;
  if (number !== undefined) text = number.toString(16);
  else if (bytes instanceof Uint8Array) {
    text = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  } else throw refused(clause, typeName(value));
  return clause === 'X' ? text.toUpperCase() : text;
}

function clauseText(clause: string, value: Value, precision: number): string {
  const number = whole(value);
  switch (clause) {
    case 's':
      return textClause(value);
    case 'f':
      return fixed(value, precision);
    case 'e':
      return scientific(value);
    case 'x':
    case 'X':
      return hex(clause, value);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
  }
  if (number === undefined) throw refused(clause, typeName(value));
  return number.toString(clause === 'd' ? 10 : clause === 'b' ? 2 : 8);
}

/** One `%` clause of a format: where it ends, what it is. Throws what is wrong with it. */
function parseClause(format: string, start: number): { clause: string; precision: number; end: number } {
  const wrong = (message: string) => new CelError(`could not parse formatting clause: ${message}`);
  let at = start;
  let precision = DEFAULT_PRECISION;
  if (format[at] === '.') {
    at++;
    const digits = /^\d*/.exec(format.slice(at))![0];
    at += digits.length;
    if (at >= format.length)
      throw wrong('error while parsing precision: could not find end of precision specifier');
    if (digits === '') {
      throw wrong(
        'error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax',
      );
    }
    precision = Math.min(Number(digits), MAX_PRECISION);
  }
  const clause = format[at]!;
  if (TAKES[clause] === undefined) throw wrong(`unrecognized formatting clause "${clause}"`);
  return { clause, precision, end: at + 1 };
}

/** Walks a format; `write` gives the text of each clause. Throws a CelError for a wrong format or too few arguments. */
export function walkFormat(
  format: string,
  count: number,
  write: (clause: string, index: number, precision: number) => string,
): { text: string; used: number } {
  let text = '';
  let index = 0;
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) {
      text += format.slice(at);
      break;
    }
    text += format.slice(at, percent);
    if (format[percent + 1] === '%') {
      text += '%';
      at = percent + 2;
      continue;
    }
    if (index >= count) throw new CelError(`index ${index} out of range`);
    if (percent + 1 >= format.length) throw new CelError('unexpected end of string');
    const { clause, precision, end } = parseClause(format, percent + 1);
    text += write(clause, index++, precision);
    at = end;
  }
  return { text, used: index };
}

export function formatString(format: string, args: ListValue): string {
  return walkFormat(format, args.size(), (clause, index, precision) => {
    try {
      return clauseText(clause, args.at(index), precision);
    } catch (error) {
      if (!(error instanceof CelError) || error.cancelled) throw error;
      throw new CelError(`error during formatting: ${error.message}`);
    }
  }).text;
}

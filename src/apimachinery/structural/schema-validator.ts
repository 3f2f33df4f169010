/**
 * Validation of values against a schema, with upstream's judgement down to its oddities: which of several failed
 * alternatives is reported, what a format means for a value of another type.
 * Source: kube-openapi pkg/validation/validate.
 */
import { goQuote } from '../go-quote.ts';
import { canonicalJSON } from '../hash.ts';
import { knowsFormat, stringFormat } from './formats.ts';
import { compilePattern } from './pattern.ts';
import { fieldOf, isObject, itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';
import * as violations from './violation.ts';
import type { Violation } from './violation.ts';

export interface Result {
  readonly violations: Violation[];
  /** How many checks were passed: of failed alternatives, the best one is reported. */
  readonly matches: number;
}

/** Validates a value below a place, if not in the usual way; an update forgives there what did not change. */
export interface Descend {
  field(key: string, schema: JSONSchemaProps, name: string, value: unknown): Result;
  item(index: number, schema: JSONSchemaProps, name: string, value: unknown): Result;
}

const plainly: Descend = {
  field: (_key, schema, name, value) => validateAt(schema, value, name),
  item: (_index, schema, name, value) => validateAt(schema, value, name),
};

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
/** A number that Go holds as int64; those that no double holds are bigints. */
const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint'
    ? value >= MIN_INT64 && value <= MAX_INT64
    : Number.isInteger(value) && Math.abs(value as number) < 2 ** 63;
const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

/** Steps of one validation, some hundred nanoseconds each, and characters of its texts. */
const MAX_STEPS = 3_000_000;
let left = MAX_STEPS;

/** Judges a value in bounded work: what upstream tells of in full may be more than there is memory for. */
export function boundedly(judge: () => Result): Violation[] {
  left = MAX_STEPS;
  const { violations: found } = judge();
  if (left >= 0) return found;
  return [...found, violations.general('there is too much to validate')];
}

/** Recurses as deep as the value and its schema, both of which decoding has bounded. */
export function validateAt(
  schema: JSONSchemaProps,
  value: unknown,
  name: string,
  descend: Descend = plainly,
): Result {
  const out = new Collector();
  left--;
  if (left < 0) return out;
  if (value === null || value === undefined) {
    checkNull(schema, name, out);
    return out;
  }
  checkType(schema, value, name, out);
  checkJunctors(schema, value, name, out);
  out.matches++;
  if (typeof value === 'string') checkString(schema, value, name, out);
  else if (isNumber(value)) checkNumber(schema, value, name, out);
  else if (Array.isArray(value)) checkList(schema, value, name, out, descend);
  checkEnum(schema, value, name, out);
  if (isObject(value)) checkObject(schema, value, name, out, descend);
  out.matches++;
  return out;
}

class Collector implements Result {
  readonly violations: Violation[] = [];
  matches = 0;
  add(violation: Violation): void {
    left -= violation.message.length;
    if (left >= 0 || this.violations.length === 0) this.violations.push(violation);
  }
  merge(other: Result): void {
    left -= other.violations.length;
    for (const violation of other.violations) this.violations.push(violation);
    this.matches += other.matches;
  }
}

const typesOf = (schema: JSONSchemaProps): readonly string[] => {
  if (schema['x-kubernetes-int-or-string']) return INT_OR_STRING;
  return schema.type ? [schema.type] : NO_TYPES;
};
const INT_OR_STRING = ['integer', 'string'];
const NO_TYPES: readonly string[] = [];

/** The format, where anyone checks it. */
function formatOf(schema: JSONSchemaProps, types: readonly string[]): string {
  const { format = '' } = schema;
  return format !== '' && knowsFormat(types.length === 1 ? types[0]! : '', format) ? format : '';
}

function checkNull(schema: JSONSchemaProps, name: string, out: Collector): void {
  const types = typesOf(schema);
  if (types.length > 0 && !schema.nullable) out.add(violations.wrongType(name, types.join(','), 'null'));
  else out.matches++;
  if (schema.enum?.length) out.add(violations.notInEnum(name, null, schema.enum));
}

/** The JSON type of a value and the format Go's type of it has. */
function typeOf(value: unknown): readonly [type: string, format: string] {
  if (isNumber(value)) return isInteger(value) ? ['integer', 'int64'] : ['number', 'float64'];
  if (typeof value === 'string' || typeof value === 'boolean') return [typeof value, ''];
  return [Array.isArray(value) ? 'array' : 'object', ''];
}

function checkType(schema: JSONSchemaProps, value: unknown, name: string, out: Collector): void {
  const types = typesOf(schema);
  const format = formatOf(schema, types);
  if (types.length === 0 && format === '') return;
  const [type, ownFormat] = typeOf(value);
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'));
  const sequence = typeof value === 'string' || Array.isArray(value);
  out.matches++;
  if (format !== '' && !sequence && !fits && ownFormat !== format) {
    out.add(violations.wrongType(name, format, ownFormat));
  } else if (format !== '' && sequence && !types.includes('number') && !types.includes('integer')) {
    // Strings with a format are judged by it; that a list passes here as well is upstream's.
    out.matches++;
  } else if (!fits) out.add(violations.wrongType(name, types.join(','), type));
  else out.matches++;
}

function checkJunctors(schema: JSONSchemaProps, value: unknown, name: string, out: Collector): void {
  const { allOf, anyOf, oneOf, not } = schema;
  out.matches++;
  if (anyOf?.length) checkAnyOf(anyOf, value, name, out);
  if (oneOf?.length) checkOneOf(oneOf, value, name, out);
  if (allOf?.length) {
    let valid = 0;
    for (const part of allOf) {
      const result = validateAt(part, value, name);
      if (result.violations.length === 0) valid++;
      out.merge(result);
    }
    if (valid < allOf.length) {
      const none = valid === 0 ? '. None validated' : '';
      out.add(violations.general(`${goQuote(name)} must validate all the schemas (allOf)${none}`));
    }
  }
  if (not && validateAt(not, value, name).violations.length === 0) {
    out.add(violations.general(`${goQuote(name)} must not validate the schema (not)`));
  }
}

function checkAnyOf(parts: readonly JSONSchemaProps[], value: unknown, name: string, out: Collector): void {
  let best: Result | undefined;
  for (const part of parts) {
    const result = validateAt(part, value, name);
    if (result.violations.length === 0) {
      out.merge(result);
      return;
    }
    if (!best || result.matches > best.matches) best = result;
  }
  out.add(violations.general(`${goQuote(name)} must validate at least one schema (anyOf)`));
  out.merge(best!);
}

function checkOneOf(parts: readonly JSONSchemaProps[], value: unknown, name: string, out: Collector): void {
  let best: Result | undefined;
  let success: Result | undefined;
  let valid = 0;
  for (const part of parts) {
    const result = validateAt(part, value, name);
    if (result.violations.length === 0) {
      valid++;
      success ??= result;
    } else if (!best || result.matches > best.matches) best = result;
  }
  if (valid === 1) {
    out.merge(success!);
    return;
  }
  const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  const text = `${goQuote(name)} must validate one and only one schema (oneOf). ${found}`;
  out.add(violations.general(text));
  if (valid === 0) out.merge(best!);
}

/** Code points, which is what Go counts. */
function length(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const code = text.charCodeAt(i);
    if (code < 0xd800 || code > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--;
      i++;
    }
  }
  return count;
}

function checkString(schema: JSONSchemaProps, value: string, name: string, out: Collector): void {
  const { maxLength, minLength, pattern } = schema;
  out.matches++;
  const problem = lengthProblem(value, name, maxLength, minLength) ?? patternProblem(value, name, pattern);
  if (problem) out.add(problem);
  const format = formatOf(schema, typesOf(schema));
  const check = format === '' ? undefined : stringFormat(format);
  if (!check) return;
  out.matches++;
  if (!check(value)) out.add(violations.wrongType(name, format, value));
}

function lengthProblem(
  value: string,
  name: string,
  maxLength: number | undefined,
  minLength: number | undefined,
): Violation | undefined {
  if (maxLength !== undefined && value.length > maxLength && length(value) > maxLength) {
    return violations.longerThan(name, maxLength);
  }
  if (minLength !== undefined && length(value) < minLength) {
    return violations.shorterThan(name, minLength, value);
  }
  return undefined;
}

function patternProblem(value: string, name: string, source: string | undefined): Violation | undefined {
  if (!source) return undefined;
  const pattern = compilePattern(source);
  if ('problem' in pattern) {
    return violations.notMatching(name, `${source}, but pattern is invalid: ${pattern.problem}`, value);
  }
  return pattern.test(value) ? undefined : violations.notMatching(name, source, value);
}

/** Whether a number can be one of the type and format. */
function inRange(value: number | bigint, type: string, format: string): boolean {
  if (type === 'integer') {
    if (!isInteger(value)) return false;
    return format !== 'int32' || (typeof value === 'number' && value === (value | 0));
  }
  return format !== 'float' || Number.isFinite(Math.fround(Number(value)));
}

function checkNumber(schema: JSONSchemaProps, value: number | bigint, name: string, out: Collector): void {
  const { multipleOf, maximum, minimum } = schema;
  const types = typesOf(schema);
  const type = types.length === 1 && (types[0] === 'integer' || types[0] === 'number') ? types[0] : '';
  const format = type === '' ? '' : formatOf(schema, types);
  out.matches += 2;
  /** Whether a limit can be one of the type; if not, that is said of every value. */
  const ranged = (number: number | bigint, what: string): boolean => {
    if (inRange(number, type, format)) return true;
    const of = format === '' ? '(default format)' : `with format ${format}`;
    out.add(violations.general(`${what} value must be of type ${type} ${of} in ${name}`));
    return false;
  };
  ranged(value, 'Checked');
  /** Of whole numbers Go compares with the limit's whole part. */
  const limit = (number: number, fits: boolean): number =>
    fits && isInteger(value) ? Math.trunc(number) : number;
  if (multipleOf !== undefined) {
    const fits = ranged(multipleOf, 'MultipleOf');
    const problem = multipleProblem(value, limit(multipleOf, fits), fits && isInteger(value), name);
    if (problem) out.add(problem);
  }
  if (minimum !== undefined) {
    const bound = limit(minimum, ranged(minimum, 'Minimum boundary'));
    const exclusive = schema.exclusiveMinimum ?? false;
    if (value < bound || (exclusive && Number(value) === bound)) {
      out.add(violations.below(name, bound, exclusive, value));
    }
  }
  if (maximum !== undefined) {
    const bound = limit(maximum, ranged(maximum, 'Maximum boundary'));
    const exclusive = schema.exclusiveMaximum ?? false;
    if (value > bound || (exclusive && Number(value) === bound)) {
      out.add(violations.above(name, bound, exclusive, value));
    }
  }
}

function multipleProblem(
  value: number | bigint,
  factor: number,
  integers: boolean,
  name: string,
): Violation | undefined {
  if (factor <= 0) return violations.factorNotPositive(name, factor);
  const number = Number(value);
  const good = integers
    ? BigInt(value) % BigInt(factor) === 0n
    : isAlmostInteger(factor < 1 ? (1 / factor) * number : number / factor);
  return good ? undefined : violations.notMultipleOf(name, factor, value);
}

/** Allows for what is lost in a division, above an integer and not below it. Source: go-openapi/swag convert.go. */
function isAlmostInteger(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const whole = Math.trunc(value);
  if (value === whole) return true;
  if (whole === 0) return false;
  return Math.abs(value - whole) / (Math.abs(value) + Math.abs(whole)) < 1e-9;
}

function checkList(
  schema: JSONSchemaProps,
  value: readonly unknown[],
  name: string,
  out: Collector,
  descend: Descend,
): void {
  const items = itemsOf(schema);
  out.matches += 2;
  if (items) {
    for (let i = 0; i < value.length; i++) out.merge(descend.item(i, items, `${name}[${i}]`, value[i]));
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && value.length < minItems) {
    out.add(violations.fewerItemsThan(name, minItems, value.length));
  }
  if (maxItems !== undefined && value.length > maxItems) {
    out.add(violations.moreItemsThan(name, maxItems, value.length));
  }
  if (schema.uniqueItems && new Set(value.map(canonicalJSON)).size < value.length) {
    out.add(violations.repeatedItems(name));
  }
}

function checkEnum(schema: JSONSchemaProps, value: unknown, name: string, out: Collector): void {
  out.matches++;
  const allowed = schema.enum;
  left -= (allowed?.length ?? 0) >> 4;
  if (!allowed?.length || allowed.some((one) => isSame(value, one))) return;
  out.add(violations.notInEnum(name, value, allowed));
}

function isSame(value: unknown, allowed: unknown): boolean {
  if (value === allowed) return true;
  // Go converts to the type of what is allowed, which cuts fractions.
  if (typeof value === 'number' && isInteger(allowed)) return Math.trunc(value) === allowed;
  if (typeof value !== typeof allowed) return false;
  return typeof value === 'object' && allowed !== null && canonicalJSON(value) === canonicalJSON(allowed);
}

function checkObject(
  schema: JSONSchemaProps,
  value: Json,
  name: string,
  out: Collector,
  descend: Descend,
): void {
  const { properties, required, minProperties, maxProperties, additionalProperties } = schema;
  out.matches++;
  if (minProperties !== undefined || maxProperties !== undefined) {
    const count = Object.keys(value).length;
    if (minProperties !== undefined && count < minProperties) {
      out.add(violations.fewerPropertiesThan(name, minProperties, count));
    }
    if (maxProperties !== undefined && count > maxProperties) {
      out.add(violations.morePropertiesThan(name, maxProperties, count));
    }
  }
  if (additionalProperties !== undefined && additionalProperties !== true) {
    const values = valuesOf(schema);
    for (const key of Object.keys(value)) {
      if (fieldOf(schema, key)) continue;
      if (values) out.merge(descend.field(key, values, `${name}.${key}`, value[key]));
      else out.add(violations.forbiddenProperty(name, key));
    }
  }
  if (properties) {
    const prefix = name === '' ? '' : `${name}.`;
    for (const key of Object.keys(properties)) {
      if (Object.hasOwn(value, key)) {
        out.merge(descend.field(key, properties[key]!, prefix + key, value[key]));
      }
    }
  }
  for (const key of required ?? []) {
    if (!Object.hasOwn(value, key)) out.add(violations.missing(`${name}.${key}`));
  }
}

/**
 * What calls cost at run time (cel-go interpreter/runtimecost.go, apiserver pkg/cel/library/cost.go). One unit is about the
 * work of one step; functions that walk strings or lists cost by their sizes. The numbers are part of Kubernetes' interface:
 * an expression that stays within the limit there has to stay within it here.
 */

import { iterate } from './collections.ts';
import { FormatValue } from './libraries/format.ts';
import { codePoints } from './text.ts';
import { ListValue, MapValue, OpaqueValue, OptionalValue, type Value } from './values.ts';
import { work } from './work.ts';

export const STRING_TRAVERSAL = 0.1;
const REGEX_LENGTH = 0.25;
export const LIST_CREATE = 10;
export const MAP_CREATE = 30;
export const STRUCT_CREATE = 40;
const AUTHORIZER_CHECK = 350_000;

type Cost = (args: readonly Value[], result: Value, overload: string) => number;

/** Number of characters, bytes, items or entries; 1 for everything else. */
export function sizeOf(value: Value | undefined): number {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof ListValue || value instanceof MapValue) return value.size();
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof OptionalValue) return value.value === undefined ? 1 : sizeOf(value.value);
  if (value instanceof OpaqueValue) return value.size?.() ?? 1;
  return 1;
}

const traversal = (value: Value | undefined, factor = STRING_TRAVERSAL): number =>
  Math.ceil(sizeOf(value) * factor);

const regexCost = (text: Value | undefined, pattern: Value | undefined): number =>
  Math.ceil((1 + sizeOf(text)) * STRING_TRAVERSAL) * Math.ceil(sizeOf(pattern) * REGEX_LENGTH);

const encoder = new TextEncoder();

/** Walks a value to its leaves. */
function treeCost(value: Value): number {
  work();
  if (typeof value === 'string') return Math.trunc(encoder.encode(value).length * STRING_TRAVERSAL);
  if (value instanceof Uint8Array) return Math.trunc(value.length * STRING_TRAVERSAL);
  let cost = 0;
  if (value instanceof ListValue) {
    for (const item of iterate(value)) cost += treeCost(item);
    return cost;
  }
  if (!(value instanceof MapValue)) return 1;
  for (const key of value.keys()) cost += treeCost(key) + treeCost(value.find(key)!);
  return cost;
}

/** A selector is parsed, and then held as a list of requirements. */
function selectorCost(selector: Value | undefined): number {
  const length = sizeOf(selector);
  const requirements = Math.ceil(length * 0.5);
  return LIST_CREATE + Math.ceil(length * STRING_TRAVERSAL) + requirements * (LIST_CREATE + STRUCT_CREATE);
}

const one: Cost = () => 1;
const walkFirst: Cost = ([first]) => traversal(first);
const walkFirstTwice: Cost = ([first]) => traversal(first, 2 * STRING_TRAVERSAL);
const walkTree: Cost = ([first]) => (first === undefined ? 0 : treeCost(first));
const same = (cost: Cost, names: string): [string, Cost][] => names.split(' ').map((name) => [name, cost]);

function containsCost(args: readonly Value[], parsesString: boolean): number {
  const base = Math.ceil(2 * sizeOf(args[0]) * STRING_TRAVERSAL);
  return base + (parsesString ? traversal(args[1]) : 0);
}

/** The check of a format is as dear as that of the expression it stands for. */
function validateCost([format, text]: readonly Value[]): number {
  if (!(format instanceof FormatValue)) return 1;
  return Math.ceil((1 + sizeOf(text)) * STRING_TRAVERSAL) * Math.ceil(format.regexSize * REGEX_LENGTH);
}

/** By function name: the ones of Kubernetes' own libraries, whatever the overload. */
const byFunction = new Map<string, Cost>([
  ['check', () => AUTHORIZER_CHECK],
  ...same(one, 'serviceAccount path group resource subresource namespace name allowed reason error errored'),
  ...same(([, selector]) => selectorCost(selector), 'fieldSelector labelSelector'),
  ...same(walkTree, 'isSorted sum max min indexOf lastIndexOf'),
  ...same(walkFirst, 'url lowerAscii upperAscii substring trim jsonpatch.escapeKey'),
  ...same(walkFirstTwice, 'replace split ip.isCanonical'),
  ['join', (_args, result) => traversal(result, 2 * STRING_TRAVERSAL)],
  ...same(([text, pattern]) => regexCost(text, pattern), 'find findAll'),
  ...same(walkFirst, 'cidr isIP isCIDR quantity isQuantity semver isSemver'),
  ['ip', ([first], _result, overload) => (overload === 'cidr_ip' ? 1 : traversal(first))],
  ...same(
    one,
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast',
  ),
  ['containsIP', (args, _result, overload) => containsCost(args, overload === 'cidr_contains_ip_string')],
  [
    'containsCIDR',
    (args, _result, overload) =>
      containsCost(args, overload === 'cidr_contains_cidr_string') + traversal(args[0]) + 1,
  ],
  ...same(
    one,
    'format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch',
  ),
  ['validate', validateCost],
  ...same(one, 'getScheme getHostname getHost getPort getEscapedPath getQuery'),
]);

/** Work per element, the call itself, and the list it makes. */
const listCost = (factor: number, size: number): number => Math.trunc(size * factor) + 1 + LIST_CREATE;

/** Every element is compared with every other. */
function selfCompareCost(list: Value | undefined): number {
  const first = list instanceof ListValue && list.size() > 0 ? list.at(0) : undefined;
  const factor = typeof first === 'string' || first instanceof Uint8Array ? 2 + STRING_TRAVERSAL : 2;
  return listCost(factor, first === undefined ? 0 : sizeOf(list) ** 2);
}

const COMPARABLE =
  'bool bytes double int string uint google.protobuf.Duration google.protobuf.Timestamp'.split(' ');

/** The lists and sets of cel-go: these count only when the overload is known. */
const collections: readonly [string, Cost][] = [
  ...same((_args, result) => listCost(1, sizeOf(result)), 'list_slice lists_range list_reverse'),
  ...same(
    ([list, depth = 1n]) => listCost(Number(depth as bigint), sizeOf(list)),
    'list_flatten list_flatten_int',
  ),
  ['list_distinct', ([list]) => selfCompareCost(list)],
  ...COMPARABLE.map((type): [string, Cost] => [`list_${type}_sort`, ([list]) => selfCompareCost(list)]),
  ...COMPARABLE.map((type): [string, Cost] => [
    `list_${type}_sortByAssociatedKeys`,
    ([, keys]) => selfCompareCost(keys),
  ]),
  ...same(([a, b]) => 1 + sizeOf(a) * sizeOf(b), 'list_sets_contains_list list_sets_intersects_list'),
  ['list_sets_equivalent_list', ([a, b]) => 1 + 2 * sizeOf(a) * sizeOf(b)],
];

const smaller = ([a, b]: readonly Value[]): number =>
  Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * STRING_TRAVERSAL);

/** By overload, where the checker could tell it: cel-go's own. */
const byOverload = new Map<string, Cost>([
  ...same(
    walkFirst,
    'starts_with_string ends_with_string string_to_bytes bytes_to_string strings_quote string_format',
  ),
  ['in_list', ([, list]) => sizeOf(list)],
  ...same(
    smaller,
    'less_string greater_string less_equals_string greater_equals_string less_bytes greater_bytes less_equals_bytes greater_equals_bytes',
  ),
  ...same(([a, b]) => Math.ceil((sizeOf(a) + sizeOf(b)) * STRING_TRAVERSAL), 'add_string add_bytes'),
  ['matches_string', ([text, pattern]) => regexCost(text, pattern)],
  ['contains_string', ([text, part]) => traversal(text) * traversal(part)],
]);

/** `a == b` and `a != b`. */
export function equalityCost(a: Value, b: Value): number {
  if (a instanceof OpaqueValue) return 1;
  return Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * STRING_TRAVERSAL);
}

const trackers = new Map(collections);

/** What a call of a function costs; `overload` is empty when only the values decide it. */
export function callCost(name: string, overload: string): Cost {
  return trackers.get(overload) ?? byFunction.get(name) ?? byOverload.get(overload) ?? one;
}

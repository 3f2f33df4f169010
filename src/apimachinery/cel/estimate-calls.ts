/**
 * What calls may cost at most, by function. The numbers are part of Kubernetes' interface: they decide which rules a
 * CustomResourceDefinition may have. Sources: apiserver pkg/cel/library/cost.go (EstimateCallCost), cel-go ext/{lists,sets}.go
 * and checker/cost.go (functionCost).
 */

import { LIST_CREATE, STRING_TRAVERSAL, STRUCT_CREATE } from './cost.ts';
import type { Sized } from './estimate.ts';
import { fixed, MAX_COST, plus, type Range, range, times, timesFactor, UNKNOWN } from './estimate-range.ts';
import { type CelType, isExactType } from './types.ts';

export interface Estimate {
  readonly cost: Range;
  /** Of the result, where it has one. */
  readonly size?: Range | undefined;
}

type SizeAt = (node: Sized) => Range | undefined;

interface CallSite {
  readonly id: string;
  readonly target: Sized | undefined;
  readonly args: readonly Sized[];
  /** Known from the expression or from the schema; else anything. */
  readonly size: (node: Sized) => Range;
  /** Known from the expression alone. */
  readonly known: (node: Sized) => Range;
}

/** Undefined: the function has nothing to say for these arguments. */
type Rule = (call: CallSite) => Estimate | undefined;

const REGEX_LENGTH = 0.25;
const MAX_FORMAT_SIZE = 64;
const MAX_FORMAT_REGEX_SIZE = 128;
const ONE = fixed(1);
const walk = (size: Range, factor = 1): Range => timesFactor(size, factor * STRING_TRAVERSAL);
const free: Rule = () => ({ cost: ONE });

/** Walks its first argument so many times. */
const walksArgument =
  (factor = 1): Rule =>
  ({ args: [first], size }) =>
    first && { cost: walk(size(first), factor) };

const regexCost = (text: Range, pattern: Range): Range =>
  times(walk(plus(text, ONE)), timesFactor(pattern, REGEX_LENGTH));

/** The items of a list, as far as their type or their place is known. */
function itemsOf({ type, path }: Sized): Sized | undefined {
  const item = type?.params[0];
  if (!item) return undefined;
  return {
    expr: undefined,
    type: item,
    path: path.length > 0 ? path.copy().append('@items') : path,
    size: undefined,
  };
}

const comparesItems: Rule = ({ target, size }) => {
  if (!target) return undefined;
  const items = itemsOf(target);
  // Strings have the same functions.
  if (!items) return { cost: walk(size(target)) };
  const text = items.type?.kind === 'string' || items.type?.kind === 'bytes';
  return { cost: times(size(target), text ? plus(ONE, walk(size(items))) : ONE) };
};

const selector: Rule = ({ args: [first], size }) => {
  if (!first) return undefined;
  const length = size(first);
  const requirements = timesFactor(timesFactor(length, 0.5), LIST_CREATE + STRUCT_CREATE);
  return { cost: plus(fixed(LIST_CREATE), walk(length), requirements) };
};

/** Walks a string and makes one of the same size. */
const copiesTarget: Rule = ({ target, size }) => target && { cost: walk(size(target)), size: size(target) };
const copiesArgument: Rule = ({ args: [first], size }) =>
  first && { cost: walk(size(first)), size: size(first) };

const replace: Rule = ({ target, args: [from, to], size }) => {
  if (!target || !from || !to) return undefined;
  const [text, old, next] = [size(target), size(from), size(to)];
  let [countMax, keptMax, countMin, keptMin] = [0, 0, 0, 0];
  // Nothing is replaced by putting the replacement around every character.
  if (old.min === 0) [countMax, keptMax] = [Math.min(text.max + 1, MAX_COST), text.max];
  else if (next.max <= old.min) keptMax = text.max;
  else countMax = Math.ceil(text.max / old.min);
  if (old.max === 0) [countMin, keptMin] = [Math.min(text.min + 1, MAX_COST), text.min];
  else if (old.max <= next.min) keptMin = text.min;
  else countMin = Math.ceil(text.min / old.max);
  const result = plus(times(range(countMin, countMax), next), range(keptMin, keptMax));
  return { cost: walk(text, 2), size: result };
};

const split: Rule = ({ target, args, size }) => {
  if (!target) return undefined;
  const text = size(target);
  const limit = args[1]?.expr?.kind === 'const' ? args[1].expr.value : undefined;
  const max = typeof limit === 'bigint' ? (limit < 0n ? MAX_COST : Number(limit)) : text.max;
  return { cost: walk(text, 2), size: range(0, max) };
};

const join: Rule = ({ target, args: [separator], size }) => {
  if (!target) return undefined;
  const count = size(target);
  const items = itemsOf(target);
  let total = items ? times(count, size(items)) : fixed(0);
  if (separator) {
    const between = range(Math.max(count.min - 1, 0), Math.max(count.max - 1, 0));
    total = plus(total, times(size(separator), between));
  }
  return { cost: walk(total), size: total };
};

const find: Rule = ({ target, args: [pattern], size }) => {
  if (!target || !pattern) return undefined;
  const text = size(target);
  return { cost: regexCost(text, size(pattern)), size: range(0, text.max) };
};

/** Addresses have four bytes or sixteen. */
const ADDRESS = range(4, 16);
const containsAddress =
  (parsed: string, more: Range): Rule =>
  ({ id, args: [first], size }) => {
    if (!first) return undefined;
    const cost = plus(walk(plus(ADDRESS, ADDRESS)), more);
    return { cost: id === parsed ? plus(cost, walk(size(first))) : cost };
  };

const validate: Rule = ({ args: [first], size }) =>
  first && { cost: timesFactor(walk(size(first)), MAX_FORMAT_REGEX_SIZE * REGEX_LENGTH) };

const ip: Rule = (call) => (call.id === 'cidr_ip' ? { cost: ONE } : walksArgument()(call));

const CHEAP_EQUALITY = new Set(['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver']);

const equalsOf = (type: CelType, rhs: Sized): Range | undefined => {
  if (CHEAP_EQUALITY.has(type.name) || type.name.startsWith('kubernetes.authorization.')) return ONE;
  if (type.name === 'kubernetes.NamedFormat') return walk(range(1, MAX_FORMAT_SIZE));
  if (type.name === 'kubernetes.URL') return walk(range(1, rhs.size?.max ?? 1));
  return undefined;
};

const equals: Rule = ({ args: [lhs, rhs] }) => {
  if (!lhs?.type || !rhs?.type || !isExactType(lhs.type, rhs.type)) return undefined;
  const cost = equalsOf(lhs.type, rhs);
  return cost && { cost };
};

/** By name, of Kubernetes' libraries and of strings. */
const FUNCTIONS: Readonly<Record<string, Rule>> = {
  check: () => ({ cost: fixed(350_000) }),
  fieldSelector: selector,
  labelSelector: selector,
  url: copiesArgument,
  'jsonpatch.escapeKey': copiesArgument,
  replace,
  split,
  join,
  find,
  findAll: find,
  ip,
  'ip.isCanonical': walksArgument(2),
  containsIP: containsAddress('cidr_contains_ip_string', fixed(0)),
  containsCIDR: containsAddress('cidr_contains_cidr_string', plus(walk(ADDRESS), ONE)),
  validate,
  '_==_': equals,
  ...each('isSorted sum max min indexOf lastIndexOf', comparesItems),
  ...each('lowerAscii upperAscii substring trim', copiesTarget),
  ...each('cidr isIP isCIDR quantity isQuantity semver isSemver', walksArgument()),
  ...each(
    'serviceAccount path group resource subresource namespace name allowed reason error errored ' +
      'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast ' +
      'format.named sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub ' +
      'major minor patch getScheme getHostname getHost getPort getEscapedPath getQuery',
    free,
  ),
};

function each(names: string, rule: Rule): Record<string, Rule> {
  return Object.fromEntries(names.split(' ').map((name) => [name, rule]));
}

/** A call that makes a list. */
const makesList = (factor: number, size: Range): Estimate => ({
  cost: plus(timesFactor(size, factor), ONE, fixed(LIST_CREATE)),
  size,
});

const integerOf = (node: Sized | undefined, otherwise: number): number => {
  const value = node?.expr?.kind === 'const' ? node.expr.value : undefined;
  return typeof value === 'bigint' ? (value < 0n ? otherwise : Number(value)) : otherwise;
};

const sets =
  (factor: number): Rule =>
  ({ args: [a, b], size }) =>
    a && b && { cost: plus(timesFactor(times(size(a), size(b)), factor), ONE) };

const compares: Rule = ({ args: [lhs, rhs], known }) => {
  if (!lhs || !rhs) return undefined;
  const max = Math.min(known(lhs).max, known(rhs).max);
  return { cost: walk(range(max > 0 ? 1 : 0, max)) };
};

/** By overload, of the standard library and of cel-go's extensions. */
const OVERLOADS: Readonly<Record<string, Rule>> = {
  list_sets_contains_list: sets(1),
  list_sets_intersects_list: sets(1),
  list_sets_equivalent_list: sets(2),
  list_slice({ target, args: [from, to], size }) {
    if (!target || !from || !to) return undefined;
    const count = integerOf(to, size(target).max) - integerOf(from, 0);
    return makesList(1, fixed(count < 0 ? MAX_COST : count));
  },
  list_reverse: ({ target, size }) => target && makesList(1, size(target)),
  list_flatten: ({ target, size }) => target && makesList(1, size(target)),
  list_flatten_int: ({ target, args: [depth], size }) =>
    target && makesList(integerOf(depth, MAX_COST), size(target)),
  lists_range: ({ args: [count] }) => makesList(1, fixed(integerOf(count, MAX_COST))),
  list_distinct: ({ target, size }) => target && makesList(2, times(size(target), size(target))),
  string_format: ({ target, known }) => target && { cost: walk(known(target)) },
  string_to_bytes({ args: [first], known }) {
    const text = first && known(first);
    return text && { cost: walk(text), size: range(text.min, Math.min(text.max * 4, MAX_COST)) };
  },
  bytes_to_string({ args: [first], known }) {
    const bytes = first && known(first);
    return bytes && { cost: walk(bytes), size: range(Math.trunc(bytes.min / 4), bytes.max) };
  },
  strings_quote({ args: [first], known }) {
    const text = first && known(first);
    return text && { cost: walk(text), size: range(text.min + 2, Math.min(text.max * 2 + 2, MAX_COST)) };
  },
  starts_with_string: ({ args: [first], known }) => first && { cost: walk(known(first)) },
  ends_with_string: ({ args: [first], known }) => first && { cost: walk(known(first)) },
  in_list: ({ args: [, list], known }) => list && { cost: known(list) },
  matches_string: ({ target, args: [pattern], known }) =>
    target && pattern && { cost: regexCost(known(target), known(pattern)) },
  contains_string: ({ target, args: [part], known }) =>
    target && part && { cost: times(walk(known(target)), walk(known(part))) },
  ...each(
    'less_string greater_string less_equals_string greater_equals_string ' +
      'less_bytes greater_bytes less_equals_bytes greater_equals_bytes equals not_equals',
    compares,
  ),
};

/** `sort` of comparable items, and `sortBy` of keys for them. */
const sorts: Rule = ({ id, target, args: [keys], size }) => {
  const match = /^list_(.+)_sort(ByAssociatedKeys)?$/.exec(id);
  const list = match?.[2] ? keys : target;
  if (!match || !target || !list) return undefined;
  const text = match[1] === 'string' || match[1] === 'bytes';
  return makesList(text ? 2 + STRING_TRAVERSAL : 2, times(size(list), size(list)));
};

/** The cost of a call besides that of its arguments; undefined where the general rule holds. */
export function estimateCall(
  name: string,
  id: string,
  target: Sized | undefined,
  args: readonly Sized[],
  sizeAt: SizeAt,
): Estimate | undefined {
  const known = (node: Sized): Range => node.size ?? UNKNOWN;
  const call: CallSite = { id, target, args, known, size: (node) => node.size ?? sizeAt(node) ?? UNKNOWN };
  const extension = id.startsWith('list')
    ? Object.hasOwn(OVERLOADS, id)
      ? OVERLOADS[id]!(call)
      : sorts(call)
    : undefined;
  if (extension) return extension;
  const byName = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]!(call) : undefined;
  return byName ?? (Object.hasOwn(OVERLOADS, id) ? OVERLOADS[id]!(call) : undefined);
}

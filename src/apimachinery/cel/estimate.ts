/**
 * What an expression may cost at most, from its tree and from the bounds its schema sets: expressions whose worst case is too
 * dear are refused before they are ever run. Sources: cel-go checker/cost.go, ext/{lists,sets}.go; apiserver
 * pkg/cel/library/cost.go (EstimateCallCost). Costs are numbers up to 2^64, where they saturate.
 */

import type { Call, Comprehension, Expr } from './ast.ts';
import { check } from './checker.ts';
import { LIST_CREATE, MAP_CREATE, STRING_TRAVERSAL, STRUCT_CREATE } from './cost.ts';
import type { Environment } from './environment.ts';
import { type Estimate, estimateCall } from './estimate-calls.ts';
import {
  fixed,
  MAX_COST,
  plus,
  type Range,
  range,
  times,
  timesFactor,
  union,
  UNKNOWN,
} from './estimate-range.ts';
import { parse } from './parser.ts';
import { codePoints } from './text.ts';
import { type CelType, isOptional } from './types.ts';

/**
 * The most an expression can cost.
 * @param root the type of its variable, with the bounds of its parts. A map may have a struct, too: the values under names
 *   that are selected (`map.name`), of which nothing else is known.
 * @param variable the one that has this type; default: all have it.
 * @returns undefined for what does not compile.
 */
export function estimateCost(
  source: string,
  env: Environment,
  root: CelType,
  variable?: string,
): number | undefined {
  const parsed = parse(source, env.macros);
  if (!parsed.ok || check(parsed.expr, env).length > 0) return undefined;
  return new Coster(root, variable).cost(parsed.expr).max;
}

/**
 * A way from a variable to a value: its name, then names of fields, `@items`, `@values`, `@keys`.
 *
 * Paths share their storage as Go's slices do: of two that lengthen one and the same path, the later one may write over the
 * last step of the earlier. Upstream then reads the size of the wrong field, and which rules are too dear depends on it.
 */
class Path {
  static readonly none = new Path([], 0);
  readonly length: number;
  readonly #steps: (string | undefined)[];

  private constructor(steps: (string | undefined)[], length: number) {
    this.#steps = steps;
    this.length = length;
  }

  static of(name: string): Path {
    return new Path([name], 1);
  }

  get first(): string | undefined {
    return this.length > 0 ? this.#steps[0] : undefined;
  }

  /** The steps behind the variable. */
  get rest(): readonly (string | undefined)[] {
    return this.#steps.slice(1, this.length);
  }

  append(step: string): Path {
    let steps = this.#steps;
    if (this.length === steps.length) {
      steps = new Array<string | undefined>(Math.max(steps.length * 2, 1)).fill(undefined);
      for (let i = 0; i < this.length; i++) steps[i] = this.#steps[i];
    }
    steps[this.length] = step;
    return new Path(steps, this.length + 1);
  }

  /** With storage of its own. */
  copy(): Path {
    return new Path(this.#steps.slice(0, this.length), this.length);
  }
}

/** What is known of the items or entries of a value. */
interface EntrySize {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

interface Local {
  readonly path: Path;
  readonly size: Range | undefined;
  readonly entries: EntrySize | undefined;
}

/** An argument, as far as its size is known. */
export interface Sized {
  readonly expr: Expr | undefined;
  readonly type: CelType | undefined;
  readonly path: Path;
  /** Known from the expression. */
  readonly size: Range | undefined;
}

/** The checker resolves it without an overload. */
const OPTIONAL_SELECT = [{ id: 'select_optional_field' }];
const ONE = fixed(1);
const NOTHING = fixed(0);
const ACCUMULATORS = new Set(['__result__', '@result']);
const SCALARS = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);
const isScalar = (type: CelType | undefined): boolean =>
  type !== undefined && (SCALARS.has(type.kind) || (isOptional(type) && isScalar(type.params[0])));

/** Estimates one expression. */
export class Coster {
  readonly #root: CelType;
  readonly #variable: string | undefined;
  readonly #paths = new Map<Expr, Path>();
  readonly #sizes = new Map<Expr, Range>();
  readonly #entries = new Map<Expr, EntrySize>();
  readonly #locals = new Map<string, Local[]>();

  constructor(root: CelType, variable?: string) {
    this.#root = root;
    this.#variable = variable;
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'const':
        return NOTHING;
      case 'ident':
        this.#paths.set(expr, this.#local(expr.name)?.path ?? Path.of(expr.name));
        return ONE;
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return plus(fixed(STRUCT_CREATE), ...expr.fields.map(({ value }) => this.cost(value)));
      case 'comprehension':
        return isBind(expr) ? this.#bind(expr) : this.#comprehension(expr);
    }
  }

  /** What the schema says of the size of the value a path leads to. */
  sizeAt(path: Path): Range | undefined {
    if (path.length === 0) return undefined;
    if (this.#variable !== undefined && path.first !== this.#variable) return undefined;
    let type: CelType | undefined = this.#root;
    for (const name of path.rest) {
      if (name === '@items' || name === '@values') type = type.params[type.kind === 'map' ? 1 : 0];
      else if (name === '@keys') type = type.kind === 'map' ? type.params[0] : undefined;
      else type = type.struct?.field(name ?? '')?.type;
      if (type === undefined) return undefined;
    }
    return range(0, type.place?.maxElements ?? 0);
  }

  #select(expr: Extract<Expr, { kind: 'select' }>): Range {
    if (expr.variable !== undefined) {
      this.#paths.set(expr, Path.of(expr.variable));
      return ONE;
    }
    const operand = this.cost(expr.operand);
    if (expr.test) return operand;
    this.#paths.set(expr, this.#path(expr.operand).append(expr.field));
    const kind = expr.operand.type?.kind;
    return kind === 'map' || kind === 'struct' || kind === 'param' ? plus(operand, ONE) : operand;
  }

  #call(expr: Call): Range {
    const { args, target } = expr;
    const overloads = expr.name === '_?._' ? OPTIONAL_SELECT : (expr.overloads ?? []);
    if (expr.name === 'dyn' && args[0]) {
      const argument = this.cost(args[0]);
      this.#copySizes(expr, args[0]);
      return plus(ONE, argument);
    }
    const argCosts = args.map((arg) => this.cost(arg));
    const sized = args.map((arg) => this.#sized(arg));
    if (overloads.length === 0) return NOTHING;
    const before = target ? this.cost(target) : NOTHING;
    const sizedTarget = target && this.#sized(target);
    let cost = range(MAX_COST, 0);
    let size: Range | undefined;
    for (const { id } of overloads) {
      const estimate = this.#overload(expr, id, sizedTarget, sized, argCosts);
      cost = union(cost, estimate.cost);
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size;
      if ((id === 'index_list' || id === 'index_map') && args[0]) {
        size = this.#entrySize(args[0])?.value;
        this.#paths.set(expr, this.#path(args[0]).append(id === 'index_list' ? '@items' : '@values'));
      }
      size ??= this.#size(expr);
    }
    if (size) this.#sizes.set(expr, size);
    return plus(before, cost);
  }

  #overload(
    expr: Call,
    id: string,
    target: Sized | undefined,
    args: readonly Sized[],
    argCosts: readonly Range[],
  ): Estimate {
    const sum = plus(...argCosts);
    const known = estimateCall(expr.name, id, target, args, (node) => this.sizeAt(node.path));
    if (known) return { ...known, cost: plus(known.cost, sum) };
    const size = (index: number): Range => args[index]?.size ?? UNKNOWN;
    switch (id) {
      case 'logical_or':
      case 'logical_and':
        return { cost: range(argCosts[0]!.min, sum.max) };
      case 'conditional': {
        this.#joinEntries(expr, args[1]?.expr, args[2]?.expr);
        const cost = plus(argCosts[0]!, union(argCosts[1]!, argCosts[2]!));
        return { cost, size: union(size(1), size(2)) };
      }
      case 'add_list': {
        this.#joinEntries(expr, args[0]?.expr, args[1]?.expr);
        return { cost: plus(ONE, sum), size: plus(size(0), size(1)) };
      }
      case 'add_string':
      case 'add_bytes': {
        const total = plus(size(0), size(1));
        return { cost: plus(timesFactor(total, STRING_TRAVERSAL), sum), size: total };
      }
    }
    return { cost: plus(ONE, sum) };
  }

  #joinEntries(expr: Expr, a: Expr | undefined, b: Expr | undefined): void {
    const [left, right] = [a && this.#entrySize(a), b && this.#entrySize(b)];
    if (!left || !right) return;
    const key = union(left.key, right.key);
    this.#entries.set(expr, { container: left.container, key, value: union(left.value, right.value) });
  }

  #list(expr: Extract<Expr, { kind: 'list' }>): Range {
    let value = range(expr.elements.length === 0 ? 0 : MAX_COST, 0);
    let cost = fixed(LIST_CREATE);
    for (const element of expr.elements) {
      cost = plus(cost, this.cost(element));
      value = union(value, this.#size(element) ?? UNKNOWN);
    }
    this.#entries.set(expr, { container: 'list', key: ONE, value });
    return cost;
  }

  #map(expr: Extract<Expr, { kind: 'map' }>): Range {
    const none = range(expr.entries.length === 0 ? 0 : MAX_COST, 0);
    let [key, value] = [none, none];
    let cost = fixed(MAP_CREATE);
    for (const entry of expr.entries) {
      cost = plus(cost, this.cost(entry.key), this.cost(entry.value));
      key = union(key, this.#size(entry.key) ?? UNKNOWN);
      value = union(value, this.#size(entry.value) ?? UNKNOWN);
    }
    this.#entries.set(expr, { container: 'map', key, value });
    return cost;
  }

  #comprehension(expr: Comprehension): Range {
    const { range: over, init, variable, variable2, accumulator } = expr;
    const before = plus(this.cost(over), this.cost(init));
    this.#push(accumulator, this.#localOf(init));
    const entries = this.#entrySize(over);
    const list = (entries?.container ?? over.type?.kind) === 'list';
    const path = this.#path(over);
    const local = (step: string, size: Range | undefined): Local => ({
      path: path.append(step),
      size,
      entries: undefined,
    });
    if (variable2 !== undefined) {
      this.#push(variable, local(list ? '@indices' : '@keys', entries?.key));
      this.#push(variable2, local(list ? '@items' : '@values', entries?.value));
    } else this.#push(variable, list ? local('@items', entries?.value) : local('@keys', entries?.key));
    const loop = plus(this.cost(expr.condition), this.cost(expr.step));
    this.#pop(variable);
    if (variable2 !== undefined) this.#pop(variable2);
    const after = this.cost(expr.result);
    this.#pop(accumulator);
    const count = this.#size(over) ?? UNKNOWN;
    if (init.kind === 'const') this.#copySize(expr, init);
    else if (init.kind === 'list' || init.kind === 'map') {
      this.#sizes.set(expr, count);
      const step = this.#entrySize(expr.step);
      if (step) this.#entries.set(expr, step);
    }
    return plus(before, after, times(count, loop));
  }

  #bind(expr: Comprehension): Range {
    const before = plus(this.cost(expr.range), this.cost(expr.init));
    this.#push(expr.accumulator, this.#localOf(expr.init));
    const after = this.cost(expr.result);
    this.#pop(expr.accumulator);
    this.#copySizes(expr, expr.result);
    return plus(before, after);
  }

  #localOf(expr: Expr): Local {
    return { path: this.#path(expr), size: this.#size(expr), entries: this.#entrySize(expr) };
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name);
    if (stack) stack.push(local);
    else this.#locals.set(name, [local]);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #path(expr: Expr): Path {
    const local = expr.kind === 'ident' ? this.#local(expr.name) : undefined;
    return local?.path ?? this.#paths.get(expr) ?? Path.none;
  }

  #sized(expr: Expr): Sized {
    const path = this.#path(expr);
    const hidden = path.first !== undefined && ACCUMULATORS.has(path.first);
    return { expr, type: expr.type, path: hidden ? Path.none : path, size: this.#size(expr) };
  }

  #size(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? literalSize(expr);
    if (known) return known;
    const declared = this.sizeAt(this.#path(expr));
    if (declared) {
      this.#sizes.set(expr, declared);
      return declared;
    }
    if (isScalar(expr.type)) return ONE;
    return expr.kind === 'ident' ? this.#local(expr.name)?.size : undefined;
  }

  #entrySize(expr: Expr): EntrySize | undefined {
    const known = this.#entries.get(expr);
    return known ?? (expr.kind === 'ident' ? this.#local(expr.name)?.entries : undefined);
  }

  #copySize(to: Expr, from: Expr): void {
    const size = this.#size(from);
    if (size) this.#sizes.set(to, size);
  }

  #copySizes(to: Expr, from: Expr): void {
    this.#copySize(to, from);
    const entries = this.#entrySize(from);
    if (entries) this.#entries.set(to, entries);
  }
}

/** `cel.bind`: a loop over nothing that only names a value. */
const isBind = ({ range: over, condition, accumulator }: Comprehension): boolean =>
  over.kind === 'list' &&
  over.elements.length === 0 &&
  condition.kind === 'const' &&
  condition.value === false &&
  accumulator !== '__result__';

function literalSize(expr: Expr): Range | undefined {
  if (expr.kind === 'list') return fixed(expr.elements.length);
  if (expr.kind === 'map') return fixed(expr.entries.length);
  if (expr.kind !== 'const') return undefined;
  const { value } = expr;
  if (typeof value === 'string') return fixed(codePoints(value));
  return fixed(value instanceof Uint8Array ? value.length : 1);
}

/**
 * Running: a checked tree becomes closures once, and these run for every evaluation. The cost is counted on the way exactly
 * as cel-go's observers count it (interpreter/runtimecost.go): one for a variable, one for each selection or index, what
 * cost.ts says for a call; constants and the logical operators are free.
 */

import { add, divide, modulo, multiply, subtract } from './arithmetic.ts';
import { adapt } from './adapt.ts';
import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select, StructExpr } from './ast.ts';
import { ArrayList, EntryMap, itemsOf, keyOf, makeMap, MutableList, MutableMap } from './collections.ts';
import { callCost, equalityCost, LIST_CREATE, MAP_CREATE, STRUCT_CREATE } from './cost.ts';
import { dispatch } from './dispatch.ts';
import type { CallContext, Environment } from './environment.ts';
import { compare, equal, noSuchOverload } from './equality.ts';
import { CelError } from './errors.ts';
import { qualify } from './qualify.ts';
import { compileRegex } from './regex.ts';
import { display, typeName } from './text.ts';
import type { CelType } from './types.ts';
import { ListValue, MapValue, OptionalValue, TypeValue, Uint, type Value } from './values.ts';

/** What one evaluation knows. */
export class Frame implements CallContext {
  cost = 0;
  readonly #limit: number;
  readonly #activation: Readonly<Record<string, unknown>>;
  /** Local variables; a CelError where evaluating one failed, undefined before it is evaluated. */
  readonly locals: (Value | CelError | undefined)[];
  readonly #variables: (Value | undefined)[];

  constructor(activation: Readonly<Record<string, unknown>>, plan: Plan, limit: number) {
    this.#activation = activation;
    this.#limit = limit;
    this.locals = new Array(plan.locals).fill(undefined);
    this.#variables = new Array(plan.variables).fill(undefined);
  }

  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw new CelError('operation cancelled: actual cost limit exceeded', true);
  }

  require(cost: number): void {
    if (this.cost + cost > this.#limit) {
      throw new CelError('operation cancelled: actual cost limit exceeded', true);
    }
  }

  variable(index: number, name: string, type: CelType): Value {
    const known = this.#variables[index];
    if (known !== undefined) return known;
    if (!Object.hasOwn(this.#activation, name)) throw new CelError(`no such attribute(s): ${name}`);
    const given = this.#activation[name];
    const value = adapt(typeof given === 'function' ? given() : given, type);
    this.#variables[index] = value;
    return value;
  }
}

type Eval = (frame: Frame) => Value;

/** The program of a node. */
interface Node {
  readonly eval: Eval;
  /** The value, where it is known already. */
  readonly constant?: Value;
  /** Paths (`a.b[0]`): the same without the cost of reading it as a whole, which is charged once at its end. */
  readonly resolve?: Eval;
  /** Paths that begin with a condition are free at their end. */
  readonly free?: boolean;
}

export interface Plan {
  readonly eval: Eval;
  readonly locals: number;
  readonly variables: number;
  /** Names of the variables the expression reads. */
  readonly names: ReadonlySet<string>;
}

/** A program that cannot be made: a constant that fails to convert. */
export class PlanError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

interface Scope {
  readonly name: string;
  readonly slot: number;
  readonly init?: Eval;
  readonly outer: Scope | undefined;
}

const OPERATORS: ReadonlyMap<string, (a: Value, b: Value) => Value> = new Map([
  ['_+_', add],
  ['_-_', subtract],
  ['_*_', multiply],
  ['_/_', divide],
  ['_%_', modulo],
  ['_<_', (a, b) => compare(a, b) < 0],
  ['_<=_', (a, b) => compare(a, b) <= 0],
  ['_>_', (a, b) => compare(a, b) > 0],
  ['_>=_', (a, b) => compare(a, b) >= 0],
] as [string, (a: Value, b: Value) => Value][]);

/** Whether cel-go looks at an operand of this type at all before it refuses: it names the operator when not. */
function refuses(name: string, operand: Value): boolean {
  const types = OPERANDS.get(name);
  if (types === undefined) return false;
  const type = typeName(operand);
  return !types.has(type) && !RECEIVERS.has(type);
}

const typeNames = (text: string) => new Set(text.split(' '));
const TIMES = 'google.protobuf.Duration google.protobuf.Timestamp';
const ORDERED_TYPES = typeNames(`bool bytes double int string uint ${TIMES}`);
const OPERANDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['_+_', typeNames(`bytes double int list string uint ${TIMES}`)],
  ['_-_', typeNames(`double int uint ${TIMES}`)],
  ['_*_', typeNames('double int uint')],
  ['_/_', typeNames('double int uint')],
  ['_%_', typeNames('int uint')],
  ['_<_', ORDERED_TYPES],
  ['_<=_', ORDERED_TYPES],
  ['_>_', ORDERED_TYPES],
  ['_>=_', ORDERED_TYPES],
  ['-_', typeNames('bool double int google.protobuf.Duration')],
  ['size', typeNames('bytes list map string')],
]);
/** Types with methods of their own, which are asked before the operator is refused. */
const RECEIVERS = typeNames(`string ${TIMES}`);

/** A refusal names the operator where cel-go's does. */
function renamed(error: unknown, name: string, operand: Value): unknown {
  const plain = error instanceof CelError && error.message === 'no such overload';
  return plain && refuses(name, operand) ? new CelError(`no such overload: ${name}`) : error;
}

const CONVERSIONS = new Set('bool bytes double dyn duration int string timestamp type uint'.split(' '));

const constant = (value: Value): Node => ({ eval: () => value, constant: value });
const UNLIMITED: CallContext = { charge: () => {}, require: () => {} };
const isConstant = (node: Node): boolean => node.constant !== undefined;

/** How Go names the types that no loop can walk. */
const goName = (value: Value): string => {
  const names: Readonly<Record<string, string>> = {
    string: 'types.String',
    bigint: 'types.Int',
    number: 'types.Double',
    boolean: 'types.Bool',
  };
  if (value === null) return 'types.Null';
  return names[typeof value] ?? (value instanceof Uint ? 'types.Uint' : `types.${value.constructor.name}`);
};

/** Members of a constant list, if `in` can look them up. */
function memberSet(list: Value): Set<unknown> | undefined {
  if (!(list instanceof ListValue)) return undefined;
  const members = new Set<unknown>();
  for (const item of itemsOf(list)) {
    if (typeof item === 'object' && !(item instanceof Uint)) return undefined;
    if (!(typeof item === 'number' && Number.isNaN(item))) members.add(keyOf(item) ?? item);
  }
  return members;
}

class Planner {
  readonly #env: Environment;
  #locals = 0;
  readonly names = new Map<string, number>();

  constructor(env: Environment) {
    this.#env = env;
  }

  get locals(): number {
    return this.#locals;
  }

  plan(expr: Expr, scope: Scope | undefined): Node {
    switch (expr.kind) {
      case 'const':
        return constant(expr.value);
      case 'ident':
        return this.#variable(expr.name, expr.type!, scope);
      case 'select':
        return this.#select(expr, scope);
      case 'call':
        return this.#call(expr, scope);
      case 'list':
        return this.#list(expr, scope);
      case 'map':
        return this.#map(expr, scope);
      case 'struct':
        return this.#struct(expr, scope);
      case 'comprehension':
        return this.#comprehension(expr, scope);
    }
  }

  /** A path: its end costs one. */
  #path(resolve: Eval, free = false): Node {
    if (free) return { eval: resolve, resolve, free };
    return {
      resolve,
      eval: (frame) => {
        const value = resolve(frame);
        frame.charge(1);
        return value;
      },
    };
  }

  #variable(name: string, type: CelType, scope: Scope | undefined): Node {
    for (let local = scope; local !== undefined; local = local.outer) {
      if (local.name !== name) continue;
      const { slot, init } = local;
      return this.#path((frame) => {
        let value = frame.locals[slot];
        if (value === undefined && init !== undefined) {
          try {
            value = init(frame);
          } catch (error) {
            if (!(error instanceof CelError) || error.cancelled) throw error;
            value = error;
          }
          frame.locals[slot] = value;
        }
        if (value instanceof CelError) throw value;
        return value as Value;
      });
    }
    const declared = this.#env.variable(name);
    if (declared === undefined && type.kind === 'type') {
      return constant(new TypeValue(type.params[0]?.name ?? 'type'));
    }
    let index = this.names.get(name);
    if (index === undefined) {
      index = this.names.size;
      this.names.set(name, index);
    }
    const at = index;
    const variableType = declared ?? type;
    return this.#path((frame) => frame.variable(at, name, variableType));
  }

  #select(expr: Select, scope: Scope | undefined): Node {
    if (expr.variable !== undefined) return this.#variable(expr.variable, expr.type!, scope);
    const operand = this.plan(expr.operand, scope);
    const base = operand.resolve ?? operand.eval;
    const { field } = expr;
    if (expr.test) {
      const eval_: Eval = (frame) => {
        const value = base(frame);
        if (value instanceof OptionalValue) {
          if (value.value === undefined) return false;
          if (qualify(value.value, field, true) === undefined) return false;
          frame.charge(1);
          return true;
        }
        frame.charge(1);
        return qualify(value, field, true) !== undefined;
      };
      return { eval: eval_ };
    }
    return this.#qualified(operand, () => field, false);
  }

  /** `operand.key`, `operand[key]` and, when optional, `operand.?key`, `operand[?key]`. */
  #qualified(operand: Node, key: Eval, optional: boolean): Node {
    const base = operand.resolve ?? operand.eval;
    const resolve: Eval = (frame) => {
      const value = base(frame);
      if (!optional && !(value instanceof OptionalValue)) {
        const name = key(frame);
        frame.charge(1);
        return qualify(value, name, false)!;
      }
      const inner = value instanceof OptionalValue ? value.value : value;
      if (inner === undefined) return OptionalValue.none;
      const found = qualify(inner, key(frame), true);
      if (found === undefined) return OptionalValue.none;
      frame.charge(1);
      return new OptionalValue(found);
    };
    return this.#path(resolve, operand.free);
  }

  #index(expr: Call, scope: Scope | undefined, optional: boolean): Node {
    const operand = this.plan(expr.args[0]!, scope);
    const index = this.plan(expr.args[1]!, scope);
    return this.#qualified(operand, index.resolve ?? index.eval, optional);
  }

  #call(expr: Call, scope: Scope | undefined): Node {
    switch (expr.name) {
      case '_[_]':
        return this.#index(expr, scope, false);
      case '_[?_]':
      case '_?._':
        return this.#index(expr, scope, true);
      case '_?:_':
      case '_?_:_':
        return this.#conditional(expr, scope);
      case '_&&_':
        return this.#logical(expr, scope, false);
      case '_||_':
        return this.#logical(expr, scope, true);
      case '@not_strictly_false':
        return this.#notStrictlyFalse(expr, scope);
    }
    const args = (expr.target === undefined ? expr.args : [expr.target, ...expr.args]).map((arg) =>
      this.plan(arg, scope),
    );
    switch (expr.name) {
      case '_==_':
      case '_!=_':
        return this.#equality(args, expr.name === '_==_');
      case '@in': {
        const member = this.#membership(expr, args);
        if (member !== undefined) return member;
        break;
      }
      case 'or':
      case 'orValue':
        if (expr.overloads?.[0]?.id.startsWith('optional_')) return this.#optionalOr(expr, args);
        break;
    }
    const overload = expr.overloads?.length === 1 ? expr.overloads[0]!.id : '';
    const cost = callCost(expr.name, overload);
    const operator = args.length === 2 ? OPERATORS.get(expr.name) : undefined;
    if (operator !== undefined) {
      const [left, right] = [args[0]!.eval, args[1]!.eval];
      const { name } = expr;
      return {
        eval: (frame) => {
          const a = left(frame);
          const b = right(frame);
          let value: Value;
          try {
            value = operator(a, b);
          } catch (error) {
            throw renamed(error, name, a);
          }
          frame.charge(cost([a, b], value, overload));
          return value;
        },
      };
    }
    return this.#function(expr, args);
  }

  #function(expr: Call, args: readonly Node[]): Node {
    const overload = expr.overloads?.length === 1 ? expr.overloads[0]!.id : '';
    const cost = callCost(expr.name, overload);
    const implementation = dispatch(this.#env.function(expr.name)!, expr.overloads ?? []);
    const evals = args.map((arg) => arg.eval);
    const { name } = expr;
    const run: Eval = (frame) => {
      const values = evals.map((arg) => arg(frame));
      let value: Value;
      try {
        value = implementation(values, frame);
      } catch (error) {
        throw renamed(error, name, values[0]!);
      }
      frame.charge(cost(values, value, overload));
      return value;
    };
    const pattern = args[1]?.constant;
    if ((expr.name === 'find' || expr.name === 'findAll') && typeof pattern === 'string') precompile(pattern);
    if (args.length === 1 && CONVERSIONS.has(expr.name) && isConstant(args[0]!)) {
      try {
        return constant(implementation([args[0]!.constant!], UNLIMITED));
      } catch (error) {
        if (error instanceof CelError) throw new PlanError(error.message);
        throw error;
      }
    }
    return { eval: run };
  }

  #equality(args: readonly Node[], positive: boolean): Node {
    const [left, right] = [args[0]!.eval, args[1]!.eval];
    return {
      eval: (frame) => {
        const a = left(frame);
        const b = right(frame);
        const same = equal(a, b);
        frame.charge(equalityCost(a, b));
        return same === positive;
      },
    };
  }

  /** `x in [constants]` is a look-up, and free. */
  #membership(expr: Call, args: readonly Node[]): Node | undefined {
    const list = args[1]!.constant;
    if (expr.overloads?.length !== 1 || expr.overloads[0]!.id !== 'in_list' || list === undefined)
      return undefined;
    const members = memberSet(list);
    if (members === undefined) return undefined;
    if (members.size === 0) return constant(false);
    const value = args[0]!.eval;
    return {
      eval: (frame) => {
        const found = value(frame);
        return members.has(keyOf(found) ?? found);
      },
    };
  }

  /** `or` and `orValue` evaluate their argument only when they need it. */
  #optionalOr(expr: Call, args: readonly Node[]): Node {
    const [left, right] = [args[0]!.eval, args[1]!.eval];
    return {
      eval: (frame) => {
        const value = left(frame);
        if (!(value instanceof OptionalValue)) return value;
        if (value.value !== undefined) return expr.name === 'or' ? value : value.value;
        return right(frame);
      },
    };
  }

  #conditional(expr: Call, scope: Scope | undefined): Node {
    const [condition, yes, no] = expr.args.map((arg) => this.plan(arg, scope)) as [Node, Node, Node];
    const whenTrue = yes.resolve ?? yes.eval;
    const whenFalse = no.resolve ?? no.eval;
    return this.#path((frame) => {
      const value = condition.eval(frame);
      if (typeof value !== 'boolean') throw noSuchOverload();
      return value ? whenTrue(frame) : whenFalse(frame);
    }, true);
  }

  /** `&&` and `||`: one operand that decides is enough, even beside one that fails. */
  #logical(expr: Call, scope: Scope | undefined, deciding: boolean): Node {
    const [left, right] = expr.args.map((arg) => this.plan(arg, scope).eval) as [Eval, Eval];
    return {
      eval: (frame) => {
        let failure: CelError | undefined;
        try {
          const value = left(frame);
          if (value === deciding) return deciding;
          if (typeof value !== 'boolean') failure = noSuchOverload();
        } catch (error) {
          if (!(error instanceof CelError) || error.cancelled) throw error;
          failure = error;
        }
        try {
          const value = right(frame);
          if (value === deciding) return deciding;
          if (typeof value !== 'boolean') failure ??= noSuchOverload();
        } catch (error) {
          if (!(error instanceof CelError) || error.cancelled) throw error;
          failure ??= error;
        }
        if (failure !== undefined) throw failure;
        return !deciding;
      },
    };
  }

  #notStrictlyFalse(expr: Call, scope: Scope | undefined): Node {
    const arg = this.plan(expr.args[0]!, scope).eval;
    return {
      eval: (frame) => {
        let value: Value = true;
        try {
          value = arg(frame);
        } catch (error) {
          if (!(error instanceof CelError) || error.cancelled) throw error;
        }
        frame.charge(1);
        return value !== false;
      },
    };
  }

  #list(expr: ListExpr, scope: Scope | undefined): Node {
    const nodes = expr.elements.map((element) => this.plan(element, scope));
    if (nodes.every(isConstant) && expr.optional.size === 0) {
      return constant(new ArrayList(nodes.map((node) => node.constant!)));
    }
    const evals = nodes.map((node) => node.eval);
    const { optional } = expr;
    return {
      eval: (frame) => {
        const items: Value[] = [];
        for (let index = 0; index < evals.length; index++) {
          const value = evals[index]!(frame);
          if (!optional.has(index)) items.push(value);
          else if (!(value instanceof OptionalValue)) {
            throw new CelError(
              `cannot initialize optional list element from non-optional value ${display(value)}`,
            );
          } else if (value.value !== undefined) items.push(value.value);
        }
        frame.charge(LIST_CREATE);
        return new ArrayList(items);
      },
    };
  }

  #map(expr: MapExpr, scope: Scope | undefined): Node {
    const entries = expr.entries.map(({ key, value, optional }) => ({
      key: this.plan(key, scope),
      value: this.plan(value, scope),
      optional,
    }));
    if (entries.every(({ key, value, optional }) => isConstant(key) && isConstant(value) && !optional)) {
      return constant(makeMap(entries.map(({ key, value }) => [key.constant!, value.constant!] as const)));
    }
    return {
      eval: (frame) => {
        const values: (readonly [Value, Value])[] = [];
        for (const entry of entries) {
          const key = entry.key.eval(frame);
          let value = entry.value.eval(frame);
          if (entry.optional) {
            if (!(value instanceof OptionalValue)) {
              throw new CelError(
                `cannot initialize optional entry '${display(key)}' from non-optional value ${display(value)}`,
              );
            }
            if (value.value === undefined) continue;
            value = value.value;
          }
          values.push([key, value]);
        }
        frame.charge(MAP_CREATE);
        return makeMap(values);
      },
    };
  }

  #struct(expr: StructExpr, scope: Scope | undefined): Node {
    const struct = this.#env.type(expr.name)?.struct;
    const fields = expr.fields.map(({ name, value, optional }) => ({
      name,
      eval: this.plan(value, scope).eval,
      optional,
    }));
    return {
      eval: (frame) => {
        const values = new Map<string, unknown>();
        for (const field of fields) {
          let value = field.eval(frame);
          if (field.optional) {
            if (!(value instanceof OptionalValue)) {
              throw new CelError(
                `cannot initialize optional entry '${field.name}' from non-optional value ${display(value)}`,
              );
            }
            if (value.value === undefined) continue;
            value = value.value;
          }
          values.set(field.name, value);
        }
        if (struct?.construct === undefined) throw new CelError(`unknown type '${expr.name}'`);
        const made = struct.construct(values) as Value;
        frame.charge(STRUCT_CREATE);
        return made;
      },
    };
  }

  #comprehension(expr: Comprehension, scope: Scope | undefined): Node {
    const range = this.plan(expr.range, scope).eval;
    const initial = this.plan(expr.init, scope).eval;
    const accumulator = this.#locals++;
    const init: Eval = (frame) => {
      const value = initial(frame);
      if (value instanceof ListValue && value.size() === 0) return new MutableList();
      if (value instanceof MapValue && value.size() === 0) return new MutableMap();
      return value;
    };
    const inside: Scope = { name: expr.accumulator, slot: accumulator, init, outer: scope };
    const first = this.#locals++;
    let body: Scope = { name: expr.variable, slot: first, outer: inside };
    let second = -1;
    if (expr.variable2 !== undefined) {
      second = this.#locals++;
      body = { name: expr.variable2, slot: second, outer: body };
    }
    const condition = this.plan(expr.condition, body).eval;
    const step = this.plan(expr.step, body).eval;
    const result = this.plan(expr.result, inside).eval;
    return {
      eval: (frame) => {
        const over = range(frame);
        frame.locals[accumulator] = undefined;
        for (const [key, value] of this.#iterate(over, second >= 0)) {
          frame.locals[first] = key;
          if (second >= 0) frame.locals[second] = value;
          if (!goesOn(condition, frame)) break;
          try {
            frame.locals[accumulator] = step(frame);
          } catch (error) {
            if (!(error instanceof CelError) || error.cancelled) throw error;
            frame.locals[accumulator] = error;
          }
        }
        const value = result(frame);
        if (value instanceof MutableList) return new ArrayList(value.items);
        return value instanceof MutableMap ? new EntryMap(value.entries) : value;
      },
    };
  }

  *#iterate(range: Value, pairs: boolean): Generator<[Value, Value]> {
    if (range instanceof ListValue) {
      for (let index = 0; index < range.size(); index++) {
        const item = range.at(index);
        yield pairs ? [BigInt(index), item] : [item, null];
      }
      return;
    }
    if (range instanceof MapValue) {
      for (const key of range.keys()) yield [key, pairs ? range.find(key)! : null];
      return;
    }
    throw new CelError(
      pairs
        ? `unsupported comprehension range type: ${goName(range)}`
        : `got '${goName(range)}', expected iterable type`,
    );
  }
}

/** A constant pattern that is none is known before anything runs. */
function precompile(pattern: string): void {
  try {
    compileRegex(pattern);
  } catch (error) {
    if (error instanceof CelError) throw new PlanError(error.message);
    throw error;
  }
}

/** A condition that fails is no reason to stop. */
function goesOn(condition: Eval, frame: Frame): boolean {
  try {
    return condition(frame) !== false;
  } catch (error) {
    if (!(error instanceof CelError) || error.cancelled) throw error;
    return true;
  }
}

/** Makes a checked tree runnable. Throws a PlanError. */
export function planExpression(expr: Expr, env: Environment): Plan {
  const planner = new Planner(env);
  const node = planner.plan(expr, undefined);
  return {
    eval: node.eval,
    locals: planner.locals,
    variables: planner.names.size,
    names: new Set(planner.names.keys()),
  };
}

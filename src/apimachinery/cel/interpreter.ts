/**
 * Running: a checked tree becomes closures once, and these run for every evaluation. The cost is counted on the way exactly
 * as cel-go's observers count it (interpreter/runtimecost.go): one for a variable, one for each selection or index, what
 * cost.ts says for a call; constants and the logical operators are free.
 */

import type { Call, Comprehension, Expr, MapExpr, Select, StructExpr } from './ast.ts';
import { itemsOf, keyOf } from './collections.ts';
import { listNode, mapNode, structNode } from './construct.ts';
import { callCost, equalityCost } from './cost.ts';
import { dispatch } from './dispatch.ts';
import type { CallContext, Environment } from './environment.ts';
import { equal } from './equality.ts';
import { CelError } from './errors.ts';
import {
  attempt,
  constant,
  type Eval,
  isConstant,
  type Node,
  path,
  type Plan,
  PlanError,
  type Scope,
} from './frame.ts';
import { conditional, logical, notStrictlyFalse } from './logic.ts';
import { initial, loop } from './loops.ts';
import { OPERATORS, renamed } from './operators.ts';
import { qualify } from './qualify.ts';
import { compileRegex } from './regex.ts';
import type { CelType } from './types.ts';
import { ListValue, OptionalValue, TypeValue, Uint, type Value } from './values.ts';

const CONVERSIONS = new Set('bool bytes double dyn duration int string timestamp type uint'.split(' '));

const UNLIMITED: CallContext = { charge: () => {}, require: () => {} };
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
        return listNode(
          expr.elements.map((element) => this.plan(element, scope)),
          expr.optional,
        );
      case 'map':
        return this.#map(expr, scope);
      case 'struct':
        return this.#struct(expr, scope);
      case 'comprehension':
        return this.#comprehension(expr, scope);
    }
  }

  #variable(name: string, type: CelType, scope: Scope | undefined): Node {
    for (let local = scope; local !== undefined; local = local.outer) {
      if (local.name !== name) continue;
      const { slot, init } = local;
      return path((frame) => {
        let value = frame.locals[slot];
        if (value === undefined && init !== undefined) {
          value = attempt(init, frame);
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
    return path((frame) => frame.variable(at, name, variableType));
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
    return path(resolve, operand.free);
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
    }
    const args = (expr.target === undefined ? expr.args : [expr.target, ...expr.args]).map((arg) =>
      this.plan(arg, scope),
    );
    switch (expr.name) {
      case '_?_:_':
        return conditional(args[0]!, args[1]!, args[2]!);
      case '_&&_':
      case '_||_':
        return logical(args[0]!.eval, args[1]!.eval, expr.name === '_||_');
      case '@not_strictly_false':
        return notStrictlyFalse(args[0]!.eval);
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

  #map(expr: MapExpr, scope: Scope | undefined): Node {
    return mapNode(
      expr.entries.map(({ key, value, optional }) => ({
        key: this.plan(key, scope),
        value: this.plan(value, scope),
        optional,
      })),
    );
  }

  #struct(expr: StructExpr, scope: Scope | undefined): Node {
    const fields = expr.fields.map(({ name, value, optional }) => ({
      name,
      eval: this.plan(value, scope).eval,
      optional,
    }));
    return structNode(expr.name, this.#env.type(expr.name)?.struct, fields);
  }

  #comprehension(expr: Comprehension, scope: Scope | undefined): Node {
    const range = this.plan(expr.range, scope).eval;
    const init = initial(this.plan(expr.init, scope).eval);
    const accumulator = this.#locals++;
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
    return { eval: loop({ range, condition, step, result, accumulator, first, second }) };
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

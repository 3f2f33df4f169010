/**
 * Types: gives every node of a tree its type, finds the variables and overloads it means, and reports what cannot be, in
 * cel-go's words (checker/checker.go, checker/errors.go).
 */

import {
  type Call,
  type Comprehension,
  type Const,
  type Expr,
  type ListExpr,
  type MapExpr,
  qualifiedName,
  type Select,
  type StructExpr,
} from './ast.ts';
import type { Environment, Overload } from './environment.ts';
import {
  boolType,
  type CelType,
  dynType,
  errorType,
  formatType,
  intType,
  isExactType,
  isOptional,
  listType,
  mapType,
  optionalType,
  stringType,
} from './types.ts';
import { type CheckProblem, literalType, Typing } from './typing.ts';
import { assignAll, isDyn, isDynOrError, mostGeneral, substitute } from './unify.ts';

export type { CheckProblem } from './typing.ts';

/** Macros may multiply a tree; no expression in use comes near. */
const MAX_NODES = 50_000;

class Checker extends Typing {
  #nodes = 0;

  run(expr: Expr): void {
    this.#check(expr);
    this.finish();
  }

  #check(expr: Expr): CelType {
    if (++this.#nodes > MAX_NODES) {
      if (this.#nodes === MAX_NODES + 1) this.report(-1, 'expression is too large');
      return this.set(expr, errorType);
    }
    switch (expr.kind) {
      case 'const':
        return this.set(expr, literalType(expr.value));
      case 'ident': {
        const found = this.lookup(expr.name);
        if (found === undefined) this.undeclared(expr.at, expr.name);
        else (expr as { name: string }).name = found.name;
        return this.set(expr, found?.type ?? errorType);
      }
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return this.#struct(expr);
      case 'comprehension':
        return this.#comprehension(expr);
    }
  }

  #select(expr: Select): CelType {
    const path = qualifiedName(expr);
    if (path !== undefined) {
      const found = this.lookup(path);
      if (found !== undefined) {
        expr.variable = found.name;
        return this.set(expr, found.type);
      }
    }
    const type = this.#selectField(expr.at, expr.operand, expr.field, false);
    return this.set(expr, expr.test ? boolType : substitute(this.mapping, type, false));
  }

  #selectField(at: number, operand: Expr, field: string, optional: boolean): CelType {
    this.#check(operand);
    const operandType = this.resolved(operand);
    const wrapped = isOptional(operandType);
    const target = wrapped ? operandType.params[0]! : operandType;
    let type: CelType = dynType;
    if (target.kind === 'map') type = target.params[1]!;
    else if (target.kind === 'struct') type = this.#fieldType(at, target, field) ?? errorType;
    else if (target.kind === 'param') this.isAssignable(dynType, target);
    else if (!isDynOrError(target)) {
      this.report(at, `type '${formatType(target)}' does not support field selection`);
    }
    return wrapped || optional ? optionalType(type) : type;
  }

  #fieldType(at: number, struct: CelType, field: string): CelType | undefined {
    const definition = struct.struct ?? this.env.type(struct.name)?.struct;
    if (definition === undefined) {
      this.report(at, `unexpected failed resolution of '${struct.name}'`);
      return undefined;
    }
    const found = definition.field(field);
    if (found === undefined) this.report(at, `undefined field '${field}'`);
    return found?.type;
  }

  #optionalSelect(expr: Call): CelType {
    const [operand, field] = expr.args as [Expr, Const];
    const type = this.#selectField(expr.at, operand, String(field.value), true);
    this.set(field, stringType);
    return this.set(expr, substitute(this.mapping, type, false));
  }

  #call(expr: Call): CelType {
    if (expr.name === '_?._') return this.#optionalSelect(expr);
    for (const arg of expr.args) this.#check(arg);
    if (expr.target === undefined) return this.#resolve(expr, expr.name);
    const prefix = qualifiedName(expr.target);
    if (prefix !== undefined) {
      const qualified = `${prefix}.${expr.name}`;
      if (this.function(qualified) !== undefined) {
        expr.target = undefined;
        return this.#resolve(expr, qualified);
      }
    }
    this.#check(expr.target);
    return this.#resolve(expr, expr.name);
  }

  /** Finds the overloads of a function that fit the arguments. */
  #resolve(expr: Call, name: string): CelType {
    const found = this.function(name);
    if (found === undefined) {
      this.undeclared(expr.at, name);
      return this.set(expr, errorType);
    }
    expr.name = found.name;
    const args = expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    if (found.name === '_&&_' || found.name === '_||_') {
      let ok = true;
      for (const arg of args) {
        if (this.isAssignable(arg.type!, boolType)) continue;
        this.mismatch(arg.at, boolType, arg.type!);
        ok = false;
      }
      expr.overloads = found.overloads;
      return this.set(expr, ok ? boolType : errorType);
    }
    const argTypes = args.map((arg) => arg.type!);
    const fitting: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of found.overloads) {
      if ((overload.member === true) !== (expr.target !== undefined)) continue;
      const fresh = this.instantiate(overload);
      if (!assignAll(this.mapping, argTypes, fresh.args)) continue;
      fitting.push(overload);
      const overloadResult = substitute(this.mapping, fresh.result, false);
      if (result === undefined) result = overloadResult;
      else if (!isDyn(result) && !isExactType(overloadResult, result)) result = dynType;
    }
    if (result === undefined) {
      const shown = argTypes.map((type) => formatType(substitute(this.mapping, type, true)));
      const target = expr.target === undefined ? '' : `${shown.shift()}.`;
      const signature = `${target}(${shown.join(', ')})`;
      this.report(expr.at, `found no matching overload for '${found.name}' applied to '${signature}'`);
      return this.set(expr, errorType);
    }
    expr.overloads = fitting;
    return this.set(expr, result);
  }

  /** What an element written `?e` contributes. */
  #unwrap(expr: Expr, optional: boolean): CelType {
    const type = expr.type!;
    if (!optional) return type;
    if (isOptional(type)) return type.params[0]!;
    if (!isDyn(type)) this.mismatch(expr.at, optionalType(type), type);
    return type;
  }

  #join(previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    if (this.isAssignable(previous, current)) return mostGeneral(previous, current);
    return dynType;
  }

  #list(expr: ListExpr): CelType {
    let element: CelType | undefined;
    expr.elements.forEach((item, index) => {
      this.#check(item);
      element = this.#join(element, this.#unwrap(item, expr.optional.has(index)));
    });
    return this.set(expr, listType(element ?? this.newVariable()));
  }

  #map(expr: MapExpr): CelType {
    let key: CelType | undefined;
    let value: CelType | undefined;
    for (const entry of expr.entries) {
      this.#check(entry.key);
      key = this.#join(key, entry.key.type!);
      this.#check(entry.value);
      value = this.#join(value, this.#unwrap(entry.value, entry.optional));
    }
    return this.set(expr, mapType(key ?? this.newVariable(), value ?? this.newVariable()));
  }

  #struct(expr: StructExpr): CelType {
    const found = this.lookup(expr.name);
    if (found === undefined) {
      this.undeclared(expr.at, expr.name);
      return this.set(expr, errorType);
    }
    expr.name = found.name;
    let type: CelType = errorType;
    if (found.type.kind !== 'type') {
      this.report(expr.at, `'${formatType(found.type)}' is not a type`);
    } else if (found.type.params[0]?.kind !== 'struct') {
      this.report(expr.at, `'${found.name}' is not a message type`);
    } else {
      type = found.type.params[0];
    }
    this.set(expr, type);
    for (const field of expr.fields) {
      this.#check(field.value);
      const expected =
        type.kind === 'struct' ? (this.#fieldType(field.at, type, field.name) ?? errorType) : errorType;
      const actual = this.#unwrap(field.value, field.optional);
      if (!this.isAssignable(expected, actual)) {
        this.report(
          field.at,
          `expected type of field '${field.name}' is '${formatType(expected)}' but provided type is '${formatType(actual)}'`,
        );
      }
    }
    return type;
  }

  #comprehension(expr: Comprehension): CelType {
    this.#check(expr.range);
    this.#check(expr.init);
    const range = this.resolved(expr.range);
    const accumulator = expr.init.type!;
    const [first, second] = this.#iteration(expr, range);
    const locals = new Map([[expr.variable, first]]);
    if (expr.variable2 !== undefined) locals.set(expr.variable2, second);
    this.within(new Map([[expr.accumulator, accumulator]]), () => {
      this.within(locals, () => {
        this.#check(expr.condition);
        this.#assertType(expr.condition, boolType);
        this.#check(expr.step);
        this.#assertType(expr.step, accumulator);
      });
      this.#check(expr.result);
    });
    return this.set(expr, this.resolved(expr.result));
  }

  /** The types of the loop's variables. */
  #iteration(expr: Comprehension, range: CelType): [CelType, CelType] {
    const two = expr.variable2 !== undefined;
    switch (range.kind) {
      case 'list':
        return two ? [intType, range.params[0]!] : [range.params[0]!, dynType];
      case 'map':
        return [range.params[0]!, range.params[1]!];
      case 'dyn':
      case 'error':
      case 'param':
        this.isAssignable(dynType, range);
        return [dynType, dynType];
    }
    this.report(
      expr.range.at,
      `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
    );
    return [errorType, errorType];
  }

  #assertType(expr: Expr, type: CelType): void {
    if (!this.isAssignable(type, expr.type!)) this.mismatch(expr.at, type, expr.type!);
  }
}

/** Checks a tree in place; the problems are empty when it may run. */
export function check(expr: Expr, env: Environment): readonly CheckProblem[] {
  const checker = new Checker(env);
  checker.run(expr);
  return checker.problems;
}

/** What a check knows while it walks a tree: names in scope, types found, what type parameters stand for. */

import type { Const, Expr } from './ast.ts';
import type { Environment, FunctionDeclaration, Overload } from './environment.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  formatType,
  intType,
  nullType,
  paramType,
  stringType,
  typeTypeOf,
  uintType,
} from './types.ts';
import { assign, Mapping, substitute } from './unify.ts';
import { Uint } from './values.ts';

export interface CheckProblem {
  readonly at: number;
  readonly message: string;
}

/** Local variables, innermost last. */
type Scope = ReadonlyMap<string, CelType>;

export function literalType(value: Const['value']): CelType {
  if (value === null) return nullType;
  switch (typeof value) {
    case 'boolean':
      return boolType;
    case 'bigint':
      return intType;
    case 'number':
      return doubleType;
    case 'string':
      return stringType;
  }
  return value instanceof Uint ? uintType : bytesType;
}

/** Names an identifier may mean, in the order they are tried: within the container, then outwards. */
export function candidateNames(container: string, name: string): string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  const names: string[] = [];
  for (
    let prefix = container;
    prefix !== '';
    prefix = prefix.slice(0, Math.max(prefix.lastIndexOf('.'), 0))
  ) {
    names.push(`${prefix}.${name}`);
  }
  names.push(name);
  return names;
}

/** The state of a check. */
export class Typing {
  readonly env: Environment;
  readonly problems: CheckProblem[] = [];
  readonly #scopes: Scope[] = [];
  readonly #typed: Expr[] = [];
  readonly mapping = new Mapping();
  #freeVariables = 0;

  constructor(env: Environment) {
    this.env = env;
  }

  /** Replaces what type parameters became, in all nodes. */
  finish(): void {
    for (const node of this.#typed) node.type = substitute(this.mapping, node.type!, true);
  }

  report(at: number, message: string): void {
    this.problems.push({ at, message });
  }

  set(expr: Expr, type: CelType): CelType {
    expr.type = type;
    this.#typed.push(expr);
    return type;
  }

  newVariable(): CelType {
    return paramType(`_var${this.#freeVariables++}`);
  }

  isAssignable(a: CelType, b: CelType): boolean {
    return assign(this.mapping, a, b);
  }

  resolved(expr: Expr): CelType {
    return substitute(this.mapping, expr.type!, false);
  }

  /** The variable or type a name means. */
  lookup(name: string): { name: string; type: CelType } | undefined {
    for (const candidate of candidateNames(this.env.container, name)) {
      for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
        const type = this.#scopes[depth]!.get(candidate);
        if (type !== undefined) return { name: candidate, type };
      }
      const variable = this.env.variable(candidate);
      if (variable !== undefined) return { name: candidate, type: variable };
      const type = this.env.type(candidate);
      if (type !== undefined) return { name: candidate, type: typeTypeOf(type) };
    }
    return undefined;
  }

  function(name: string): FunctionDeclaration | undefined {
    for (const candidate of candidateNames(this.env.container, name)) {
      const declaration = this.env.function(candidate);
      if (declaration !== undefined) return declaration;
    }
    return undefined;
  }

  undeclared(at: number, name: string): void {
    this.report(at, `undeclared reference to '${name}' (in container '${this.env.container}')`);
  }

  mismatch(at: number, expected: CelType, actual: CelType): void {
    this.report(at, `expected type '${formatType(expected)}' but found '${formatType(actual)}'`);
  }

  /** Declares local variables while `check` runs. */
  within<T>(locals: Scope, check: () => T): T {
    this.#scopes.push(locals);
    const result = check();
    this.#scopes.pop();
    return result;
  }

  /** An overload whose type parameters are variables of their own. */
  instantiate(overload: Overload): { args: readonly CelType[]; result: CelType } {
    const names = new Set<string>();
    const collect = (type: CelType): void => {
      if (type.kind === 'param') names.add(type.name);
      for (const param of type.params) collect(param);
    };
    for (const arg of overload.args) collect(arg);
    collect(overload.result);
    if (names.size === 0) return overload;
    const fresh = new Mapping();
    for (const name of names) fresh.set(name, this.newVariable());
    return {
      args: overload.args.map((arg) => substitute(fresh, arg, false)),
      result: substitute(fresh, overload.result, false),
    };
  }
}

/** What an expression may use: variables, types, functions, macros. */

import type { CelType } from './types.ts';
import type { Value } from './values.ts';

/** Facilities a function may use while it runs. */
export interface CallContext {
  /** Adds to the run-time cost; throws when the limit is passed. */
  charge(cost: number): void;
}

/** One signature of a function. */
export interface Overload {
  /** Unique in the environment, as cel-go names it: `string_contains_string`. Costs are found by it. */
  readonly id: string;
  /** Called as `args[0].name(args[1], ...)`. */
  readonly member?: boolean;
  /** Parameter types; `paramType('T')` stands for any one type. */
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Run-time implementation; arguments match `args`. Throws a CelError. */
  readonly call: (args: readonly Value[], context: CallContext) => Value;
  /** Run-time cost of a call; without it 1. */
  readonly cost?: (args: readonly Value[], result: Value) => number;
}

/** A name with its overloads. The same name may come from several libraries: the overloads add up. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

export interface Library {
  readonly name: string;
  readonly functions?: readonly FunctionDeclaration[];
  /** Types that can be named in expressions: `type(x) == net.IP`, `Object{...}`. */
  readonly types?: readonly CelType[];
}

export interface EnvironmentOptions {
  readonly variables?: Readonly<Record<string, CelType>>;
  readonly libraries?: readonly Library[];
  readonly types?: readonly CelType[];
  /** Finds struct types by name that are not listed in `types`. */
  readonly resolveType?: (name: string) => CelType | undefined;
  /** The namespace in which names are looked up first. */
  readonly container?: string;
}

/**
 * An immutable set of declarations, made once and extended cheaply.
 */
export class Environment {
  readonly container: string;
  readonly #variables: ReadonlyMap<string, CelType>;
  readonly #functions: ReadonlyMap<string, readonly Overload[]>;
  readonly #types: ReadonlyMap<string, CelType>;
  readonly #resolvers: readonly ((name: string) => CelType | undefined)[];

  constructor(options: EnvironmentOptions = {}, base?: Environment) {
    this.container = options.container ?? base?.container ?? '';
    const types = new Map(base === undefined ? [] : base.#types);
    const functions = new Map(base === undefined ? [] : base.#functions);
    for (const library of options.libraries ?? []) {
      for (const type of library.types ?? []) types.set(type.name, type);
      for (const { name, overloads } of library.functions ?? []) {
        functions.set(name, [...(functions.get(name) ?? []), ...overloads]);
      }
    }
    for (const type of options.types ?? []) types.set(type.name, type);
    this.#types = types;
    this.#functions = functions;
    this.#variables = new Map([
      ...(base === undefined ? [] : base.#variables),
      ...Object.entries(options.variables ?? {}),
    ]);
    const resolver = options.resolveType;
    this.#resolvers = [...(resolver ? [resolver] : []), ...(base === undefined ? [] : base.#resolvers)];
  }

  /** A new environment with more declarations; a variable of the same name is replaced. */
  extend(options: EnvironmentOptions): Environment {
    return new Environment(options, this);
  }

  variable(name: string): CelType | undefined {
    return this.#variables.get(name);
  }

  overloads(name: string): readonly Overload[] | undefined {
    return this.#functions.get(name);
  }

  /** The type an expression means by a name. */
  type(name: string): CelType | undefined {
    const type = this.#types.get(name);
    if (type !== undefined) return type;
    for (const resolve of this.#resolvers) {
      const found = resolve(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

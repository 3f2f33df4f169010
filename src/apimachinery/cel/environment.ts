/** What an expression may use: variables, types, functions, macros. */

import type { Macro } from './macros.ts';
import type { CelType } from './types.ts';
import type { Value } from './values.ts';

/** Facilities a function may use while it runs. */
export interface CallContext {
  /** Adds to the run-time cost; throws when the limit is passed. */
  charge(cost: number): void;
  /** Throws when this much is no longer left; for work that is charged only afterwards. */
  require(cost: number): void;
}

/** Throws a CelError. */
export type Implementation = (args: readonly Value[], context: CallContext) => Value;

/** One signature of a function. */
export interface Overload {
  /** Unique in the environment, as cel-go names it: `contains_string`. Costs are found by it (cost.ts). */
  readonly id: string;
  /** Called as `args[0].name(args[1], ...)`. */
  readonly member?: boolean;
  /** Parameter types; `paramType('T')` stands for any one type. */
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Runs when the arguments match `args`. */
  readonly call?: Implementation;
}

/** A name with its overloads. The same name may come from several libraries: the overloads add up. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
  /** One implementation for all overloads, which tells the types apart itself. */
  readonly singleton?: Implementation;
}

export interface Library {
  readonly name: string;
  readonly functions?: readonly FunctionDeclaration[];
  readonly macros?: readonly Macro[];
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
  /** Literals of lists and maps may mix types (their type is dyn then). Kubernetes refuses it. */
  readonly mixedLiterals?: boolean;
}

/**
 * An immutable set of declarations, made once and extended cheaply.
 */
export class Environment {
  readonly container: string;
  readonly #variables: ReadonlyMap<string, CelType>;
  readonly #functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly #types: ReadonlyMap<string, CelType>;
  readonly macros: ReadonlyMap<string, Macro>;
  readonly mixedLiterals: boolean;
  readonly #resolvers: readonly ((name: string) => CelType | undefined)[];

  constructor(options: EnvironmentOptions = {}, base?: Environment) {
    this.container = options.container ?? base?.container ?? '';
    this.mixedLiterals = options.mixedLiterals ?? base?.mixedLiterals ?? false;
    const macros = new Map(base === undefined ? [] : base.macros);
    const types = new Map(base === undefined ? [] : base.#types);
    const functions = new Map(base === undefined ? [] : base.#functions);
    for (const library of options.libraries ?? []) {
      for (const type of library.types ?? []) types.set(type.name, type);
      for (const macro of library.macros ?? [])
        macros.set(`${macro.name}:${macro.args}:${macro.member}`, macro);
      for (const declaration of library.functions ?? []) {
        const { name } = declaration;
        const before = functions.get(name);
        const overloads = [...(before?.overloads ?? []), ...declaration.overloads];
        functions.set(name, { ...before, ...declaration, overloads });
      }
    }
    for (const type of options.types ?? []) types.set(type.name, type);
    this.macros = macros;
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

  function(name: string): FunctionDeclaration | undefined {
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

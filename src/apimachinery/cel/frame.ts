/** What an evaluation and its program are made of. */

import { adapt } from './adapt.ts';
import type { CallContext } from './environment.ts';
import { CelError } from './errors.ts';
import type { CelType } from './types.ts';
import type { Value } from './values.ts';

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

export type Eval = (frame: Frame) => Value;

/** The program of a node. */
export interface Node {
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

/** A local variable, and those around it. */
export interface Scope {
  readonly name: string;
  readonly slot: number;
  readonly init?: Eval;
  readonly outer: Scope | undefined;
}

export const constant = (value: Value): Node => ({ eval: () => value, constant: value });

export const isConstant = (node: Node): boolean => node.constant !== undefined;

/** A path: its end costs one. */
export function path(resolve: Eval, free = false): Node {
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

/** Runs a part whose failure is a value as well: `false && x.y` is false whatever x is. What is cancelled stays cancelled. */
export function attempt(part: Eval, frame: Frame): Value | CelError {
  try {
    return part(frame);
  } catch (error) {
    if (error instanceof CelError && !error.cancelled) return error;
    throw error;
  }
}

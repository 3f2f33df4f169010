/**
 * Expressions of one policy, compiled once, evaluated under one budget. Its variables are evaluated when an expression first
 * reads them. Sources: apiserver pkg/admission/plugin/cel (condition.go, composition.go, activation.go, compile.go).
 */
import { type Activation, compile, type Environment, type Program } from '../../../apimachinery/cel/cel.ts';
import { CelError } from '../../../apimachinery/cel/errors.ts';
import type { Allowance } from '../../../apimachinery/cel/work.ts';
import { type CelType, dynType, formatType } from '../../../apimachinery/cel/types.ts';
import type { Value } from '../../../apimachinery/cel/values.ts';
import { type FieldError, invalid } from '../../../apimachinery/field-error.ts';
import { variablesType } from './environment.ts';

/** What all expressions for one object may cost together (apiserver pkg/apis/cel/config.go). */
export const COST_BUDGET = 10_000_000;
/** The same for match conditions. */
export const MATCH_COST_BUDGET = 2_500_000;
const OUT_OF_BUDGET =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** The budget is spent: nothing more of the policy is evaluated. */
export class BudgetError extends Error {
  constructor() {
    super(OUT_OF_BUDGET);
  }
}

export interface Compiled {
  readonly source: string;
  readonly program?: Program;
  /** Why it is not compiled: `compilation failed: ERROR: …`, `must evaluate to bool but got int`. */
  readonly problem?: string;
}

/** Compiles an expression that has to be of one of these types; none: of any. */
export function compileExpression(
  source: string,
  environment: Environment,
  types: readonly CelType[],
): Compiled {
  const compiled = compile(source, environment);
  if (!compiled.ok) {
    const what = compiled.stage === 'compile' ? 'compilation failed' : 'program instantiation failed';
    return { source, problem: `${what}: ${compiled.text}` };
  }
  const { outputType } = compiled.program;
  const shown = formatType(outputType);
  if (types.length > 0 && !types.some((type) => formatType(type) === shown)) {
    const names = types.map(formatType);
    return {
      source,
      problem:
        names.length === 1
          ? `must evaluate to ${names[0]} but got ${shown}`
          : `must evaluate to one of [${names.join(' ')}] but got ${shown}`,
    };
  }
  return { source, program: compiled.program };
}

/** What is wrong with an expression that has to be of one of these types. */
export function expressionErrors(
  source: string,
  environment: Environment,
  types: readonly CelType[],
  path: string,
): FieldError[] {
  const { problem } = compileExpression(source, environment, types);
  return problem === undefined ? [] : [invalid(path, source, problem)];
}

/** The variables of a policy, in order: each may use those before it. */
export class Variables {
  readonly #compiled = new Map<string, Compiled>();
  readonly #types = new Map<string, CelType>();
  /** The given environment with `variables`. */
  readonly environment: Environment;

  constructor(
    variables: readonly { readonly name?: string; readonly expression?: string }[],
    environment: Environment,
  ) {
    this.environment = environment.extend({ variables: { variables: variablesType(this.#types) } });
    for (const { name = '', expression = '' } of variables) {
      const compiled = compileExpression(expression, this.environment, []);
      this.#compiled.set(name, compiled);
      this.#types.set(name, compiled.program?.outputType ?? dynType);
    }
  }

  get(name: string): Compiled | undefined {
    return this.#compiled.get(name);
  }
  compiled(): Iterable<Compiled> {
    return this.#compiled.values();
  }
  names(): Iterable<string> {
    return this.#compiled.keys();
  }
}

export type Evaluated =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/** Evaluates the expressions of one policy for one object. The allowance is that of all policies for it. */
export class Evaluation {
  readonly #activation: Activation;
  readonly #allowance: Allowance;
  #budget: number;

  constructor(inputs: Activation, variables: Variables | undefined, budget: number, allowance: Allowance) {
    this.#budget = budget;
    this.#allowance = allowance;
    this.#activation = variables ? { ...inputs, variables: this.#lazy(inputs, variables) } : inputs;
  }

  /** An object whose fields are evaluated when they are read, and then kept. */
  #lazy(inputs: Activation, variables: Variables): object {
    const values: Record<string, unknown> = {};
    const activation: Activation = { ...inputs, variables: values };
    for (const name of variables.names()) {
      let outcome: Evaluated | undefined;
      Object.defineProperty(values, name, {
        enumerable: true,
        get: () => {
          outcome ??= this.#run(variables.get(name)!, activation);
          if (!outcome.ok) {
            throw new CelError(`composited variable "${name}" fails to ${outcome.message}`);
          }
          return outcome.value;
        },
      });
    }
    return values;
  }

  /** @throws BudgetError */
  evaluate(compiled: Compiled): Evaluated {
    const { source, problem } = compiled;
    if (problem !== undefined) return { ok: false, message: `compilation error: ${problem}` };
    const outcome = this.#run(compiled, this.#activation);
    return outcome.ok
      ? outcome
      : { ok: false, message: `expression '${source}' resulted in error: ${reasonOf(outcome.message)}` };
  }

  #run({ program, problem }: Compiled, activation: Activation): Evaluated {
    if (!program) return { ok: false, message: `compile: ${problem}` };
    const result = program.evaluate(activation, { allowance: this.#allowance });
    this.#budget -= result.cost;
    if (this.#budget < 0) throw new BudgetError();
    return result.ok
      ? { ok: true, value: result.value }
      : { ok: false, message: `evaluate: ${result.error.message}` };
  }
}

const reasonOf = (message: string): string => message.replace(/^evaluate: /, '');

const AUTHORIZER = ['authorizer', 'authorizer.requestResource'];

/** Whether any of the expressions, or a variable of their policy, asks who may do what. */
export const asksAuthorizer = (expressions: Iterable<Compiled>, variables?: Variables): boolean =>
  [...expressions, ...(variables?.compiled() ?? [])].some(({ program }) =>
    AUTHORIZER.some((name) => program?.references(name)),
  );

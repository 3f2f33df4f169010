/**
 * The Common Expression Language as Kubernetes uses it: the language of `x-kubernetes-validations`, admission policies,
 * match conditions and device selectors.
 *
 *     const env = kubernetesEnvironment().extend({ variables: { self: declType(schema, false)! } });
 *     const compiled = compile('self.replicas <= 5 && self.name.startsWith("a")', env);
 *     if (!compiled.ok) return `compilation failed: ${compiled.text}`;
 *     if (compiled.program.outputType.kind !== 'bool') return 'must evaluate to bool';
 *     const result = compiled.program.evaluate({ self: object.spec });
 *     if (!result.ok) return result.error.message;   // no such key: foo
 *     result.value === true
 *
 * Compile once, evaluate often: a program is immutable, and keeps nothing of an evaluation. Evaluation is synchronous, never
 * throws, and is bounded by a cost, counted as cel-go counts it.
 *
 * Values go in as JSON, without copies, and are read by the declared type of their variable (see adapt.ts); computed values
 * and results are described in values.ts (int is bigint, double is number). `toJson(result.value)` makes JSON of a result.
 *
 * Types of variables: types.ts (`dynType`, `structOf`, ...), json-schema.ts (schemas of CustomResourceDefinitions), schema-type.ts
 * (built-in kinds), libraries/authorizer.ts, mutation.ts (`Object{...}`, `JSONPatch{...}`).
 *
 * The way of an expression: lexer, token-stream, parser with tree and macros (source to ast.ts) -> checker with typing and unify
 * -> validators -> interpreter (closures: construct, logic, loops, operators, qualify) over values.ts, counted by cost.ts and
 * bounded by work.ts. A library is a file in libraries/.
 */

import type { Expr } from './ast.ts';
import { check } from './checker.ts';
import type { Environment } from './environment.ts';
import { CelError, type Issue, renderIssues } from './errors.ts';
import { Frame, type Plan, PlanError } from './frame.ts';
import { planExpression } from './interpreter.ts';
import { locate, parse } from './parser.ts';
import type { CelType } from './types.ts';
import { validate } from './validators.ts';
import type { Value } from './values.ts';
import { type Allowance, bounded } from './work.ts';

export { adapt, toJson } from './adapt.ts';
export { Environment } from './environment.ts';
export { CelError } from './errors.ts';
export { kubernetesEnvironment } from './kubernetes.ts';

/** Most one evaluation may cost (apiserver pkg/apis/cel/config.go). */
export const PER_CALL_LIMIT = 1_000_000;

export type CompileResult =
  | { readonly ok: true; readonly program: Program }
  /** `text` is what cel-go prints of the issues: `ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x\n | ^`. */
  | {
      readonly ok: false;
      /** `program`: the types are right, but a constant fails to convert (`int('a')`); `text` is that failure then. */
      readonly stage: 'compile' | 'program';
      readonly issues: readonly Issue[];
      readonly text: string;
    };

/** Values by variable name: JSON, or a `Value`. A function is called when an expression first reads the variable; what it throws
 * besides a CelError goes through to the caller of `evaluate`. */
export type Activation = Readonly<Record<string, unknown>>;

export interface EvaluateOptions {
  /** Most an evaluation may cost; without it 1,000,000 (apiserver's PerCallLimit). */
  readonly costLimit?: number;
  /** What this and other evaluations may do together; without it each is bounded alone. */
  readonly allowance?: Allowance;
}

export type EvaluateResult =
  | { readonly ok: true; readonly value: Value; readonly cost: number }
  | { readonly ok: false; readonly error: CelError; readonly cost: number };

export interface Program {
  readonly source: string;
  /** The type the checker found; `dyn` when it is known at run time only. */
  readonly outputType: CelType;
  /** Whether the expression reads a variable (`oldSelf` makes a CRD rule a transition rule). */
  references(variable: string): boolean;
  evaluate(activation: Activation, options?: EvaluateOptions): EvaluateResult;
}

/** Parses and checks an expression. Never throws; source length and depth are bounded as in cel-go. */
export function compile(source: string, env: Environment): CompileResult {
  const refuse = (issues: readonly Issue[]): CompileResult => ({
    ok: false,
    stage: 'compile',
    issues,
    text: renderIssues(issues, source),
  });
  const parsed = parse(source, env.macros);
  if (!parsed.ok) return refuse(parsed.issues);
  const { expr } = parsed;
  let problems = check(expr, env);
  if (problems.length === 0) problems = validate(expr, env.mixedLiterals);
  if (problems.length > 0) {
    return refuse(problems.map(({ at, message }) => ({ ...locate(source, at), message })));
  }
  try {
    return { ok: true, program: new CheckedProgram(source, expr, planExpression(expr, env)) };
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return { ok: false, stage: 'program', issues: [], text: error.message };
  }
}

class CheckedProgram implements Program {
  readonly source: string;
  readonly outputType: CelType;
  readonly #plan: Plan;

  constructor(source: string, expr: Expr, plan: Plan) {
    this.source = source;
    this.outputType = expr.type!;
    this.#plan = plan;
  }

  references(variable: string): boolean {
    return this.#plan.names.has(variable);
  }

  evaluate(activation: Activation, options: EvaluateOptions = {}): EvaluateResult {
    const frame = new Frame(activation, this.#plan, options.costLimit ?? PER_CALL_LIMIT);
    try {
      return { ok: true, value: bounded(() => this.#plan.eval(frame), options.allowance), cost: frame.cost };
    } catch (error) {
      if (error instanceof CelError) return { ok: false, error, cost: frame.cost };
      // A string, list or recursion beyond what the machine has.
      if (!(error instanceof RangeError)) throw error;
      return { ok: false, error: new CelError('operation cancelled: out of memory', true), cost: frame.cost };
    } finally {
      if (options.allowance) options.allowance.left -= frame.cost;
    }
  }
}

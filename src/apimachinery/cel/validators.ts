/** Checks of constants after the types: durations, instants and patterns that could never work (cel-go cel/validator.go). */

import type { Call, Expr } from './ast.ts';
import type { CheckProblem } from './checker.ts';
import { parseDuration } from './duration.ts';
import { CelError } from './errors.ts';
import { compileRegex } from './regex.ts';
import { parseTimestamp } from './timestamp.ts';

type Validate = (value: string) => string | undefined;

const VALIDATORS: ReadonlyMap<string, { readonly arg: number; readonly validate: Validate }> = new Map([
  [
    'duration',
    {
      arg: 0,
      validate: (text: string) =>
        parseDuration(text) === undefined ? 'invalid duration argument' : undefined,
    },
  ],
  [
    'timestamp',
    {
      arg: 0,
      validate: (text: string) => {
        try {
          return parseTimestamp(text) === undefined ? 'invalid timestamp argument' : undefined;
        } catch {
          return 'invalid timestamp argument';
        }
      },
    },
  ],
  [
    'matches',
    {
      arg: 1,
      validate: (text: string) => {
        try {
          compileRegex(text);
          return undefined;
        } catch (error) {
          if (error instanceof CelError) return 'invalid matches argument';
          throw error;
        }
      },
    },
  ],
]);

function validateCall(expr: Call, problems: CheckProblem[]): void {
  const validator = VALIDATORS.get(expr.name);
  if (validator === undefined) return;
  const args = expr.target === undefined ? expr.args : [expr.target, ...expr.args];
  const arg = args[validator.arg];
  if (arg?.kind !== 'const' || typeof arg.value !== 'string') return;
  const message = validator.validate(arg.value);
  if (message !== undefined) problems.push({ at: arg.at, message });
}

/** Problems of the constants of a checked tree. */
export function validate(expr: Expr, problems: CheckProblem[] = []): CheckProblem[] {
  switch (expr.kind) {
    case 'select':
      validate(expr.operand, problems);
      break;
    case 'call':
      if (expr.target !== undefined) validate(expr.target, problems);
      for (const arg of expr.args) validate(arg, problems);
      validateCall(expr, problems);
      break;
    case 'list':
      for (const element of expr.elements) validate(element, problems);
      break;
    case 'map':
      for (const { key, value } of expr.entries) {
        validate(key, problems);
        validate(value, problems);
      }
      break;
    case 'struct':
      for (const { value } of expr.fields) validate(value, problems);
      break;
    case 'comprehension':
      for (const part of [expr.range, expr.init, expr.condition, expr.step, expr.result])
        validate(part, problems);
      break;
  }
  return problems;
}

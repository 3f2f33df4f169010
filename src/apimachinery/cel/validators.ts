/**
 * Checks after the types (cel-go cel/validator.go): constants that can never work (durations, instants, patterns, formats), and
 * literals of mixed types.
 */

import type { Call, Expr, ListExpr, Literal, MapExpr } from './ast.ts';
import type { CheckProblem } from './checker.ts';
import { toDuration, toTimestamp } from './convert.ts';
import { CelError } from './errors.ts';
import { refused, takesKind, walkFormat } from './libraries/format-string.ts';
import { compileRegex } from './regex.ts';
import { type CelType, formatType, isExactType } from './types.ts';

function fails(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof CelError) return true;
    throw error;
  }
}

/** Functions by name: whether the constant that is their first argument is wrong. */
const CONSTANTS: ReadonlyMap<string, (value: Literal) => boolean> = new Map([
  ['duration', (value) => fails(() => toDuration(value))],
  ['timestamp', (value) => fails(() => toTimestamp(value))],
  ['matches', (value) => typeof value === 'string' && fails(() => compileRegex(value))],
]);

function validateConstant(expr: Call, problems: CheckProblem[]): void {
  const wrong = CONSTANTS.get(expr.name);
  if (wrong === undefined) return;
  const arg = expr.args[0];
  if (arg?.kind === 'const' && wrong(arg.value))
    problems.push({ at: arg.at, message: `invalid ${expr.name} argument` });
}

/** The innermost part of an argument of `%s` that has no text. */
function withoutText(expr: Expr): Expr | undefined {
  if (!takesKind('s', expr.type!.kind)) return expr;
  const parts =
    expr.kind === 'list'
      ? expr.elements
      : expr.kind === 'map'
        ? expr.entries.flatMap(({ key, value }) => [key, value])
        : [];
  for (const part of parts) {
    const found = withoutText(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `'...'.format([...])`: the clauses against the types of the arguments. */
function validateFormat(expr: Call, problems: CheckProblem[]): void {
  if (expr.name !== 'format' || expr.target?.kind !== 'const' || typeof expr.target.value !== 'string')
    return;
  const list = expr.args[0];
  if (list?.kind !== 'list') return;
  const args = list.elements;
  let at = expr.at;
  try {
    const { used } = walkFormat(expr.target.value, args.length, (clause, index) => {
      const arg = args[index]!;
      const bad = clause === 's' ? withoutText(arg) : takesKind(clause, arg.type!.kind) ? undefined : arg;
      if (bad === undefined) return '';
      at = bad.at;
      throw new CelError(`error during formatting: ${refused(clause, bad.type!.name).message}`);
    });
    if (args.length > used) {
      const message = `too many arguments supplied to string.format (expected ${used}, got ${args.length})`;
      problems.push({ at, message });
    }
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    problems.push({ at, message: error.message });
  }
}

const typeOf = (expr: Expr, optional: boolean): CelType =>
  optional ? (expr.type!.params[0] ?? expr.type!) : expr.type!;

function mismatch(at: number, expected: CelType, actual: CelType): CheckProblem {
  return { at, message: `expected type '${formatType(expected)}' but found '${formatType(actual)}'` };
}

function validateList(expr: ListExpr, problems: CheckProblem[]): void {
  let expected: CelType | undefined;
  for (const [index, element] of expr.elements.entries()) {
    const type = typeOf(element, expr.optional.has(index));
    expected ??= type;
    if (isExactType(expected, type)) continue;
    problems.push(mismatch(element.at, expected, type));
    return;
  }
}

function validateMap(expr: MapExpr, problems: CheckProblem[]): void {
  const first = expr.entries[0];
  if (first === undefined) return;
  const expectedKey = first.key.type!;
  const expectedValue = typeOf(first.value, first.optional);
  for (const { key, value, optional } of expr.entries) {
    const type = typeOf(value, optional);
    if (!isExactType(expectedKey, key.type!)) problems.push(mismatch(key.at, expectedKey, key.type!));
    if (!isExactType(expectedValue, type)) problems.push(mismatch(value.at, expectedValue, type));
  }
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.elements;
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.fields.map(({ value }) => value);
    case 'comprehension':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
}

/** Problems of a checked tree. `mixed`: literals of mixed types are allowed, as they always are within `format`. */
export function validate(expr: Expr, mixed: boolean, problems: CheckProblem[] = []): CheckProblem[] {
  if (expr.kind === 'call') {
    validateConstant(expr, problems);
    validateFormat(expr, problems);
  }
  const mixedInside = mixed || (expr.kind === 'call' && expr.name === 'format');
  if (!mixed && expr.kind === 'list') validateList(expr, problems);
  if (!mixed && expr.kind === 'map') validateMap(expr, problems);
  for (const part of partsOf(expr)) validate(part, mixedInside, problems);
  return problems;
}

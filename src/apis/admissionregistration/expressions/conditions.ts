/** Match conditions: whether a policy or webhook has anything to say. Source: apiserver pkg/admission/plugin/webhook/matchconditions/matcher.go. */
import type { Activation, Environment } from '../../../apimachinery/cel/cel.ts';
import type { Allowance } from '../../../apimachinery/cel/work.ts';
import { boolType } from '../../../apimachinery/cel/types.ts';
import type { MatchCondition } from '../../../apimachinery/types/admissionregistration.v1.gen.ts';
import {
  type Compiled,
  compileExpression,
  Evaluation,
  MATCH_COST_BUDGET,
  type Variables,
} from './expressions.ts';

export type Conditions = readonly Compiled[];

export const conditionsOf = (conditions: readonly MatchCondition[], environment: Environment): Conditions =>
  conditions.map(({ expression }) => compileExpression(expression, environment, [boolType]));

export interface Matching {
  readonly matches: boolean;
  /** What went wrong, when no condition is false. */
  readonly problem?: string;
}

/** One that is false decides; else one that fails does. @throws BudgetError */
export function matchConditions(
  conditions: Conditions,
  inputs: Activation,
  variables: Variables | undefined,
  allowance: Allowance,
): Matching {
  if (conditions.length === 0) return { matches: true };
  const evaluation = new Evaluation(inputs, variables, MATCH_COST_BUDGET, allowance);
  const problems = new Set<string>();
  for (const condition of conditions) {
    const outcome = evaluation.evaluate(condition);
    if (!outcome.ok) problems.add(outcome.message);
    else if (outcome.value === false) return { matches: false };
  }
  if (problems.size === 0) return { matches: true };
  const texts = [...problems];
  return { matches: false, problem: texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]` };
}

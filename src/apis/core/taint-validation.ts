/** Taints of nodes. Source: kubernetes pkg/apis/core/validation/validation.go (validateNodeTaints). */
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import type { Taint } from '../../apimachinery/types/core.v1.gen.ts';
import { isQualifiedName, isValidLabelValue } from '../../apimachinery/validation/content.ts';
import { invalidEach } from './field-rules.ts';

export const TAINT_EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Taints have a key, a good value, a known effect, and no two have the same key and effect. */
export function validateTaints(taints: readonly Taint[], path: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap(({ key = '', value = '', effect = '' }, i) => {
    const here = at(path, i);
    const errors = invalidEach(child(here, 'key'), key, isQualifiedName(key));
    const wrong = isValidLabelValue(value);
    if (wrong.length > 0) errors.push(invalid(child(here, 'value'), value, wrong.join(';')));
    if (!effect) errors.push(required(child(here, 'effect')));
    else if (!TAINT_EFFECTS.includes(effect))
      errors.push(unsupported(child(here, 'effect'), effect, TAINT_EFFECTS));
    const identity = `${effect}/${key}`;
    if (seen.has(identity)) errors.push(repeatedTaint(taints[i]!, here));
    seen.add(identity);
    return errors;
  });
}

function repeatedTaint({ key, value = '', effect, timeAdded }: Taint, path: string): FieldError {
  // The value is shown as upstream's internal type is written.
  const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null };
  const error = duplicate(path, shown);
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` };
}

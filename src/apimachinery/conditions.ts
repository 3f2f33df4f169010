/**
 * Conditions of a status, on every kind that has them.
 * Source: kubernetes/apimachinery pkg/api/meta/conditions.go.
 */

/** What all the kinds' conditions have in common. Times are RFC 3339 texts. */
export interface ConditionLike {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string | null;
}

export const findCondition = <C extends ConditionLike>(
  conditions: readonly C[] | undefined | null,
  type: string,
): C | undefined => conditions?.find((one) => one.type === type);

const SAME_AS_BEFORE = new Set(['type', 'lastTransitionTime']);

/**
 * The conditions with this one set: put at the end when it is new, else in the place of the old one of its type,
 * whose fields it does not have remain. lastTransitionTime stays unless the status changes; then it is the
 * condition's own or else `now`. Changes nothing in place; the same list comes back when nothing changes.
 */
export function setCondition<C extends ConditionLike>(
  conditions: readonly C[] | undefined | null,
  condition: C,
  now: string,
): C[] {
  const list = (conditions ?? []) as C[];
  const lastTransitionTime = condition.lastTransitionTime ?? now;
  const index = list.findIndex((one) => one.type === condition.type);
  if (index < 0) return [...list, { ...condition, lastTransitionTime }];
  const old = list[index]!;
  const changed = Object.entries(condition).some(
    ([field, value]) => !SAME_AS_BEFORE.has(field) && value !== old[field as keyof C],
  );
  if (!changed) return list;
  const next = {
    ...old,
    ...condition,
    lastTransitionTime: old.status === condition.status ? old.lastTransitionTime : lastTransitionTime,
  };
  return list.with(index, next);
}

/** The conditions without those of the type; the same list when there are none. */
export function removeCondition<C extends ConditionLike>(
  conditions: readonly C[] | undefined | null,
  type: string,
): C[] {
  const list = (conditions ?? []) as C[];
  return list.some((one) => one.type === type) ? list.filter((one) => one.type !== type) : list;
}

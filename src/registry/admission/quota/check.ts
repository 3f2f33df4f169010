/** Whether a request fits into a quota, and what the quota says afterwards. Source: apiserver pkg/admission/plugin/resourcequota/controller.go (CheckRequest). */
import {
  add,
  canonicalQuantity,
  cmp,
  formatQuantity,
  isZero,
  parseQuantity,
  sign,
  sub,
} from '../../../apimachinery/quantity.ts';
import type { ResourceQuota } from '../../../apimachinery/types/core.v1.gen.ts';
import type { Resources } from '../../../apis/core/resource-list.ts';
import type { Stored } from '../../../apis/object.ts';
import { type Charge, type Evaluator, inScopes } from './evaluator.ts';

export type Verdict =
  /** What status.used becomes; undefined: nothing changes. */
  { readonly used?: Record<string, string> } | { readonly refused: string };

/** `now` in ms. */
export function checkQuota(
  quota: Stored<ResourceQuota>,
  evaluator: Evaluator,
  charge: Charge,
  now: number,
): Verdict {
  const object = charge.object!;
  const { hard = {}, used = {} } = quota.status ?? {};
  const { name } = quota.metadata;
  const limited = evaluator.matching(Object.keys(hard));
  if (limited.length === 0 || !inScopes(evaluator, quota, object)) return {};
  const broken = evaluator.broken?.(object, limited);
  if (broken) return { refused: `failed quota: ${name}: ${broken}` };
  if (limited.some((one) => used[one] === undefined)) {
    return { refused: `status unknown for quota: ${name}, resources: ${limited.sort().join(',')}` };
  }
  const usage = evaluator.usage(object, now);
  const negative = Object.keys(usage).filter((one) => sign(usage[one]!) < 0);
  if (negative.length > 0) {
    return { refused: `quota usage is negative for resource(s): ${negative.sort().join(',')}` };
  }
  const delta = deltaOf(quota, evaluator, charge, usage, now);
  const requested = Object.keys(delta).filter((one) => hard[one] !== undefined && !isZero(delta[one]!));
  if (requested.length === 0) return {};
  const after = { ...used };
  const exceeded: string[] = [];
  for (const one of requested) {
    const sum = add(parseQuantity(used[one] ?? '0'), delta[one]!);
    if (cmp(sum, parseQuantity(hard[one]!)) > 0) exceeded.push(one);
    after[one] = formatQuantity(sum);
  }
  // A status tells what is already so.
  if (exceeded.length === 0 || charge.subresource === 'status') return { used: after };
  exceeded.sort();
  const list = (text: (one: string) => string): string =>
    exceeded.map((one) => `${one}=${text(one)}`).join(',');
  return {
    refused: `exceeded quota: ${name}, requested: ${list((one) => formatQuantity(delta[one]!))}, used: ${list((one) => canonicalQuantity(used[one] ?? '0'))}, limited: ${list((one) => canonicalQuantity(hard[one]!))}`,
  };
}

/** What the request adds. What it gives back is given by the quota controller, when it has happened. */
function deltaOf(
  quota: ResourceQuota,
  evaluator: Evaluator,
  { operation, old }: Charge,
  usage: Resources,
  now: number,
): Resources {
  if (operation !== 'UPDATE' || !old || !inScopes(evaluator, quota, old)) return usage;
  const before = evaluator.usage(old, now);
  const delta: Resources = {};
  for (const [name, value] of Object.entries(usage)) {
    const difference = before[name] ? sub(value, before[name]) : value;
    if (sign(difference) > 0) delta[name] = difference;
  }
  return delta;
}

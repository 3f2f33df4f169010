/**
 * How much of a device one share of it takes. Source: dynamic-resource-allocation structured/internal/incubating/consumable_capacity.go.
 */
import {
  add,
  cmp,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantity,
  value,
} from '../../apimachinery/quantity.ts';
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  CapacityRequirements,
  Device,
  DeviceCapacity,
} from '../../apimachinery/types/resource.v1.gen.ts';

/** By name of the capacity. */
export type Amounts = ReadonlyMap<string, Quantity>;

export function sum(...amounts: readonly (Amounts | undefined)[]): Map<string, Quantity> {
  const total = new Map<string, Quantity>();
  for (const one of amounts) {
    for (const [name, amount] of one ?? []) {
      const known = total.get(name);
      total.set(name, known ? add(known, amount) : amount);
    }
  }
  return total;
}

export const parseAmounts = (amounts: Readonly<Record<string, string>>): Amounts =>
  new Map(Object.entries(amounts).map(([name, text]) => [name, parseQuantity(text)]));
export const formatAmounts = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));

function roundToRange(requested: Quantity, { min, step }: CapacityRequestPolicyRange): Quantity {
  const least = parseQuantity(min);
  if (cmp(requested, least) < 0) return least;
  if (step === undefined) return requested;
  const [first, by] = [value(least), value(parseQuantity(step))];
  return quantity(first + Math.ceil((value(requested) - first) / by) * by, 'BinarySI');
}

function consumed(requested: string | undefined, { value: whole, requestPolicy }: DeviceCapacity): Quantity {
  if (requested === undefined) return parseQuantity(requestPolicy?.default ?? whole);
  const wanted = parseQuantity(requested);
  if (requestPolicy?.validRange) return roundToRange(wanted, requestPolicy.validRange);
  const larger = requestPolicy?.validValues?.map(parseQuantity).find((one) => cmp(wanted, one) <= 0);
  return larger ?? wanted;
}

function violates(amount: Quantity, policy: CapacityRequestPolicy | undefined): boolean {
  if (!policy) return false;
  const { default: usual, validRange, validValues } = policy;
  if (usual && cmp(amount, parseQuantity(usual)) === 0) return false;
  if (validRange) {
    const { min, max, step } = validRange;
    if (max !== undefined && cmp(amount, parseQuantity(max)) > 0) return true;
    const over = value(amount) - value(parseQuantity(min));
    return step !== undefined && over % value(parseQuantity(step)) !== 0;
  }
  return Boolean(validValues?.length) && !validValues!.some((one) => cmp(amount, parseQuantity(one)) === 0);
}

/** What a request takes of a device besides what is taken; undefined: there is not as much left. */
export function shareOf(
  { capacity = {} }: Device,
  requirements: CapacityRequirements | undefined,
  taken: Amounts | undefined,
): Amounts | undefined {
  const requests = requirements?.requests ?? {};
  if (Object.keys(requests).some((name) => !Object.hasOwn(capacity, name))) return undefined;
  const share = new Map<string, Quantity>();
  for (const [name, one] of Object.entries(capacity)) {
    const amount = consumed(requests[name], one);
    if (violates(amount, one.requestPolicy)) return undefined;
    const before = taken?.get(name);
    if (cmp(before ? add(before, amount) : amount, parseQuantity(one.value)) > 0) return undefined;
    share.set(name, amount);
  }
  return share;
}

/** The constraints of one limit of a limit range. Source: kubernetes plugin/pkg/admission/limitranger/admission.go. */
import { canonicalQuantity, cmp, isZero, milliValue, parseQuantity } from '../../apimachinery/quantity.ts';
import type { LimitRangeItem } from '../../apimachinery/types/core.v1.gen.ts';

type List = Readonly<Record<string, string>>;

/** What is asked for. */
export interface Demand {
  readonly requests: List;
  readonly limits: List;
}

const lessThan = (a: string, b: string): boolean => cmp(parseQuantity(a), parseQuantity(b)) < 0;
const show = canonicalQuantity;

/** One message, or none, for each resource of a list. */
function each(
  list: List | undefined,
  check: (name: string, enforced: string) => string | undefined,
): string[] {
  const messages: string[] = [];
  for (const [name, enforced] of Object.entries(list ?? {})) {
    const message = check(name, enforced);
    if (message) messages.push(message);
  }
  return messages;
}

export const minBroken = ({ type, min }: LimitRangeItem, { requests, limits }: Demand): string[] =>
  each(min, (name, enforced) => {
    const rule = `minimum ${name} usage per ${type} is ${show(enforced)}`;
    const request = requests[name];
    const limit = limits[name];
    if (request === undefined) return `${rule}.  No request is specified`;
    if (lessThan(request, enforced)) return `${rule}, but request is ${show(request)}`;
    if (limit !== undefined && lessThan(limit, enforced)) return `${rule}, but limit is ${show(limit)}`;
    return undefined;
  });

export const maxBroken = ({ type, max }: LimitRangeItem, { requests, limits }: Demand): string[] =>
  each(max, (name, enforced) => {
    const rule = `maximum ${name} usage per ${type} is ${show(enforced)}`;
    const request = requests[name];
    const limit = limits[name];
    if (limit === undefined) return `${rule}.  No limit is specified`;
    if (lessThan(enforced, limit)) return `${rule}, but limit is ${show(limit)}`;
    if (request !== undefined && lessThan(enforced, request))
      return `${rule}, but request is ${show(request)}`;
    return undefined;
  });

/** For what has no limits: claims. */
export const maxRequestBroken = ({ type, max }: LimitRangeItem, { requests }: Demand): string[] =>
  each(max, (name, enforced) => {
    const rule = `maximum ${name} usage per ${type} is ${show(enforced)}`;
    const request = requests[name];
    if (request === undefined) return `${rule}.  No request is specified`;
    return lessThan(enforced, request) ? `${rule}, but request is ${show(request)}` : undefined;
  });

export const ratioBroken = (
  { type, maxLimitRequestRatio }: LimitRangeItem,
  { requests, limits }: Demand,
): string[] =>
  each(maxLimitRequestRatio, (name, enforced) => {
    const rule = `${name} max limit to request ratio per ${type} is ${show(enforced)}`;
    const request = parseQuantity(requests[name] ?? '0');
    const limit = parseQuantity(limits[name] ?? '0');
    if (isZero(request)) return `${rule}, but no request is specified or request is 0`;
    if (isZero(limit)) return `${rule}, but no limit is specified or limit is 0`;
    const ratio = milliValue(limit) / milliValue(request);
    return ratio * 1000 > milliValue(parseQuantity(enforced))
      ? `${rule}, but provided ratio is ${ratio.toFixed(6)}`
      : undefined;
  });

/** Source: kubernetes pkg/registry/certificates/certificates/strategy.go. */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '../../apimachinery/types/certificates.v1.gen.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { StrategyContext } from '../definition.ts';
import { humanDuration } from '../../apimachinery/time.ts';

/** The request says who made it: whatever the client wrote there is replaced. */
export function prepareSigningRequest(request: CertificateSigningRequest, ctx: StrategyContext): void {
  const { spec } = request;
  if (!spec) return;
  const { user } = ctx;
  setOrDrop(spec, 'username', user.username);
  setOrDrop(spec, 'uid', user.uid);
  spec.groups = [...user.groups];
  if (user.extra && Object.keys(user.extra).length) spec.extra = deepCopy(user.extra);
  else delete spec.extra;
  request.status = {};
}

function setOrDrop<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): void {
  if (value) object[key] = value;
  else delete object[key];
}

/** Spec and status of a request never change through the main resource. */
export function keepSigningRequest(request: CertificateSigningRequest, old: CertificateSigningRequest): void {
  request.spec = old.spec;
  if (old.status === undefined) delete request.status;
  else request.status = old.status;
}

/**
 * An update of the approval subresource changes conditions and nothing else of the status.
 * Call it as the subresource's prepareForUpdate.
 */
export function prepareSigningRequestApproval(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  ctx: StrategyContext,
): void {
  const conditions = request.status?.conditions;
  request.spec = old.spec;
  request.status = { ...old.status };
  if (conditions) request.status.conditions = conditions;
  else delete request.status.conditions;
  stampConditions(request, old, ctx.now);
}

/**
 * An update of the status subresource neither approves nor denies: those conditions stay as they are, and validation
 * refuses one more or one less.
 */
export function prepareSigningRequestStatus(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  ctx: StrategyContext,
): void {
  request.spec = old.spec;
  request.status ??= {};
  const [now, before] = [request.status.conditions ?? [], old.status?.conditions ?? []];
  if (now.length > 0)
    request.status.conditions = now.map((condition) => keepDecision(condition, now, before));
  stampConditions(request, old, ctx.now);
}

type Condition = CertificateSigningRequestCondition;
const DECISIONS = ['Approved', 'Denied'];
const ofType = (conditions: readonly Condition[], type: string): Condition[] =>
  conditions.filter((condition) => condition.type === type);
const count = (conditions: readonly Condition[], type: string): number => ofType(conditions, type).length;

/** The old condition in the place of a decision, the first for the first. */
function keepDecision(
  condition: Condition,
  now: readonly Condition[],
  before: readonly Condition[],
): Condition {
  const { type } = condition;
  if (!DECISIONS.includes(type) || count(now, type) !== count(before, type)) return condition;
  return ofType(before, type)[ofType(now, type).indexOf(condition)] ?? condition;
}

/** Conditions without times get them: updated now; changed now, or when a condition like it last changed. */
function stampConditions(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  now: number,
): void {
  const time = formatTime(now);
  for (const condition of request.status?.conditions ?? []) {
    condition.lastUpdateTime ||= time;
    if (condition.lastTransitionTime) continue;
    const before = old.status?.conditions?.find(
      (one) => one.type === condition.type && one.status === condition.status && one.lastTransitionTime,
    );
    condition.lastTransitionTime = before?.lastTransitionTime ?? time;
  }
}

/** `Pending`, `Approved` or `Denied`, then `,Failed` and `,Issued`. */
export function signingRequestState(request: CertificateSigningRequest): string {
  const has = (type: string): boolean => !!request.status?.conditions?.some((one) => one.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return decision + (has('Failed') ? ',Failed' : '') + (request.status?.certificate ? ',Issued' : '');
}

export const requestedDuration = (seconds: number | undefined): string =>
  typeof seconds === 'number' ? humanDuration(seconds * 1000) : '<none>';

/** Source: kubernetes pkg/registry/certificates/certificates/strategy.go, pkg/apis/certificates/v1/defaults.go. */
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '../../apimachinery/types/certificates.v1.gen.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { StrategyContext } from '../definition.ts';
import { humanDuration } from '../../apimachinery/time.ts';

export function defaultSigningRequest(request: CertificateSigningRequest): void {
  for (const condition of request.status?.conditions ?? []) condition.status ||= 'True';
}

/** The request says who made it: whatever the client wrote there is replaced. */
export function prepareSigningRequest(request: CertificateSigningRequest, ctx: StrategyContext): void {
  const { spec } = request;
  if (!spec) return;
  const { user } = ctx;
  setOrDrop(spec, 'username', user.username);
  setOrDrop(spec, 'uid', user.uid);
  spec.groups = [...user.groups];
  if (user.extra && Object.keys(user.extra).length) spec.extra = structuredClone(user.extra);
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

type Condition = CertificateSigningRequestCondition;
const isApproval = (condition: Condition): boolean =>
  condition.type === 'Approved' || condition.type === 'Denied';

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

/** An update of the status subresource neither approves nor denies: those conditions stay as they are. */
export function prepareSigningRequestStatus(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  ctx: StrategyContext,
): void {
  request.spec = old.spec;
  request.status ??= {};
  const { status } = request;
  const conditions = preserveApprovals(status.conditions ?? [], old.status?.conditions ?? []);
  if (conditions.length) status.conditions = conditions;
  else delete status.conditions;
  stampConditions(request, old, ctx.now);
}

/** The new conditions without approvals of their own, and the approvals that there were, in their places. */
function preserveApprovals(conditions: readonly Condition[], old: readonly Condition[]): Condition[] {
  const approvals = old.filter(isApproval);
  const result: Condition[] = [];
  for (const condition of conditions) {
    if (!isApproval(condition)) {
      result.push(condition);
      continue;
    }
    const index = approvals.findIndex((one) => one.type === condition.type);
    if (index >= 0) result.push(...approvals.splice(index, 1));
  }
  return [...result, ...approvals];
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

/**
 * What a claim may ask for in its namespace, and who may write its status. Source: kubernetes pkg/registry/resource/utils.go,
 * pkg/registry/resource/{resourceclaim,resourceclaimtemplate}/strategy.go.
 */
import { at, child, type FieldError, forbidden, internal } from '../../apimachinery/field-error.ts';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceClaim,
  ResourceClaim,
  ResourceClaimStatus,
  ResourceClaimTemplate,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import type { ClusterQuestions, StrategyContext, UserInfo } from '../definition.ts';
import { semanticEqual } from '../strategy.ts';
import { deviceId } from './claim-status.ts';

const ADMIN_LABEL = 'resource.kubernetes.io/admin-access';
const NODE_NAME_KEY = 'authentication.kubernetes.io/node-name';
const SERVICE_ACCOUNT = /^system:serviceaccount:[^:]+:[^:]+$/;

/** At creation only: a spec never changes. */
export async function authorizeClaim(
  claim: ResourceClaim,
  old: ResourceClaim | undefined,
  ctx: StrategyContext,
  cluster: ClusterQuestions,
): Promise<FieldError[]> {
  if (!old) return adminAccess(adminRequest(claim.spec?.devices), ctx, cluster);
  if (ctx.subresource !== 'status') return [];
  const [status, before] = [claim.status ?? {}, old.status ?? {}];
  const errors: FieldError[] = [];
  if (!adminResult(before)) errors.push(...(await adminAccess(adminResult(status), ctx, cluster)));
  errors.push(...(await bindingErrors(status, before, cluster)));
  if (status.allocation) errors.push(...(await deviceStatusErrors(status, before, ctx, cluster)));
  return errors;
}

/** Of a template, too, the path is that of a claim. */
export const authorizeClaimTemplate = async (
  template: ResourceClaimTemplate,
  old: ResourceClaimTemplate | undefined,
  ctx: StrategyContext,
  cluster: ClusterQuestions,
): Promise<FieldError[]> =>
  old ? [] : adminAccess(adminRequest(template.spec?.spec?.devices), ctx, cluster);

/** Where admin access is asked for; undefined: nowhere. */
function adminRequest(devices: DeviceClaim | undefined): string | undefined {
  const index = (devices?.requests ?? []).findIndex(({ exactly }) => exactly?.adminAccess);
  return index < 0 ? undefined : child(at('spec.devices.requests', index), 'adminAccess');
}

function adminResult({ allocation }: ResourceClaimStatus): string | undefined {
  const index = (allocation?.devices?.results ?? []).findIndex((result) => result.adminAccess);
  return index < 0 ? undefined : child(at('status.allocation.devices.results', index), 'adminAccess');
}

async function adminAccess(
  path: string | undefined,
  { namespace }: StrategyContext,
  cluster: ClusterQuestions,
): Promise<FieldError[]> {
  if (path === undefined) return [];
  const labels = await cluster.namespaceLabels();
  if (!labels) {
    const missing = `namespaces "${namespace}" not found`;
    return [internal(path, `could not retrieve namespace to verify admin access: ${missing}`)];
  }
  if (labels[ADMIN_LABEL] === 'true') return [];
  const detail = `admin access to devices requires the \`${ADMIN_LABEL}: true\` label on the containing namespace`;
  return [forbidden(path, detail)];
}

/** Who allocates and reserves is a scheduler. */
async function bindingErrors(
  status: ResourceClaimStatus,
  before: ResourceClaimStatus,
  { verb, refusal }: ClusterQuestions,
): Promise<FieldError[]> {
  const same =
    semanticEqual(status.allocation, before.allocation) &&
    semanticEqual(status.reservedFor, before.reservedFor);
  if (same) return [];
  const problem = await refusal(verb, 'binding', '', '');
  if (problem === undefined) return [];
  const needed = `requires resource="resourceclaims/binding", verb="${verb}" permission`;
  const detail = `changing status.allocation or status.reservedFor ${needed}: ${problem}`;
  return [forbidden('status.allocation', detail)];
}

/** Who tells of devices is their driver, best the one on their node. */
async function deviceStatusErrors(
  status: ResourceClaimStatus,
  before: ResourceClaimStatus,
  { user, namespace }: StrategyContext,
  { verb, refusal }: ClusterQuestions,
): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  const verbs = [`arbitrary-node:${verb}`];
  if (isOnNode(user, nodeOf(status.allocation))) verbs.unshift(`associated-node:${verb}`);
  for (const driver of changedDrivers(status, before)) {
    let problem: string | undefined;
    for (const asked of verbs) {
      const refused = await refusal(asked, 'driver', namespace, driver);
      if (refused === undefined) {
        problem = undefined;
        break;
      }
      problem ??= refused;
    }
    if (problem === undefined) continue;
    const needed = `requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]" permission`;
    errors.push(forbidden('status.devices', `changing status.devices ${needed}: ${problem}`));
  }
  return errors;
}

/** Drivers of entries that came, went or changed, sorted. */
function changedDrivers(status: ResourceClaimStatus, before: ResourceClaimStatus): string[] {
  const old = new Map<string, AllocatedDeviceStatus>();
  for (const device of before.devices ?? []) old.set(deviceId(device), device);
  const drivers = new Set<string>();
  for (const device of status.devices ?? []) {
    const id = deviceId(device);
    if (!semanticEqual(old.get(id), device)) drivers.add(device.driver);
    old.delete(id);
  }
  for (const { driver } of old.values()) drivers.add(driver);
  return [...drivers].sort();
}

/** The one node that an allocation is for; '' when it is not for one. */
function nodeOf(allocation: AllocationResult | undefined): string {
  const terms = allocation?.nodeSelector?.nodeSelectorTerms ?? [];
  const [{ matchExpressions = [], matchFields = [] } = {}] = terms;
  const [field] = matchFields;
  if (terms.length !== 1 || matchExpressions.length > 0 || matchFields.length !== 1) return '';
  const isName = field?.key === 'metadata.name' && field.operator === 'In' && field.values?.length === 1;
  return isName ? field.values![0]! : '';
}

function isOnNode({ username, extra }: UserInfo, node: string): boolean {
  if (node === '' || !SERVICE_ACCOUNT.test(username)) return false;
  const names = extra?.[NODE_NAME_KEY] ?? [];
  return names.length === 1 && names[0] === node && isDNS1123Subdomain(node).length === 0;
}

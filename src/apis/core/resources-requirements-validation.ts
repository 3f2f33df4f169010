/**
 * Requests, limits and claims of containers and pods.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateResourceRequirements, validateResourceClaimNames),
 * pkg/apis/core/helper/helpers.go.
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import {
  cmp,
  formatQuantity,
  parseQuantity,
  type Quantity,
  roundUp,
  sign,
} from '../../apimachinery/quantity.ts';
import type { ResourceClaim, ResourceRequirements } from '../../apimachinery/types/core.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { checkDNS1123Label, invalidEach, NEGATIVE, NOT_INTEGER } from './field-rules.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { isSupportedPodLevelResource } from './pod-resources.ts';
import { isHugePageResource, isNativeResource, isOvercommitAllowed } from './resource-list.ts';

const CONTAINER_RESOURCES = new Set(['cpu', 'memory', 'ephemeral-storage']);
const COUNTED_RESOURCES = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
] as const;
const INTEGER_RESOURCES: ReadonlySet<string> = new Set(COUNTED_RESOURCES);
const STANDARD_RESOURCES: ReadonlySet<string> = new Set([
  ...CONTAINER_RESOURCES,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'storage',
  'requests.storage',
  ...COUNTED_RESOURCES,
]);

/** A resource of some vendor: it has a domain that is not Kubernetes' own. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

/** Whether amounts of the resource must be whole numbers. */
export const isIntegerResource = (name: string): boolean =>
  INTEGER_RESOURCES.has(name) || isExtendedResource(name);

const isStandardResource = (name: string): boolean =>
  STANDARD_RESOURCES.has(name) || isHugePageResource(name) || name.startsWith('requests.hugepages-');

/** The name of any resource: qualified, or one that Kubernetes knows. */
export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (errors.length > 0 || name.includes('/') || isStandardResource(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

/** The name of a resource that containers can have. */
export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.has(name) && !isHugePageResource(name)) {
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
    }
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

/** The name of a resource that a pod as a whole can have. */
export function validatePodResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0 || isSupportedPodLevelResource(name)) return errors;
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

/** An amount of a resource: not negative, whole where only whole ones exist. */
export function validateResourceQuantity(name: string, value: Quantity, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (sign(value) < 0) errors.push(invalid(path, formatQuantity(value), NEGATIVE));
  if (isIntegerResource(name) && !isWhole(value))
    errors.push(invalid(path, formatQuantity(value), NOT_INTEGER));
  return errors;
}

const isWhole = ({ unscaled, scale }: Quantity): boolean =>
  scale >= 0 || unscaled % 10n ** BigInt(-scale) === 0n;

type ValidateName = (name: string, path: string) => FieldError[];

/** Requests, limits and claims. `claimNames`: what spec.resourceClaims names. */
export function validateResourceRequirements(
  { limits = {}, requests = {}, claims }: ResourceRequirements,
  validateName: ValidateName,
  claimNames: ReadonlySet<string>,
  path: string,
  { allowIndivisibleHugePages = false }: PodValidationOptions = {},
): FieldError[] {
  const errors: FieldError[] = [];
  const limitsPath = child(path, 'limits');
  const requestsPath = child(path, 'requests');
  const amounts: Record<string, Quantity> = {};
  for (const [name, text] of Object.entries(limits)) {
    const amount = parseQuantity(text);
    amounts[name] = amount;
    const here = at(limitsPath, name);
    errors.push(...validateName(name, here), ...validateResourceQuantity(name, amount, here));
    if (!allowIndivisibleHugePages) errors.push(...validateHugePages(name, amount, here));
  }
  for (const [name, text] of Object.entries(requests)) {
    const amount = parseQuantity(text);
    const here = at(requestsPath, name);
    errors.push(...validateName(name, here), ...validateResourceQuantity(name, amount, here));
    errors.push(...compareWithLimit(name, amount, amounts[name], limitsPath, requestsPath));
    if (!allowIndivisibleHugePages) errors.push(...validateHugePages(name, amount, here));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePageResource) && !names.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  errors.push(...validateClaimNames(claims ?? [], claimNames, child(path, 'claims')));
  return errors;
}

function compareWithLimit(
  name: string,
  amount: Quantity,
  limit: Quantity | undefined,
  limitsPath: string,
  requestsPath: string,
): FieldError[] {
  const overcommit = isOvercommitAllowed(name);
  if (!limit)
    return overcommit ? [] : [required(limitsPath, 'Limit must be set for non overcommitable resources')];
  const order = cmp(amount, limit);
  if (order === 0 || (order < 0 && overcommit)) return [];
  const relation = overcommit ? 'less than or equal to' : 'equal to';
  const text = `must be ${relation} ${name} limit of ${formatQuantity(limit)}`;
  return [invalid(requestsPath, formatQuantity(amount), text)];
}

/** Huge pages come whole: an amount must be a multiple of the page. */
function validateHugePages(name: string, amount: Quantity, path: string): FieldError[] {
  if (!isHugePageResource(name) || isDivisible(name, amount)) return [];
  const text = formatQuantity(amount);
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

/** Whether an amount is one of huge pages, but not of whole ones. */
export const isIndivisibleHugePages = (name: string, amount: string): boolean =>
  isHugePageResource(name) && !isDivisible(name, parseQuantity(amount));

/** Upstream divides what is rounded up to whole bytes. */
function isDivisible(name: string, amount: Quantity): boolean {
  const page = pageSize(name);
  if (page === undefined || sign(page) <= 0 || !isWhole(page)) return false;
  return wholeValue(amount) % wholeValue(page) === 0n;
}

const wholeValue = (amount: Quantity): bigint => {
  const { unscaled, scale } = roundUp(amount, 0);
  return unscaled * 10n ** BigInt(scale);
};

function pageSize(name: string): Quantity | undefined {
  try {
    return parseQuantity(name.slice('hugepages-'.length));
  } catch {
    return undefined;
  }
}

/** Claims of a container must be claims of the pod, each named once: as a whole or request by request. */
function validateClaimNames(
  claims: readonly ResourceClaim[],
  known: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { name, request }] of claims.entries()) {
    const here = at(path, index);
    if (!name) {
      errors.push(required(here));
      continue;
    }
    if (seen.has(name)) errors.push(duplicate(here, name));
    else {
      if (request) errors.push(...checkDNS1123Label(request, child(here, 'request')));
      const key = request ? `${name}/${request}` : name;
      if (seen.has(key)) errors.push(duplicate(here, key));
      else if (!request && [...seen].some((one) => one.startsWith(`${name}/`)))
        errors.push(duplicate(here, name));
      seen.add(key);
    }
    if (!known.has(name)) {
      const { type, field, message } = notFound(here, name);
      const rest = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      errors.push({
        type,
        field,
        message: `${message}: must be one of the names in pod.spec.resourceClaims${rest}`,
      });
    }
  }
  return errors;
}

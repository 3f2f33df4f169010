/** Source: kubernetes pkg/apis/storage/validation/validation.go. */
import {
  at,
  child,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  unsupported,
} from '../../apimachinery/field-error.ts';
import { parseQuantity, sign } from '../../apimachinery/quantity.ts';
import type {
  CSIDriver,
  CSIDriverSpec,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  TokenRequest,
} from '../../apimachinery/types/storage.v1.gen.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { invalidEach, validateCSIDriverName, validateQualifiedName } from '../meta-validation.ts';
import { immutable } from '../apps/validation.ts';
import { labelSelectorForm } from '../meta-forms.ts';
import { semanticEqual } from '../strategy.ts';

const IMMUTABLE = 'field is immutable';
const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;
const MIN_UPDATE_PERIOD_SECONDS = 10;
const MAX_NODE_ID_BYTES = 256;

export function validateCSIDriver(driver: CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  const spec: CSIDriverSpec = driver.spec ?? {};
  if (spec.attachRequired === undefined) errors.push(required('spec.attachedRequired'));
  for (const field of ['podInfoOnMount', 'storageCapacity'] as const) {
    if (spec[field] === undefined) errors.push(required(`spec.${field}`));
  }
  if (spec.fsGroupPolicy !== undefined && !FS_GROUP_POLICIES.includes(spec.fsGroupPolicy)) {
    errors.push(notSupported('spec.fsGroupPolicy', spec.fsGroupPolicy, FS_GROUP_POLICIES));
  }
  errors.push(...validateTokenRequests(spec.tokenRequests ?? [], 'spec.tokenRequests'));
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (LIFECYCLE_MODES.includes(mode)) continue;
    errors.push(unsupported('spec.volumeLifecycleModes', mode, LIFECYCLE_MODES));
  }
  if (spec.seLinuxMount === undefined) errors.push(required('spec.seLinuxMount'));
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < MIN_UPDATE_PERIOD_SECONDS) {
    const detail = 'must be greater than or equal to 10 seconds';
    errors.push(invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, detail));
  }
  if (spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.push(invalid('spec.serviceAccountTokenInSecrets', spec.serviceAccountTokenInSecrets, detail));
  }
  return errors;
}

/** Audiences differ; the empty one is the API server's own. */
function validateTokenRequests(requests: readonly TokenRequest[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    const here = at(path, index);
    if (seen.has(audience)) {
      errors.push(duplicate(child(here, 'audience'), audience));
      continue;
    }
    seen.add(audience);
    const problem = (detail: string): FieldError =>
      invalid(child(here, 'expirationSeconds'), seconds, detail);
    if (seconds === undefined) continue;
    if (seconds < MIN_TOKEN_SECONDS) errors.push(problem('may not specify a duration less than 10 minutes'));
    if (seconds > MAX_TOKEN_SECONDS)
      errors.push(problem('may not specify a duration larger than 2^32 seconds'));
  }
  return errors;
}

export function validateCSIDriverUpdate(driver: CSIDriver, old: CSIDriver): FieldError[] {
  const errors = validateCSIDriver(driver);
  if (driver.spec?.attachRequired !== old.spec?.attachRequired) {
    errors.push(invalid('spec.attachedRequired', driver.spec?.attachRequired, IMMUTABLE));
  }
  if (!semanticEqual(driver.spec?.volumeLifecycleModes, old.spec?.volumeLifecycleModes)) {
    errors.push(invalid('spec.volumeLifecycleModes', driver.spec?.volumeLifecycleModes, IMMUTABLE));
  }
  return errors;
}

export function validateCSINode(node: CSINode): FieldError[] {
  const seen = new Set<string>();
  return (node.spec?.drivers ?? []).flatMap((driver, index) => {
    const path = at('spec.drivers', index);
    const errors = validateNodeDriver(driver, path, seen.has(driver.name));
    seen.add(driver.name);
    return errors;
  });
}

function validateNodeDriver(driver: CSINodeDriver, path: string, repeated: boolean): FieldError[] {
  const errors = validateCSIDriverName(driver.name ?? '', child(path, 'name'));
  const nodeID = driver.nodeID ?? '';
  if (nodeID === '') errors.push(required(child(path, 'nodeID')));
  if (byteLength(nodeID) > MAX_NODE_ID_BYTES) {
    errors.push(invalid(child(path, 'nodeID'), nodeID, `must be ${MAX_NODE_ID_BYTES} characters or less`));
  }
  const count = driver.allocatable?.count;
  if (count !== undefined && count < 0) {
    errors.push(invalid(child(path, 'allocatable', 'count'), count, 'must be greater than or equal to 0'));
  }
  if (repeated) errors.push(duplicate(child(path, 'name'), driver.name));
  const keys = driver.topologyKeys ?? [];
  for (const [index, key] of keys.entries()) {
    if (key === '') errors.push(required(path));
    if (keys.indexOf(key) < index) errors.push(duplicate(path, key));
    errors.push(...validateQualifiedName(key, path));
  }
  return errors;
}

/** A driver that stays keeps everything but how many volumes the node takes. */
export function validateCSINodeUpdate(node: CSINode, old: CSINode): FieldError[] {
  const errors = validateCSINode(node);
  for (const before of old.spec?.drivers ?? []) {
    const now = node.spec?.drivers?.find((driver) => driver.name === before.name);
    const { allocatable: _, ...fixed } = before;
    if (now) {
      const { allocatable: __, ...rest } = now;
      errors.push(...immutable('spec.drivers', rest, fixed, 'CSINodeDriver'));
    }
  }
  return errors;
}

export function validateCSIStorageCapacity(capacity: CSIStorageCapacity): FieldError[] {
  const errors = validateLabelSelector(capacity.nodeTopology, 'nodeTopology');
  const className = capacity.storageClassName ?? '';
  errors.push(...invalidEach('storageClassName', className, nameIsDNSSubdomain(className, false)));
  if (capacity.capacity !== undefined && sign(parseQuantity(capacity.capacity)) < 0) {
    errors.push(invalid('capacity', capacity.capacity, 'must be greater than or equal to 0'));
  }
  return errors;
}

export function validateCSIStorageCapacityUpdate(
  capacity: CSIStorageCapacity,
  old: CSIStorageCapacity,
): FieldError[] {
  const errors = validateCSIStorageCapacity(capacity);
  if (!semanticEqual(capacity.nodeTopology, old.nodeTopology)) {
    errors.push(invalid('nodeTopology', labelSelectorForm(capacity.nodeTopology), IMMUTABLE));
  }
  if (capacity.storageClassName !== old.storageClassName) {
    errors.push(invalid('storageClassName', capacity.storageClassName ?? '', IMMUTABLE));
  }
  return errors;
}

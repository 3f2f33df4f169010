/** Source: kubernetes pkg/apis/resource/validation/validation.go. */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../apimachinery/field-error.ts';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaim,
  ResourceClaimConsumerReference,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { isValidInterfaceAddress } from '../../apimachinery/validation/ip.ts';
import { validateNodeSelector } from '../core/affinity-validation.ts';

import { immutable } from '../apps/validation.ts';
import { semanticEqual } from '../strategy.ts';
import { deviceId, shownDeviceId } from './claim-status.ts';
import {
  CONFIG_MAX,
  type RequestNames,
  requestNamesOf,
  validateRequestRef,
  validateRequestRefs,
} from './claim-validation.ts';
import {
  validateBindingConditions,
  validateDriverName,
  validateLabelName,
  validateObject,
  validateOpaque,
  validatePoolName,
  validateSet,
  validateSlice,
} from './rules.ts';

const RESERVED_FOR_MAX = 256;
const RESULTS_MAX = 32;
const CONDITIONS_MAX = 8;
const DATA_BYTES = 10 * 1024;
const INTERFACE_NAME_BYTES = 256;
const HARDWARE_ADDRESS_BYTES = 128;
const IPS_MAX = 16;

export function validateResourceClaimStatusUpdate(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const { reservedFor, devices, allocation } = claim.status ?? {};
  const uidOf = (consumer: ResourceClaimConsumerReference): string => consumer.uid ?? '';
  const errors = validateSet(reservedFor, RESERVED_FOR_MAX, 'status.reservedFor', validateConsumer, uidOf);
  const allocated = new Set((allocation?.devices?.results ?? []).map(deviceId));
  const validateOne = (device: AllocatedDeviceStatus, path: string): FieldError[] =>
    validateDeviceStatus(device, allocated, path);
  errors.push(...validateSet(devices, Infinity, 'status.devices', validateOne, deviceId, shownDeviceId));
  errors.push(...validateReservation(claim, old));
  const before = old.status?.allocation;
  if (before && allocation) {
    errors.push(...immutable('status.allocation', allocation, before, 'AllocationResult'));
  } else if (allocation) {
    errors.push(...validateAllocation(allocation, requestNamesOf(claim.spec?.devices), 'status.allocation'));
  }
  return errors;
}

/** Only an allocated claim is reserved, and one that is being deleted gets no new consumers. */
function validateReservation(claim: ResourceClaim, old: ResourceClaim): FieldError[] {
  const path = 'status.reservedFor';
  const consumers = claim.status?.reservedFor ?? [];
  if (!consumers.length) return [];
  if (!claim.status?.allocation) return [forbidden(path, 'may not be specified when `allocated` is not set')];
  if (!claim.metadata?.deletionTimestamp) return [];
  const known = old.status?.reservedFor ?? [];
  if (consumers.every((consumer) => known.some((one) => semanticEqual(one, consumer)))) return [];
  const detail = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
  return [forbidden(path, detail)];
}

const validateConsumer = (consumer: ResourceClaimConsumerReference, path: string): FieldError[] =>
  (['resource', 'name', 'uid'] as const)
    .filter((field) => !consumer[field])
    .map((field) => required(child(path, field)));

function validateAllocation(allocation: AllocationResult, names: RequestNames, path: string): FieldError[] {
  const devices = child(path, 'devices');
  const errors = validateSlice(
    allocation.devices?.results,
    RESULTS_MAX,
    child(devices, 'results'),
    (result, here) => validateResult(result, names, here),
  );
  // A class's configuration and the claim's own.
  errors.push(
    ...validateSlice(allocation.devices?.config, 2 * CONFIG_MAX, child(devices, 'config'), (config, here) =>
      validateAllocationConfig(config, names, here),
    ),
  );
  if (allocation.nodeSelector) {
    errors.push(...validateNodeSelector(allocation.nodeSelector, child(path, 'nodeSelector')));
  }
  return errors;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function validateShareID(id: string | undefined, path: string): FieldError[] {
  if (id === undefined || UUID.test(id)) return [];
  const detail = UUID.test(id.toLowerCase())
    ? 'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters'
    : `error validating uid: invalid UUID length: ${byteLength(id)}`;
  return [invalid(path, id, detail)];
}

function validateDevice(
  device: { driver: string; pool: string; device: string },
  path: string,
): FieldError[] {
  return [
    ...validateDriverName(device.driver ?? '', child(path, 'driver')),
    ...validatePoolName(device.pool ?? '', child(path, 'pool')),
    ...validateLabelName(device.device ?? '', child(path, 'device')),
  ];
}

const validateResult = (
  result: DeviceRequestAllocationResult,
  names: RequestNames,
  path: string,
): FieldError[] => [
  ...validateRequestRef(result.request ?? '', names, child(path, 'request')),
  ...validateDevice(result, path),
  ...validateBindingConditions(result.bindingConditions, result.bindingFailureConditions, path),
  ...validateShareID(result.shareID, child(path, 'shareID')),
];

function validateAllocationConfig(
  config: DeviceAllocationConfiguration,
  names: RequestNames,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const source = child(path, 'source');
  const sources = ['FromClaim', 'FromClass'];
  if (!config.source) errors.push(required(source));
  else if (!sources.includes(config.source)) errors.push(notSupported(source, config.source, sources));
  errors.push(...validateRequestRefs(config.requests, names, child(path, 'requests')));
  return [...errors, ...validateOpaque(config.opaque, path)];
}

function validateDeviceStatus(
  device: AllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
  path: string,
): FieldError[] {
  const errors = [
    ...validateDevice(device, path),
    ...validateShareID(device.shareID, child(path, 'shareID')),
  ];
  const id = deviceId(device);
  if (!allocated.has(id))
    errors.push(invalid(path, shownDeviceId(device), 'must be an allocated device in the claim'));
  const count = device.conditions?.length ?? 0;
  const conditions = child(path, 'conditions');
  if (count > CONDITIONS_MAX) errors.push(tooMany(conditions, count, CONDITIONS_MAX));
  errors.push(...validateConditions(device.conditions ?? [], conditions));
  if (device.data !== undefined) errors.push(...validateObject(device.data, DATA_BYTES, child(path, 'data')));
  if (device.networkData) errors.push(...validateNetworkData(device.networkData, child(path, 'networkData')));
  return errors;
}

function validateNetworkData(data: NetworkDeviceData, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (byteLength(data.interfaceName ?? '') > INTERFACE_NAME_BYTES) {
    errors.push(tooLong(child(path, 'interfaceName'), INTERFACE_NAME_BYTES));
  }
  if (byteLength(data.hardwareAddress ?? '') > HARDWARE_ADDRESS_BYTES) {
    errors.push(tooLong(child(path, 'hardwareAddress'), HARDWARE_ADDRESS_BYTES));
  }
  const validateAddress = (ip: string, here: string): FieldError[] => isValidInterfaceAddress(here, ip);
  return [...errors, ...validateSet(data.ips, IPS_MAX, child(path, 'ips'), validateAddress, (ip) => ip)];
}

/** Source: kubernetes pkg/apis/resource/validation/validation.go. */
import { child, type FieldError, invalid, notSupported, required } from '../../apimachinery/field-error.ts';
import type {
  DeviceClaim,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceClaimTemplate,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { isDNS1123Subdomain } from '../../apimachinery/validation/content.ts';
import { invalidEach } from '../meta-validation.ts';
import { immutable } from '../apps/validation.ts';
import { validateTemplateMetadata } from '../core/volume-claim-validation.ts';
import {
  validateFullyQualifiedAttribute,
  validateLabelName,
  validateOpaque,
  validateSelectors,
  validateSet,
  validateSlice,
  validateToleration,
} from './rules.ts';

export const REQUESTS_MAX = 32;
export const CONFIG_MAX = 32;
const CONSTRAINTS_MAX = 32;
const ALTERNATIVES_MAX = 8;
const ALLOCATION_MODES = ['All', 'ExactCount'];

/** Names by which a claim's requests may be referred to: `request` or `request/subrequest`. */
export type RequestNames = ReadonlySet<string>;

export function requestNamesOf(devices: DeviceClaim | undefined): RequestNames {
  const names = new Set<string>();
  for (const request of devices?.requests ?? []) {
    names.add(request.name);
    for (const alternative of request.firstAvailable ?? []) names.add(`${request.name}/${alternative.name}`);
  }
  return names;
}

export const validateResourceClaim = ({ spec }: ResourceClaim): FieldError[] =>
  validateDevices(spec?.devices ?? {}, 'spec.devices');

/** The spec cannot change, so an update says nothing else of it. */
export const validateResourceClaimUpdate = (claim: ResourceClaim, old: ResourceClaim): FieldError[] =>
  immutable('spec', claim.spec, old.spec, 'ResourceClaimSpec');

export const validateResourceClaimTemplate = ({ spec }: ResourceClaimTemplate): FieldError[] => [
  ...validateTemplateMetadata(spec?.metadata ?? {}, 'spec.metadata'),
  ...validateDevices(spec?.spec?.devices ?? {}, 'spec.spec.devices'),
];

export const validateResourceClaimTemplateUpdate = (
  template: ResourceClaimTemplate,
  old: ResourceClaimTemplate,
): FieldError[] => [
  ...validateResourceClaimTemplate(template),
  ...immutable('spec', template.spec, old.spec, 'ResourceClaimTemplateSpec'),
];

function validateDevices(devices: DeviceClaim, path: string): FieldError[] {
  const names = requestNamesOf(devices);
  const nameOf = (request: { name?: string }): string => request.name ?? '';
  return [
    ...validateSet(devices.requests ?? [], REQUESTS_MAX, child(path, 'requests'), validateRequest, nameOf),
    ...validateSlice(devices.constraints, CONSTRAINTS_MAX, child(path, 'constraints'), (constraint, here) =>
      validateConstraint(constraint, names, here),
    ),
    ...validateSlice(devices.config, CONFIG_MAX, child(path, 'config'), (config, here) => [
      ...validateRequestRefs(config.requests, names, child(here, 'requests')),
      ...validateOpaque(config.opaque, here),
    ]),
  ];
}

function validateRequest(request: DeviceRequest, path: string): FieldError[] {
  const errors = validateLabelName(request.name ?? '', child(path, 'name'));
  const { exactly, firstAvailable } = request;
  const detail = 'exactly one of `exactly` or `firstAvailable` is required';
  if (exactly && firstAvailable?.length) {
    errors.push(invalid(path, null, `${detail}, but multiple fields are set`));
  } else if (exactly) {
    errors.push(...validateExactly(exactly, child(path, 'exactly')));
  } else if (firstAvailable?.length) {
    const alternatives = child(path, 'firstAvailable');
    const nameOf = (one: DeviceSubRequest): string => one.name ?? '';
    errors.push(...validateSet(firstAvailable, ALTERNATIVES_MAX, alternatives, validateSubRequest, nameOf));
  } else {
    errors.push(required(path, detail));
  }
  return errors;
}

const validateSubRequest = (request: DeviceSubRequest, path: string): FieldError[] => [
  ...validateLabelName(request.name ?? '', child(path, 'name')),
  ...validateExactly(request, path),
];

function validateExactly(request: ExactDeviceRequest | DeviceSubRequest, path: string): FieldError[] {
  const { deviceClassName = '', allocationMode = '', count = 0 }: Partial<ExactDeviceRequest> = request;
  const errors: FieldError[] = [];
  const classPath = child(path, 'deviceClassName');
  if (deviceClassName === '') errors.push(required(classPath));
  else errors.push(...invalidEach(classPath, deviceClassName, isDNS1123Subdomain(deviceClassName)));
  errors.push(...validateSelectors(request.selectors, child(path, 'selectors')));
  const countPath = child(path, 'count');
  if (allocationMode === 'All') {
    if (count !== 0)
      errors.push(invalid(countPath, count, "must not be specified when allocationMode is 'All'"));
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.push(invalid(countPath, count, 'must be greater than zero'));
  } else {
    errors.push(notSupported(child(path, 'allocationMode'), allocationMode, ALLOCATION_MODES));
  }
  const tolerations = child(path, 'tolerations');
  // Their number is not looked at.
  return [...errors, ...validateSlice(request.tolerations, Infinity, tolerations, validateToleration)];
}

function validateConstraint(constraint: DeviceConstraint, names: RequestNames, path: string): FieldError[] {
  const errors = validateRequestRefs(constraint.requests, names, child(path, 'requests'));
  const { matchAttribute, distinctAttribute } = constraint;
  if (matchAttribute !== undefined) {
    errors.push(...validateFullyQualifiedAttribute(matchAttribute, child(path, 'matchAttribute')));
  } else if (distinctAttribute !== undefined) {
    errors.push(...validateFullyQualifiedAttribute(distinctAttribute, child(path, 'distinctAttribute')));
  } else {
    const detail =
      'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
    errors.push(required(path, detail));
  }
  return errors;
}

export const validateRequestRefs = (
  refs: readonly string[] | undefined,
  names: RequestNames,
  path: string,
): FieldError[] =>
  validateSet(
    refs,
    REQUESTS_MAX,
    path,
    (ref, here) => validateRequestRef(ref, names, here),
    (ref) => ref,
  );

/** A reference to one of the claim's requests. */
export function validateRequestRef(ref: string, names: RequestNames, path: string): FieldError[] {
  const unknown = invalid(
    path,
    ref,
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
  );
  const parts = ref.split('/');
  if (parts.length > 2) return [unknown];
  const errors = parts.flatMap((part) => validateLabelName(part, path));
  return names.has(ref) ? errors : [...errors, unknown];
}

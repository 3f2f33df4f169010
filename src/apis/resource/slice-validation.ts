/** Source: kubernetes pkg/apis/resource/validation/validation.go. */
import { at, child, type FieldError, invalid, required, tooLong } from '../../apimachinery/field-error.ts';
import type { NodeSelector } from '../../apimachinery/types/core.v1.gen.ts';
import type {
  CounterSet,
  Device,
  DeviceAttribute,
  DeviceCounterConsumption,
  ResourcePool,
  ResourceSlice,
  ResourceSliceSpec,
} from '../../apimachinery/types/resource.v1.gen.ts';
import { byteLength } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateNodeSelector } from '../core/affinity-validation.ts';
import { internalForm } from '../core/internal-form.ts';
import { invalidEach } from '../meta-validation.ts';
import { semanticEqual } from '../strategy.ts';
import { validateCapacity } from './capacity-validation.ts';
import {
  validateAttributeName,
  validateBindingConditions,
  validateDriverName,
  validateLabelName,
  validateMap,
  validatePoolName,
  validateSet,
  validateSlice,
  validateTaint,
} from './rules.ts';

const DEVICES_MAX = 128;
/** Taints and counters make devices larger. */
const ADVANCED_DEVICES_MAX = 64;
const COUNTER_SETS_MAX = 8;
const COUNTERS_MAX = 32;
const CONSUMPTIONS_MAX = 2;
const ATTRIBUTES_AND_CAPACITIES_MAX = 32;
const TAINTS_MAX = 16;
const VALUE_BYTES = 64;
const LABEL_BYTES = 63;
/** A domain, a slash and an identifier. */
const ATTRIBUTE_NAME_BYTES = 63 + 1 + 32;

export const validateResourceSlice = (slice: ResourceSlice): FieldError[] =>
  validateSpec(slice.spec ?? {}, undefined);
export const validateResourceSliceUpdate = (slice: ResourceSlice, old: ResourceSlice): FieldError[] =>
  validateSpec(slice.spec ?? {}, old.spec ?? {});

type Spec = Partial<ResourceSliceSpec>;

function validateSpec(spec: Spec, old: Spec | undefined): FieldError[] {
  const errors = validateDriverName(spec.driver ?? '', 'spec.driver');
  errors.push(...validatePool(spec.pool ?? {}, 'spec.pool'));
  const fixed = (path: string, now: unknown, before: unknown): void => {
    if (old && now !== before) errors.push(invalid(path, now, 'field is immutable'));
  };
  fixed('spec.pool.name', spec.pool?.name, old?.pool?.name);
  fixed('spec.driver', spec.driver, old?.driver);
  fixed('spec.nodeName', spec.nodeName, old?.nodeName);
  errors.push(...validateNodes(spec));
  if (spec.sharedCounters && spec.devices) {
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  }
  const advanced = spec.devices?.some((device) => device.taints?.length || device.consumesCounters?.length);
  const max = advanced ? ADVANCED_DEVICES_MAX : DEVICES_MAX;
  const validateOne = (device: Device, path: string): FieldError[] => {
    const before = old?.devices?.find((one) => one.name === device.name);
    return validateDevice(device, before, spec.perDeviceNodeSelection === true, path);
  };
  const nameOf = (item: { name?: string }): string => item.name ?? '';
  errors.push(...validateSet(spec.devices, max, 'spec.devices', validateOne, nameOf));
  const sets = 'spec.sharedCounters';
  return [...errors, ...validateSet(spec.sharedCounters, COUNTER_SETS_MAX, sets, validateCounterSet, nameOf)];
}

function validatePool(pool: Partial<ResourcePool>, path: string): FieldError[] {
  const { name = '', resourceSliceCount = 0, generation = 0 } = pool;
  const errors = validatePoolName(name, child(path, 'name'));
  if (resourceSliceCount <= 0) {
    errors.push(invalid(child(path, 'resourceSliceCount'), resourceSliceCount, 'must be greater than zero'));
  }
  if (generation < 0) {
    errors.push(invalid(child(path, 'generation'), generation, 'must be greater than or equal to zero'));
  }
  return errors;
}

const validateName = (name: string, path: string): FieldError[] =>
  invalidEach(path, name, nameIsDNSSubdomain(name, false));

/** The nodes that can use the devices are given in exactly one way. */
function validateNodes(spec: Spec): FieldError[] {
  const path = 'spec';
  const errors: FieldError[] = [];
  const set: string[] = [];
  if (spec.nodeName === '') {
    errors.push(invalid(child(path, 'nodeName'), '', 'must be either unset or set to a non-empty string'));
  } else if (spec.nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...validateName(spec.nodeName, child(path, 'nodeName')));
  }
  if (spec.nodeSelector) {
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(spec.nodeSelector, child(path, 'nodeSelector')));
    errors.push(...validateSingleTerm(spec.nodeSelector, child(path, 'nodeSelector')));
  }
  for (const field of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (spec[field]) set.push(`\`${field}\``);
    else if (spec[field] === false) {
      errors.push(invalid(child(path, field), false, 'must be either unset or set to true'));
    }
  }
  const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  if (set.length === 0) errors.push(required(path, one));
  if (set.length > 1)
    errors.push(invalid(path, `{${set.join(', ')}}`, `${one}, but multiple fields are set`));
  return errors;
}

/** One term keeps it simple to merge the selectors of several slices. */
function validateSingleTerm(selector: Partial<NodeSelector>, path: string): FieldError[] {
  const nodeSelectorTerms = selector.nodeSelectorTerms ?? [];
  if (nodeSelectorTerms.length === 1) return [];
  return [
    invalid(
      child(path, 'nodeSelectorTerms'),
      internalForm('[]NodeSelectorTerm', selector.nodeSelectorTerms),
      'must have exactly one node selector term',
    ),
  ];
}

function validateDevice(
  device: Device,
  old: Device | undefined,
  ownNodes: boolean,
  path: string,
): FieldError[] {
  const errors = validateLabelName(device.name ?? '', child(path, 'name'));
  const { attributes = {}, capacity = {} } = device;
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > ATTRIBUTES_AND_CAPACITIES_MAX) {
    const detail = `the total number of attributes and capacities must not exceed ${ATTRIBUTES_AND_CAPACITIES_MAX}`;
    errors.push(invalid(path, count, detail));
  }
  const validateEach = <T>(
    map: Record<string, T>,
    field: string,
    each: (item: T, path: string) => FieldError[],
  ) => validateMap(map, Infinity, ATTRIBUTE_NAME_BYTES, child(path, field), validateAttributeName, each);
  errors.push(...validateEach(attributes, 'attributes', validateAttribute));
  const shared = device.allowMultipleAllocations === true;
  errors.push(...validateEach(capacity, 'capacity', (one, here) => validateCapacity(one, shared, here)));
  if (!old || !semanticEqual(old.taints, device.taints)) {
    const taints = child(path, 'taints');
    errors.push(
      ...validateSlice(device.taints, TAINTS_MAX, taints, (taint, here) =>
        validateTaint(taint, undefined, here),
      ),
    );
  }
  const consumes = child(path, 'consumesCounters');
  const setOf = (one: DeviceCounterConsumption): string => one.counterSet ?? '';
  errors.push(
    ...validateSet(device.consumesCounters, CONSUMPTIONS_MAX, consumes, validateConsumption, setOf),
  );
  errors.push(...validateDeviceNodes(device, ownNodes, path));
  return [
    ...errors,
    ...validateBindingConditions(device.bindingConditions, device.bindingFailureConditions, path),
  ];
}

/** Devices name their nodes when, and only when, the slice leaves it to them. */
function validateDeviceNodes(device: Device, ownNodes: boolean, path: string): FieldError[] {
  const { nodeName, nodeSelector, allNodes } = device;
  if (!ownNodes) {
    if (nodeName === undefined && !nodeSelector && allNodes === undefined) return [];
    const detail =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    return [invalid(path, null, detail)];
  }
  const errors: FieldError[] = [];
  const set: string[] = [];
  if (nodeName === '') errors.push(invalid(child(path, 'nodeName'), '', 'must not be empty'));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...validateName(nodeName, child(path, 'nodeName')));
  }
  if (nodeSelector) {
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, child(path, 'nodeSelector')));
  }
  if (allNodes) set.push('`allNodes`');
  else if (allNodes === false) {
    errors.push(invalid(child(path, 'allNodes'), false, 'must be either unset or set to true'));
  }
  const one =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (set.length === 0) errors.push(required(path, one));
  if (set.length > 1) errors.push(invalid(path, `{${set.join(', ')}}`, one));
  return errors;
}

const NUMBER = '(0|[1-9]\\d*)';
const PRERELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const BUILD = '[0-9a-zA-Z-]+';
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(-${PRERELEASE}(\\.${PRERELEASE})*)?(\\+${BUILD}(\\.${BUILD})*)?$`,
);

function validateAttribute(attribute: DeviceAttribute, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const text = (value: string, here: string): FieldError[] =>
    byteLength(value) > VALUE_BYTES ? [tooLong(here, VALUE_BYTES)] : [];
  const version = (value: string, here: string): FieldError[] => {
    const bad = SEMVER.test(value)
      ? []
      : [invalid(here, value, 'must be a string compatible with semver.org spec 2.0.0')];
    return [...bad, ...text(value, here)];
  };
  if (attribute.string !== undefined) errors.push(...text(attribute.string, child(path, 'string')));
  if (attribute.version !== undefined) errors.push(...version(attribute.version, child(path, 'version')));
  for (const [index, value] of (attribute.strings ?? []).entries()) {
    errors.push(...text(value, at(child(path, 'strings'), index)));
  }
  for (const [index, value] of (attribute.versions ?? []).entries()) {
    errors.push(...version(value, at(child(path, 'versions'), index)));
  }
  const count = Object.values(attribute).filter((value) => value !== undefined && value !== null).length;
  if (count !== 1) {
    errors.push(
      invalid(
        path,
        count === 0 ? '' : internalForm('DeviceAttribute', attribute),
        'exactly one value must be specified',
      ),
    );
  }
  return errors;
}

const validateCounters = (counters: CounterSet['counters'] | undefined, path: string): FieldError[] =>
  Object.keys(counters ?? {}).length === 0
    ? [required(path)]
    : validateMap(counters, COUNTERS_MAX, LABEL_BYTES, path, validateLabelName, () => []);

const validateRequiredLabel = (name: string | undefined, path: string): FieldError[] =>
  name ? validateLabelName(name, path) : [required(path)];

const validateCounterSet = (set: CounterSet, path: string): FieldError[] => [
  ...validateRequiredLabel(set.name, child(path, 'name')),
  ...validateCounters(set.counters, child(path, 'counters')),
];

const validateConsumption = (consumption: DeviceCounterConsumption, path: string): FieldError[] => [
  ...validateRequiredLabel(consumption.counterSet, child(path, 'counterSet')),
  ...validateCounters(consumption.counters, child(path, 'counters')),
];

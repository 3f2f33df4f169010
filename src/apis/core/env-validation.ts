/**
 * Environment variables of containers and what they are read from.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateEnv, ValidateEnvFrom), pkg/apis/core/pods/helpers.go.
 */
import {
  at,
  child,
  type FieldError,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { canonicalQuantity } from '../../apimachinery/quantity.ts';
import type {
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isConfigMapKey, isRelaxedEnvVarName } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { checkLocalNonReservedPath, checkQualifiedName, invalidEach } from './field-rules.ts';

/** Fields of a pod that a variable can hold. */
const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** Fields of a pod that the downward API can name at all, some of them nowhere supported. */
const DOWNWARD_FIELDS = new Set([
  ...ENV_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const RESOURCE_FIELDS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGE_FIELD = /^(?:limits|requests)\.hugepages-/;

/** Variables, in order. */
export function validateEnv(variables: readonly EnvVar[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, variable] of (variables ?? []).entries()) {
    const here = at(path, index);
    const name = variable.name ?? '';
    if (name === '') errors.push(required(child(here, 'name')));
    else errors.push(...invalidEach(child(here, 'name'), name, isRelaxedEnvVarName(name)));
    if (variable.valueFrom) {
      errors.push(...validateValueFrom(variable.valueFrom, variable.value, child(here, 'valueFrom')));
    }
  }
  return errors;
}

function validateValueFrom(source: EnvVarSource, value: string | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const add = (found: FieldError[]): void => {
    count++;
    errors.push(...found);
  };
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) add(validateFieldRef(fieldRef, ENV_FIELDS, child(path, 'fieldRef')));
  if (resourceFieldRef)
    add(validateResourceFieldRef(resourceFieldRef, false, child(path, 'resourceFieldRef')));
  if (configMapKeyRef) add(validateKeySelector(configMapKeyRef, child(path, 'configMapKeyRef')));
  if (secretKeyRef) add(validateKeySelector(secretKeyRef, child(path, 'secretKeyRef')));
  if (fileKeyRef) add(validateFileKey(fileKeyRef, child(path, 'fileKeyRef')));
  if (count === 0) {
    const sources = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', `must specify one of: ${sources}`));
  } else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** A field of the pod. `allowed`: what can be named whole; labels and annotations can be named one by one. */
export function validateFieldRef(
  { apiVersion, fieldPath }: Partial<ObjectFieldSelector>,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (!apiVersion) return [required(child(path, 'apiVersion'))];
  if (!fieldPath) return [required(child(path, 'fieldPath'))];
  const [, base = fieldPath, key] = /^(.+?)\['(.*)'\]$/s.exec(fieldPath) ?? [];
  const problem = conversionProblem(apiVersion, fieldPath, base, key);
  if (problem) {
    return [invalid(child(path, 'fieldPath'), fieldPath, `error converting fieldPath: ${problem}`)];
  }
  if (key !== undefined) {
    return checkQualifiedName(base === 'metadata.annotations' ? key.toLowerCase() : key, path);
  }
  const name = base === 'spec.host' ? 'spec.nodeName' : base;
  return allowed.includes(name) ? [] : [notSupported(child(path, 'fieldPath'), name, allowed)];
}

function conversionProblem(version: string, whole: string, base: string, key: string | undefined): string {
  if (version !== 'v1') return `unsupported pod version: ${version}`;
  if (key !== undefined) {
    const subscripted = base === 'metadata.annotations' || base === 'metadata.labels';
    return subscripted ? '' : `field label does not support subscript: ${whole}`;
  }
  return DOWNWARD_FIELDS.has(base) || base === 'spec.host' ? '' : `field label not supported: ${base}`;
}

/** A request or limit of a container; a volume must say of which. */
export function validateResourceFieldRef(
  { containerName, resource = '', divisor }: Partial<ResourceFieldSelector>,
  inVolume: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (inVolume && !containerName) errors.push(required(child(path, 'containerName')));
  else if (!resource) errors.push(required(child(path, 'resource')));
  else if (!RESOURCE_FIELDS.includes(resource) && !HUGE_PAGE_FIELD.test(resource)) {
    errors.push(notSupported(child(path, 'resource'), resource, RESOURCE_FIELDS));
  }
  errors.push(...validateDivisor(resource, canonicalQuantity(divisor ?? '0'), child(path, 'divisor')));
  return errors;
}

const BYTE_DIVISORS = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';
/** What a resource may be divided by, and what it is called in the message. */
function divisorRule(
  resource: string,
): readonly [divisors: string, values: string, name: string] | undefined {
  if (resource.endsWith('.cpu')) return ['1m, 1', '1m and 1', 'cpu'];
  if (resource.endsWith('.memory')) return [BYTE_DIVISORS, BYTE_DIVISORS, 'memory'];
  if (resource.endsWith('.ephemeral-storage'))
    return [BYTE_DIVISORS, BYTE_DIVISORS, 'local ephemeral storage'];
  if (HUGE_PAGE_FIELD.test(resource)) return [BYTE_DIVISORS, BYTE_DIVISORS, 'hugepages'];
  return undefined;
}

function validateDivisor(resource: string, divisor: string, path: string): FieldError[] {
  const known = RESOURCE_FIELDS.includes(resource) || HUGE_PAGE_FIELD.test(resource);
  const rule = known ? divisorRule(resource) : undefined;
  if (divisor === '0' || !rule) return [];
  const [divisors, values, name] = rule;
  if (divisors.split(', ').includes(divisor)) return [];
  return [invalid(path, resource, `only divisor's values ${values} are supported with the ${name} resource`)];
}

function validateKeySelector(
  { name = '', key = '' }: Partial<ConfigMapKeySelector>,
  path: string,
): FieldError[] {
  return [
    ...invalidEach(child(path, 'name'), name, nameIsDNSSubdomain(name, false)),
    ...(key === ''
      ? [required(child(path, 'key'))]
      : invalidEach(child(path, 'key'), key, isConfigMapKey(key))),
  ];
}

function validateFileKey(
  { key = '', path: file = '', volumeName = '' }: Partial<FileKeySelector>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (key === '') errors.push(required(child(path, 'key')));
  else errors.push(...invalidEach(child(path, 'key'), key, isRelaxedEnvVarName(key)));
  if (volumeName === '') errors.push(required(child(path, 'volumeName')));
  if (file === '') errors.push(required(child(path, 'path')));
  else errors.push(...checkLocalNonReservedPath(file, child(path, 'path')));
  return errors;
}

/** Whole config maps and secrets as variables. */
export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, { prefix, configMapRef, secretRef }] of (sources ?? []).entries()) {
    const here = at(path, index);
    if (prefix) errors.push(...invalidEach(child(here, 'prefix'), prefix, isRelaxedEnvVarName(prefix)));
    if (configMapRef) errors.push(...validateReference(configMapRef.name, child(here, 'configMapRef')));
    if (secretRef) errors.push(...validateReference(secretRef.name, child(here, 'secretRef')));
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  }
  return errors;
}

// Upstream takes the name as a prefix here, so one that ends with a dash passes.
const validateReference = (name: string | undefined, path: string): FieldError[] =>
  name
    ? invalidEach(child(path, 'name'), name, nameIsDNSSubdomain(name, true))
    : [required(child(path, 'name'))];

/**
 * Where containers see the pod's volumes.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices).
 */
import {
  at,
  child,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  Container,
  EphemeralContainer,
  Volume,
  VolumeDevice,
  VolumeMount,
} from '../../apimachinery/types/core.v1.gen.ts';
import { checkLocalDescendingPath, checkNoBacksteps, checkOneOf } from './field-rules.ts';

type Volumes = ReadonlyMap<string, Volume>;

/** Mounts of a container. Errors of propagation and subpaths name the list, not the mount, as upstream's do. */
export function validateVolumeMounts(
  container: Container | EphemeralContainer,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const points = new Set<string>();
  const devices = new Map((container.volumeDevices ?? []).map((one) => [one.name, one.devicePath]));
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    const here = at(path, index);
    if (name === '') errors.push(required(child(here, 'name')));
    if (!volumes.has(name)) errors.push(notFound(child(here, 'name'), name));
    if (mountPath === '') errors.push(required(child(here, 'mountPath')));
    if (points.has(mountPath)) errors.push(invalid(child(here, 'mountPath'), mountPath, 'must be unique'));
    points.add(mountPath);
    if (devices.has(name)) {
      errors.push(invalid(child(here, 'name'), name, 'must not already exist in volumeDevices'));
    }
    if ([...devices.values()].includes(mountPath)) {
      errors.push(
        invalid(child(here, 'mountPath'), mountPath, 'must not already exist as a path in volumeDevices'),
      );
    }
    if (subPath) errors.push(...checkLocalDescendingPath(subPath, child(path, 'subPath')));
    if (subPathExpr) {
      if (subPath) {
        const text = 'subPathExpr and subPath are mutually exclusive';
        errors.push(invalid(child(here, 'subPathExpr'), subPathExpr, text));
      }
      errors.push(...checkLocalDescendingPath(subPathExpr, child(path, 'subPathExpr')));
    }
    errors.push(...validatePropagation(mount, container, child(path, 'mountPropagation')));
    errors.push(...validateRecursiveReadOnly(mount, child(path, 'recursiveReadOnly')));
  }
  return errors;
}

function validatePropagation(
  { mountPropagation }: VolumeMount,
  container: Container | EphemeralContainer,
  path: string,
): FieldError[] {
  const errors = checkOneOf(mountPropagation, ['Bidirectional', 'HostToContainer', 'None'], path);
  if (mountPropagation === 'Bidirectional' && !container.securityContext?.privileged) {
    const text = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbidden(path, text));
  }
  return errors;
}

const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

function validateRecursiveReadOnly(mount: VolumeMount, path: string): FieldError[] {
  const { recursiveReadOnly: mode, readOnly, mountPropagation } = mount;
  if (mode === undefined || mode === 'Disabled') return [];
  if (!RECURSIVE_READ_ONLY.includes(mode)) return [notSupported(path, mode, RECURSIVE_READ_ONLY)];
  const errors: FieldError[] = [];
  if (!readOnly) errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    const text = 'may only be specified when mountPropagation is None or not specified';
    errors.push(forbidden(path, text));
  }
  return errors;
}

/** Raw block devices of a container: only claims can be one. */
export function validateVolumeDevices(
  devices: readonly VolumeDevice[],
  mounts: readonly VolumeMount[],
  volumes: Volumes,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  // Of two mounts of one volume the last counts.
  const points = new Map(mounts.map((mount) => [mount.name, mount.mountPath]));
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, { name = '', devicePath = '' }] of devices.entries()) {
    const here = at(path, index);
    const nameHere = child(here, 'name');
    const pathHere = child(here, 'devicePath');
    const volume = volumes.get(name);
    if (name === '') errors.push(required(nameHere));
    if (names.has(name)) errors.push(invalid(nameHere, name, 'must be unique'));
    if (!volume) errors.push(notFound(nameHere, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(nameHere, name, text));
    }
    if (devicePath === '') errors.push(required(pathHere));
    if (paths.has(devicePath)) errors.push(invalid(pathHere, devicePath, 'must be unique'));
    if (checkNoBacksteps(devicePath, pathHere).length > 0) {
      errors.push(invalid(pathHere, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (points.has(name)) {
      errors.push(invalid(nameHere, name, 'must not already exist in volumeMounts'));
    }
    if ([...points.values()].includes(devicePath)) {
      errors.push(invalid(pathHere, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
  return errors;
}

/**
 * Rules for metadata, on creation and on update.
 * Source: kubernetes/apimachinery pkg/api/validation/objectmeta.go.
 */
import { at, child, type FieldError, forbidden, invalid, required, tooLong } from '../field-error.ts';
import { goQuote } from '../go-quote.ts';
import type { ManagedFieldsEntry, ObjectMeta } from '../types/meta.v1.gen.ts';
import { byteLength, isQualifiedName } from './content.ts';
import { validateLabels } from './labels.ts';
import { nameIsDNSSubdomain, type ValidateName, validateNamespaceName } from './names.ts';
import { validateFieldManager } from './field-manager.ts';
import { validateOwnerReferences } from './owner-references.ts';

export const FIELD_IMMUTABLE = 'field is immutable';
export const IS_NEGATIVE = 'must be greater than or equal to 0';
/** Bytes of all keys and values of the annotations together. */
export const TOTAL_ANNOTATION_SIZE_LIMIT = 256 * 1024;
const MAX_SUBRESOURCE = 256;

export const validateNonnegativeField = (value: number, path: string): FieldError[] =>
  value < 0 ? [invalid(path, value, IS_NEGATIVE)] : [];

/** For scalars; composites are compared by whoever knows what makes them equal. */
export const validateImmutableField = (
  value: string | number | bigint | boolean | null | undefined,
  old: string | number | bigint | boolean | null | undefined,
  path: string,
): FieldError[] => ((value ?? null) === (old ?? null) ? [] : [invalid(path, value, FIELD_IMMUTABLE)]);

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key in annotations) {
    // Upper case is allowed in the prefix as well.
    for (const message of isQualifiedName(key.toLowerCase())) errors.push(invalid(path, key, message));
    size += byteLength(key) + byteLength(annotations[key]!);
  }
  if (size > TOTAL_ANNOTATION_SIZE_LIMIT) errors.push(tooLong(path, TOTAL_ANNOTATION_SIZE_LIMIT));
  return errors;
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  if (!finalizers) return [];
  const errors = finalizers.flatMap((name) =>
    isQualifiedName(name).map((message) => invalid(path, name, message)),
  );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

/** A terminating object may lose finalizers, but not gain any. */
export function validateNoNewFinalizers(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  path: string,
): FieldError[] {
  const known = new Set(old);
  const extra = [...new Set(finalizers)].filter((name) => !known.has(name)).sort();
  if (extra.length === 0) return [];
  const list = `[]string{${extra.map(goQuote).join(', ')}}`;
  return [
    forbidden(
      path,
      `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    ),
  ];
}

export function validateManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  entries?.forEach(({ operation = '', fieldsType = '', manager, subresource = '' }, i) => {
    const place = at(path, i);
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.push(invalid(child(place, 'operation'), operation, 'must be `Apply` or `Update`'));
    }
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      errors.push(invalid(child(place, 'fieldsType'), fieldsType, 'must be `FieldsV1`'));
    }
    errors.push(...validateFieldManager(manager, child(place, 'manager')));
    if (byteLength(subresource) > MAX_SUBRESOURCE)
      errors.push(tooLong(child(place, 'subresource'), MAX_SUBRESOURCE));
  });
  return errors;
}

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  /** Rule for the name. Default: a DNS subdomain. */
  readonly validateName?: ValidateName;
  /** Path of the metadata. Default `metadata`. */
  readonly path?: string;
}

/** Metadata of a new object, whose name has been generated already where it had to be. */
export function validateObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules): FieldError[] {
  const { namespaced, validateName = nameIsDNSSubdomain, path = 'metadata' } = rules;
  const { name = '', generateName = '', namespace = '' } = meta;
  const errors: FieldError[] = [];
  if (generateName !== '') {
    for (const message of validateName(generateName, true)) {
      errors.push(invalid(child(path, 'generateName'), generateName, message));
    }
  }
  if (name === '') errors.push(required(child(path, 'name'), 'name or generateName is required'));
  else
    for (const message of validateName(name, false)) errors.push(invalid(child(path, 'name'), name, message));

  const namespacePath = child(path, 'namespace');
  if (namespaced && namespace === '') errors.push(required(namespacePath));
  else if (namespaced) {
    for (const message of validateNamespaceName(namespace, false))
      errors.push(invalid(namespacePath, namespace, message));
  } else if (namespace !== '') errors.push(forbidden(namespacePath, 'not allowed on this type'));

  errors.push(...validateNonnegativeField(meta.generation ?? 0, child(path, 'generation')));
  errors.push(...validateLabels(meta.labels, child(path, 'labels')));
  errors.push(...validateAnnotations(meta.annotations, child(path, 'annotations')));
  errors.push(...validateOwnerReferences(meta.ownerReferences, child(path, 'ownerReferences')));
  errors.push(...validateFinalizers(meta.finalizers, child(path, 'finalizers')));
  errors.push(...validateManagedFields(meta.managedFields, child(path, 'managedFields')));
  return errors;
}

/** Metadata of an update against that of the stored object. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path = 'metadata'): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp) {
    errors.push(...validateNoNewFinalizers(meta.finalizers, old.finalizers, child(path, 'finalizers')));
  }
  if (!meta.resourceVersion) {
    errors.push(invalid(child(path, 'resourceVersion'), '', 'must be specified for an update'));
  }
  const generation = meta.generation ?? 0;
  if (generation < (old.generation ?? 0)) {
    errors.push(invalid(child(path, 'generation'), generation, 'must not be decremented'));
  }
  // Go's strings are never absent: what is not there is the empty one.
  for (const field of ['name', 'namespace', 'uid'] as const) {
    errors.push(...validateImmutableField(meta[field] ?? '', old[field] ?? '', child(path, field)));
  }
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    errors.push(...validateImmutableField(meta[field], old[field], child(path, field)));
  }
  errors.push(...validateLabels(meta.labels, child(path, 'labels')));
  errors.push(...validateAnnotations(meta.annotations, child(path, 'annotations')));
  errors.push(...validateOwnerReferences(meta.ownerReferences, child(path, 'ownerReferences')));
  errors.push(...validateManagedFields(meta.managedFields, child(path, 'managedFields')));
  return errors;
}

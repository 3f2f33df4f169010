/** Source: kubernetes pkg/apis/storagemigration/validation/validation.go. */
import { type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import type { StorageVersionMigration } from '../../apimachinery/types/storagemigration.v1.gen.ts';
import { semanticEqual } from '../strategy.ts';

export const validateMigration = (migration: StorageVersionMigration): FieldError[] =>
  migration.spec?.resource?.resource ? [] : [required('spec.resource.resource', 'resource is required')];

export function validateMigrationUpdate(
  migration: StorageVersionMigration,
  old: StorageVersionMigration,
): FieldError[] {
  const errors = validateMigration(migration);
  if (!semanticEqual(migration.spec, old.spec))
    errors.push(invalid('spec', migration.spec, 'field is immutable'));
  return errors;
}

/** A migration that has begun keeps the revision it began with. */
export function validateMigrationStatusUpdate(
  migration: StorageVersionMigration,
  old: StorageVersionMigration,
): FieldError[] {
  const before = old.status?.resourceVersion ?? '';
  const now = migration.status?.resourceVersion ?? '';
  return before !== '' && before !== now
    ? [invalid('status.resourceVersion', now, 'field is immutable')]
    : [];
}

import { expect, it } from 'vitest';
import { storageVersionMigrations } from './storage-version-migration.ts';
import { validateMigration, validateMigrationStatusUpdate, validateMigrationUpdate } from './validation.ts';

const migration = (resource: string, resourceVersion?: string) => ({
  metadata: { name: 'm' },
  spec: { resource: { group: 'apps', resource } },
  status: { resourceVersion },
});
const fields = (errors: readonly { field: string }[]) => errors.map((error) => error.field);

it('names a resource that stays, and begins once', () => {
  expect(validateMigration(migration('deployments'))).toEqual([]);
  expect(fields(validateMigration(migration('')))).toEqual(['spec.resource.resource']);
  expect(fields(validateMigrationUpdate(migration('deployments'), migration('daemonsets')))).toEqual([
    'spec',
  ]);
  expect(fields(validateMigrationStatusUpdate(migration('a', '2'), migration('a', '1')))).toEqual([
    'status.resourceVersion',
  ]);
  expect(validateMigrationStatusUpdate(migration('a', '1'), migration('a'))).toEqual([]);
});

it('prints the resource', () => {
  expect(storageVersionMigrations.printer!.cells(migration('deployments'), 0)).toEqual([
    'm',
    'deployments.apps',
  ]);
});

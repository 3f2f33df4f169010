import type { StorageVersionMigration } from '../../apimachinery/types/storagemigration.v1.gen.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { NAME, column, nameOf } from '../printing.ts';
import { dropStatus, keepStatus } from '../strategy.ts';
import { validateMigration, validateMigrationStatusUpdate, validateMigrationUpdate } from './validation.ts';

/** Source: kubernetes pkg/registry/storagemigration/storagemigration/strategy.go. */
export const storageVersionMigrations = define<StorageVersionMigration>({
  group: 'storagemigration.k8s.io',
  version: 'v1',
  resource: 'storageversionmigrations',
  singular: 'storageversionmigration',
  kind: 'StorageVersionMigration',
  namespaced: false,
  verbs: ALL_VERBS,
  typeName: 'storagemigration.v1.StorageVersionMigration',
  subresources: [statusOf('StorageVersionMigration')],
  strategy: {
    prepareForCreate: dropStatus,
    prepareForUpdate: keepStatus,
    validate: validateMigration,
    validateUpdate: validateMigrationUpdate,
    status: { keptMetadata: 'all', validateUpdate: validateMigrationStatusUpdate },
    allowUnconditionalUpdate: false,
    generation: 'none',
  },
  printer: {
    columns: [{ ...NAME, format: undefined }, column('Resource', 'The resource whose objects are rewritten')],
    cells: (migration) => [nameOf(migration), resourceName(migration.spec?.resource)],
  },
});

/** `resource.group`, or the resource alone for the core group. */
function resourceName(resource: { group?: string; resource?: string } | undefined): string {
  return [resource?.resource, resource?.group].filter((part) => part).join('.');
}

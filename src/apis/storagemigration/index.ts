import type { ResourceDefinition } from '../definition.ts';
import { storageVersionMigrations } from './storage-version-migration.ts';

export const storagemigrationResources: readonly ResourceDefinition[] = [storageVersionMigrations];

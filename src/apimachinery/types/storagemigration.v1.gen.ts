// Made by scripts/schema.ts. Do not edit.
import type * as meta_v1 from './meta.v1.gen.ts';

export interface StorageVersionMigration {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  spec?: StorageVersionMigrationSpec;
  status?: StorageVersionMigrationStatus;
}

export interface StorageVersionMigrationList {
  apiVersion?: string;
  items: StorageVersionMigration[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface StorageVersionMigrationSpec {
  resource: meta_v1.GroupResource;
}

export interface StorageVersionMigrationStatus {
  conditions?: meta_v1.Condition[];
  resourceVersion?: string;
}

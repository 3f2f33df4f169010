// Made by scripts/schema.ts. Do not edit.
import type * as core_v1 from './core.v1.gen.ts';
import type * as meta_v1 from './meta.v1.gen.ts';

export interface Overhead {
  podFixed?: Record<string, string>;
}

export interface RuntimeClass {
  apiVersion?: string;
  handler: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  overhead?: Overhead;
  scheduling?: Scheduling;
}

export interface RuntimeClassList {
  apiVersion?: string;
  items: RuntimeClass[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface Scheduling {
  nodeSelector?: Record<string, string>;
  tolerations?: core_v1.Toleration[];
}

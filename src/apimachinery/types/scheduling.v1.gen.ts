// Made by scripts/schema.ts. Do not edit.
import type * as meta_v1 from './meta.v1.gen.ts';

export interface PriorityClass {
  apiVersion?: string;
  description?: string;
  globalDefault?: boolean;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  preemptionPolicy?: string;
  value?: number;
}

export interface PriorityClassList {
  apiVersion?: string;
  items: PriorityClass[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

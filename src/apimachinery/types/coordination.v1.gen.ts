// Made by scripts/schema.ts. Do not edit.
import type * as meta_v1 from './meta.v1.gen.ts';

export interface Lease {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  spec?: LeaseSpec;
}

export interface LeaseList {
  apiVersion?: string;
  items: Lease[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface LeaseSpec {
  acquireTime?: string;
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  leaseTransitions?: number;
  preferredHolder?: string;
  renewTime?: string;
  strategy?: string;
}

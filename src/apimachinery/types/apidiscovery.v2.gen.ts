// Made by scripts/schema.ts. Do not edit.
import type * as meta_v1 from './meta.v1.gen.ts';

export interface APIGroupDiscovery {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  versions?: APIVersionDiscovery[];
}

export interface APIGroupDiscoveryList {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ListMeta;
  items?: APIGroupDiscovery[];
}

export interface APIResourceDiscovery {
  resource?: string;
  responseKind?: meta_v1.GroupVersionKind;
  scope?: string;
  singularResource?: string;
  verbs?: string[] | null;
  shortNames?: string[];
  categories?: string[];
  subresources?: APISubresourceDiscovery[];
}

export interface APISubresourceDiscovery {
  subresource?: string;
  responseKind?: meta_v1.GroupVersionKind;
  acceptedTypes?: meta_v1.GroupVersionKind[];
  verbs?: string[] | null;
}

export interface APIVersionDiscovery {
  version?: string;
  resources?: APIResourceDiscovery[];
  freshness?: string;
}

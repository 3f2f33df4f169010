// Made by scripts/schema.ts. Do not edit.
import type * as meta_v1 from './meta.v1.gen.ts';

export interface AggregationRule {
  clusterRoleSelectors?: meta_v1.LabelSelector[];
}

export interface ClusterRole {
  aggregationRule?: AggregationRule;
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  rules?: PolicyRule[] | null;
}

export interface ClusterRoleBinding {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  roleRef: RoleRef;
  subjects?: Subject[];
}

export interface ClusterRoleBindingList {
  apiVersion?: string;
  items: ClusterRoleBinding[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface ClusterRoleList {
  apiVersion?: string;
  items: ClusterRole[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface PolicyRule {
  apiGroups?: string[];
  nonResourceURLs?: string[];
  resourceNames?: string[];
  resources?: string[];
  verbs: string[] | null;
}

export interface Role {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  rules?: PolicyRule[] | null;
}

export interface RoleBinding {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  roleRef: RoleRef;
  subjects?: Subject[];
}

export interface RoleBindingList {
  apiVersion?: string;
  items: RoleBinding[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface RoleList {
  apiVersion?: string;
  items: Role[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface RoleRef {
  apiGroup?: string;
  kind: string;
  name: string;
}

export interface Subject {
  apiGroup?: string;
  kind: string;
  name: string;
  namespace?: string;
}

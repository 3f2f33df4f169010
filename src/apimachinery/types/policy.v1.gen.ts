// Made by scripts/schema.ts. Do not edit.
import type * as meta_v1 from './meta.v1.gen.ts';

export interface Eviction {
  apiVersion?: string;
  deleteOptions?: meta_v1.DeleteOptions;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
}

export interface PodDisruptionBudget {
  apiVersion?: string;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  spec?: PodDisruptionBudgetSpec;
  status?: PodDisruptionBudgetStatus;
}

export interface PodDisruptionBudgetList {
  apiVersion?: string;
  items: PodDisruptionBudget[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface PodDisruptionBudgetSpec {
  maxUnavailable?: (number | string);
  minAvailable?: (number | string);
  selector?: meta_v1.LabelSelector;
  unhealthyPodEvictionPolicy?: string;
}

export interface PodDisruptionBudgetStatus {
  conditions?: meta_v1.Condition[];
  currentHealthy?: number;
  desiredHealthy?: number;
  disruptedPods?: Record<string, string>;
  disruptionsAllowed?: number;
  expectedPods?: number;
  observedGeneration?: number;
}

/** The resources of policy/v1, as discovery lists them. */
import type { ResourceDefinition } from '../definition.ts';
import { podDisruptionBudgets } from './pod-disruption-budget.ts';

export const policyResources: readonly ResourceDefinition[] = [podDisruptionBudgets];

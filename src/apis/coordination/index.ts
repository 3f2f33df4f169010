import type { ResourceDefinition } from '../definition.ts';
import { leases } from './lease.ts';

/** The resources of coordination.k8s.io/v1. */
export const coordinationResources: readonly ResourceDefinition[] = [leases];

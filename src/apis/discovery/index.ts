import type { ResourceDefinition } from '../definition.ts';
import { endpointSlices } from './endpoint-slice.ts';

/** The resources of discovery.k8s.io/v1. */
export const discoveryResources: readonly ResourceDefinition[] = [endpointSlices];

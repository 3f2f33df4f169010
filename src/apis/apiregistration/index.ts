import type { ResourceDefinition } from '../definition.ts';
import { apiServices } from './api-service.ts';

export const apiregistrationResources: readonly ResourceDefinition[] = [apiServices];

import type { ResourceDefinition } from '../definition.ts';
import { customResourceDefinitions } from './custom-resource-definition.ts';

export const apiextensionsResources: readonly ResourceDefinition[] = [customResourceDefinitions];

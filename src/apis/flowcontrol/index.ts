import type { ResourceDefinition } from '../definition.ts';
import { flowSchemas } from './flow-schema.ts';
import { priorityLevelConfigurations } from './priority-level-configuration.ts';

export const flowcontrolResources: readonly ResourceDefinition[] = [flowSchemas, priorityLevelConfigurations];

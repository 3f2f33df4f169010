import type { ResourceDefinition } from '../definition.ts';
import { runtimeClasses } from './runtime-class.ts';

export const nodeResources: readonly ResourceDefinition[] = [runtimeClasses];

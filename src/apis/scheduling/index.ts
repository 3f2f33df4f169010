import type { ResourceDefinition } from '../definition.ts';
import { priorityClasses } from './priority-class.ts';

export const schedulingResources: readonly ResourceDefinition[] = [priorityClasses];

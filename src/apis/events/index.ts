import type { ResourceDefinition } from '../definition.ts';
import { eventsV1Events } from './event.ts';

/** The resources of events.k8s.io/v1. */
export const eventsResources: readonly ResourceDefinition[] = [eventsV1Events];

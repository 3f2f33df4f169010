/** The resources of batch/v1, as discovery lists them. */
import type { ResourceDefinition } from '../definition.ts';
import { cronJobs } from './cron-job.ts';
import { jobs } from './job.ts';

export const batchResources: readonly ResourceDefinition[] = [cronJobs, jobs];

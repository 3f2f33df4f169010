/** The descriptions of all structs that have any. */
import { CORE } from './core.ts';
import { KINDS } from './kinds.ts';
import { META } from './meta.ts';
import { NETWORK } from './network.ts';
import { POD } from './pod.ts';
import { VOLUMES } from './volumes.ts';
import { WORKLOADS } from './workloads.ts';

export { COMMON_FIELDS } from './common.ts';

export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ...META,
  ...CORE,
  ...POD,
  ...VOLUMES,
  ...WORKLOADS,
  ...NETWORK,
  ...KINDS,
};

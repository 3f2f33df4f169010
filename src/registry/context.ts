/** What every operation of the registry is given. */
import type { Clock } from '../apimachinery/clock.ts';
import type { Random } from '../apimachinery/random.ts';
import type { UserInfo } from '../apis/definition.ts';
import type { Storage } from '../storage/types.ts';
import type { Permissions } from './authorization/permissions.ts';
import type { AdmissionCache } from './cache.ts';

/** One caller in one cluster. */
export interface RequestContext {
  readonly cluster: string;
  readonly storage: Storage;
  /** What admission knows of the cluster; shared by the requests of an isolate. */
  readonly cache: AdmissionCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly user: UserInfo;
  /** What the user was allowed to do, proved when it is committed. Absent: the user may do everything. */
  readonly permissions?: Permissions;
  /** Texts for Warning headers; operations add to it. */
  readonly warnings: string[];
}

/** What a client wrote of the options of its request, as policies see them; what it left out is not there. */
export type GivenOptions = Readonly<Record<string, unknown>>;

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly given?: GivenOptions;
  readonly fieldManager?: string;
  /** The object already carries its managed fields (server-side apply). */
  readonly managed?: boolean;
}

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly given?: GivenOptions;
  /** One of many: admission is not told its name. */
  readonly ofCollection?: boolean;
  readonly gracePeriodSeconds?: number | bigint;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

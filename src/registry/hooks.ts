/**
 * Writes that go with an object: what it occupies besides its own key (a service's addresses and ports). They are
 * committed in one transaction with it, so two objects can never occupy the same thing.
 */
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import type { Write } from '../storage/types.ts';
import type { RequestContext } from './context.ts';
import { allocateService } from './services/allocate.ts';

export interface Occupation {
  readonly ctx: RequestContext;
  readonly definition: ResourceDefinition;
  /** The object as it will be; undefined when it goes. Changed in place. */
  readonly object: KubeObject | undefined;
  /** The object as it is; undefined when it is created. */
  readonly old: KubeObject | undefined;
  /** Takes the writes. */
  readonly writes: Write[];
  /** Nothing is going to be written. */
  readonly dryRun: boolean;
}

/** Fills in what is allocated and adds the writes that hold it. */
export type Hook = (occupation: Occupation) => Promise<void>;

const HOOKS: Readonly<Record<string, Hook>> = { '/services': allocateService };

export async function allocateFor(occupation: Occupation): Promise<void> {
  const { group, resource } = occupation.definition;
  await HOOKS[`${group}/${resource}`]?.(occupation);
}

import { unsupportedMediaType } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import type { RequestContext } from './context.ts';
import type { Outcome, UpdateOptions } from './update.ts';

export interface ApplyOptions extends UpdateOptions {
  readonly force: boolean;
  /** Whether the client named its field manager, which apply requires. */
  readonly managerGiven: boolean;
}

export async function applyConfiguration(
  _ctx: RequestContext,
  _definition: ResourceDefinition,
  _namespace: string,
  _name: string,
  _object: KubeObject,
  _options: ApplyOptions,
): Promise<Outcome> {
  throw unsupportedMediaType('server-side apply is not served yet');
}

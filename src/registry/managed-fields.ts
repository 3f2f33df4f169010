/** Who owns which field after a write that is not an apply. */
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';

/** Records a write in metadata.managedFields, in place. `old` undefined: a creation. `now` in ms. */
export function recordUpdate(
  _definition: ResourceDefinition,
  _object: KubeObject,
  _old: KubeObject | undefined,
  _manager: string | undefined,
  _subresource: string,
  _now: number,
): void {}

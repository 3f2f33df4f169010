/** Patches of all types. Source: apiserver pkg/endpoints/handlers/patch.go. */
import { applyMergePatch } from '../apimachinery/patch/merge-patch.ts';
import { applyJSONPatch } from '../apimachinery/patch/json-patch.ts';
import { applyStrategicMergePatch } from '../apimachinery/patch/strategic-merge-patch.ts';
import { struct } from '../apimachinery/schema/table.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { RequestContext } from './context.ts';
import { guaranteedUpdate, type Outcome, type UpdateOptions } from './update.ts';

export type PatchType = 'json' | 'merge' | 'strategic';

export const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

/** The object a patch makes of another, which is not changed. @throws StatusError 400, 413, 422. */
export function applyPatch(
  type: PatchType,
  object: KubeObject,
  patch: unknown,
  typeName: string,
): KubeObject {
  switch (type) {
    case 'json':
      return applyJSONPatch(object, patch) as KubeObject;
    case 'merge':
      return applyMergePatch(object, patch) as KubeObject;
    case 'strategic':
      return applyStrategicMergePatch(object, patch, struct(typeName)) as KubeObject;
  }
}

/**
 * Patches an object. `check` looks at the patched object as it would at a body: unknown fields, wrong types.
 * @throws StatusError as guaranteedUpdate and applyPatch.
 */
export function patch(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  type: PatchType,
  body: unknown,
  check: (patched: KubeObject) => KubeObject,
  options: UpdateOptions = {},
): Promise<Outcome> {
  return guaranteedUpdate(
    ctx,
    definition,
    namespace,
    name,
    (old: Stored) => check(applyPatch(type, old, body, definition.typeName)),
    { ...options, isPatch: true },
  );
}

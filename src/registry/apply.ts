/** Server-side apply. Source: apiserver pkg/endpoints/handlers/patch.go (applyPatcher). */
import { deepCopy } from '../apimachinery/deep-copy.ts';
import { required } from '../apimachinery/field-error.ts';
import { invalid } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import { apiVersionOf } from '../apis/resources.ts';
import type { RequestContext } from './context.ts';
import { applied } from './managed-fields.ts';
import { guaranteedUpdate, type Outcome, type UpdateOptions } from './update.ts';

export interface ApplyOptions extends UpdateOptions {
  readonly force: boolean;
  /** Whether the client named its field manager, which apply requires. */
  readonly managerGiven: boolean;
}

/** @throws StatusError 422 without a field manager. */
export function requireManager(managerGiven: boolean): void {
  if (managerGiven) return;
  throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
    required('fieldManager', 'is required for apply patch'),
  ]);
}

/**
 * Applies a configuration; creates the object when it is missing. `check` looks at the merged object as it would at a
 * body, and brings it to normal form. The configuration itself must stay as it came: what it names is what it owns.
 * @throws StatusError 400, 409 for conflicts, 422 without a field manager, and as guaranteedUpdate.
 */
export function applyConfiguration(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  object: KubeObject,
  check: (merged: KubeObject) => KubeObject,
  options: ApplyOptions,
): Promise<Outcome> {
  requireManager(options.managerGiven);
  object.apiVersion ??= apiVersionOf(definition);
  object.kind ??= definition.kind;
  const { force, managerGiven: _, fieldManager = '', ...update } = options;
  const subresource = options.strategy?.subresource ?? '';
  const merge = (old: KubeObject | undefined): KubeObject =>
    check(
      applied(definition, old as never, deepCopy(object), fieldManager, subresource, ctx.clock.now(), force),
    );
  return guaranteedUpdate(ctx, definition, namespace, name, (old) => merge(old), {
    ...update,
    fieldManager,
    managed: true,
    isPatch: true,
    ...(subresource
      ? {}
      : {
          createMissing: () => merge(undefined),
        }),
  });
}

/** The part of validation that depends on what else is in the cluster (see Strategy.validateInCluster). */
import type { FieldError } from '../apimachinery/field-error.ts';
import type { Namespace } from '../apimachinery/types/core.v1.gen.ts';
import type { ResourceDefinition, StrategyContext } from '../apis/definition.ts';
import type { KubeObject } from '../apis/object.ts';
import { resourceAttributes } from './authorization/attributes.ts';
import type { ReadSet } from './cache.ts';
import type { RequestContext } from './context.ts';

/** `again`: what it says rests on what may be out of date; begin again with new reads. */
export async function validateInCluster<T extends KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  object: T,
  old: T | undefined,
  strategyContext: StrategyContext,
  reads: ReadSet,
  verb: 'create' | 'patch' | 'update',
): Promise<FieldError[] | 'again'> {
  const { strategy, group, resource } = definition;
  if (!strategy.validateInCluster) return [];
  const errors = await strategy.validateInCluster(object, old, strategyContext, {
    verb,
    async namespaceLabels() {
      const found = await reads.get<Namespace>('', 'namespaces', '', strategyContext.namespace);
      return found && (found.metadata.labels ?? {});
    },
    refusal: async (asked, subresource, namespace, name) =>
      ctx.permissions?.ask(
        resourceAttributes(ctx.user, asked, group, resource, { subresource, namespace, name }),
      ),
  });
  return errors.length > 0 && reads.refresh() ? 'again' : errors;
}

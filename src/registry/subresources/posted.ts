/**
 * Admission of what is posted to a subresource and never stored: an Eviction, a Binding, a request for a token.
 * Source: apiserver pkg/endpoints/handlers/create.go (CreateNamedResource).
 */
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { KubeObject } from '../../apis/object.ts';
import { namespaceLifecycle } from '../admission/namespace-lifecycle.ts';
import type { AdmissionAttributes, View } from '../admission/plugin.ts';
import { validatingAdmissionPolicy } from '../admission/policy/validating-policy.ts';
import { AdmissionCache, ReadSet } from '../cache.ts';
import type { RequestContext, WriteOptions } from '../context.ts';
import { kindsOf } from '../custom-catalog.ts';

export interface Posted {
  readonly subresource: string;
  readonly kind: View['kind'];
  readonly object: KubeObject;
}

/** @throws StatusError 404, 403 where nothing new is made, and what policies refuse it with. */
export async function admitPosted(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
  { subresource, kind, object }: Posted,
  options: WriteOptions,
): Promise<void> {
  const attributes: AdmissionAttributes = {
    operation: 'CREATE',
    definition,
    subresource,
    namespace,
    name,
    object,
    view: { kind, of: (_, one) => one },
    user: ctx.user,
    dryRun: options.dryRun ?? false,
    ...(options.given && { options: options.given }),
    now: ctx.clock.now(),
    random: ctx.random,
    // Nothing is committed that could prove what was known before: all is read anew.
    reads: new ReadSet(ctx.storage, new AdmissionCache(), 0),
    findKind: kindsOf(ctx),
    warnings: ctx.warnings,
    writes: [],
    settled: [],
  };
  await namespaceLifecycle.admit?.(attributes);
  await validatingAdmissionPolicy.validate?.(attributes);
}

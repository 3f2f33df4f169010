import { notFound } from '../apimachinery/status.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { fromRow, keyOf } from './commit.ts';
import type { RequestContext } from './context.ts';

/** Reads one object. @throws StatusError 404. */
export async function get<T extends KubeObject = KubeObject>(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string,
  name: string,
): Promise<Stored<T>> {
  const row = await ctx.storage.get(keyOf(definition, namespace, name));
  if (!row) throw notFound(definition, name);
  return fromRow<T>(definition, row);
}

import type { ResourceDefinition } from '../apis/definition.ts';
import type { Stored } from '../apis/object.ts';
import { StatusError } from '../apimachinery/status.ts';
import { fromRow } from './commit.ts';
import type { DeleteOptions, RequestContext } from './context.ts';
import { remove } from './delete.ts';
import { type ListOptions, list } from './list.ts';

/** Deletions under way at once, so that a large collection is committed in batches. */
const PARALLEL = 64;

/**
 * Deletes what a list shows; what is gone by then is no error. Answers the objects as they were listed.
 * Source: apiserver pkg/registry/generic/registry/store.go (DeleteCollection).
 */
export async function deleteCollection(
  ctx: RequestContext,
  definition: ResourceDefinition,
  namespace: string | undefined,
  listOptions: ListOptions,
  options: DeleteOptions,
): Promise<{ objects: Stored[]; revision: number; continue?: string }> {
  const listed = await list(ctx, definition, namespace, listOptions);
  const objects = listed.rows.map((row) => fromRow(definition, row));
  for (let start = 0; start < objects.length; start += PARALLEL) {
    await Promise.all(
      objects.slice(start, start + PARALLEL).map(async (object) => {
        try {
          await remove(
            ctx,
            definition,
            object.metadata.namespace ?? '',
            object.metadata.name!,
            { ...options, ofCollection: true },
            object,
          );
        } catch (error) {
          if (!(error instanceof StatusError) || error.code !== 404) throw error;
        }
      }),
    );
  }
  return {
    objects,
    revision: listed.revision,
    ...(listed.continue ? { continue: listed.continue } : {}),
  };
}

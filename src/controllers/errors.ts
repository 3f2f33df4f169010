/** Refusals that a controller expects. Source: kubernetes/apimachinery pkg/api/errors/errors.go. */
import { StatusError } from '../apimachinery/status.ts';

const hasCode = (error: unknown, code: number): boolean =>
  error instanceof StatusError && error.code === code;

export const isNotFound = (error: unknown): boolean => hasCode(error, 404);
export const isConflict = (error: unknown): boolean =>
  error instanceof StatusError && error.code === 409 && error.reason === 'Conflict';
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof StatusError && error.code === 409 && error.reason === 'AlreadyExists';

/** Whether nothing can be created because the namespace is being deleted. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  error instanceof StatusError &&
  (error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false);

/** Resolves to undefined instead of an error that is expected. */
export async function ignoring<T>(
  promise: Promise<T>,
  ...expected: ((error: unknown) => boolean)[]
): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (expected.some((test) => test(error))) return undefined;
    throw error;
  }
}

/** Runs a task for each item, so many at a time, and throws the first error when all are done. */
export async function forEachParallel<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  let failed: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next++]!;
      try {
        await task(item);
      } catch (error) {
        failed ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failed) throw failed.error;
}

/**
 * Zero values that never reach the stored form: upstream's structs drop empty lists and maps, '', 0 and false of
 * fields that are not pointers when they are written. Decoding does so for all that comes over the wire; this is
 * for objects that were put together here.
 */

/**
 * Removes empty lists, nulls, and the listed fields where they hold '', 0, false or an empty map. Fields that
 * upstream holds as pointers must not be listed: their zero is a value.
 */
export function dropZeros(object: object, fields: readonly string[]): void {
  const record = object as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) {
      delete record[key];
    }
  }
  for (const field of fields) {
    const value = record[field];
    if (value === '' || value === 0 || value === false || isEmptyMap(value)) delete record[field];
  }
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

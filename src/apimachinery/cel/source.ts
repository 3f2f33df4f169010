/** Places in a source. */

/** Finds line (from 1) and column (code points, from 0) of an index into the source. */
export function locate(source: string, at: number): { line: number; column: number } {
  if (at < 0) return { line: -1, column: -1 };
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let index = before.indexOf('\n'); index >= 0; index = before.indexOf('\n', index + 1)) line++;
  return { line, column: [...before.slice(lineStart)].length };
}

/** /healthz, /livez and /readyz. Source: apiserver pkg/server/healthz/healthz.go. */

export interface Check {
  readonly name: string;
  run(): Promise<void>;
}

const PATH = /^\/(healthz|livez|readyz)(?:\/([^/]+))?\/?$/;

/** The answer to a health path, or undefined for another path. */
export async function health(
  path: string,
  query: URLSearchParams,
  checks: readonly Check[],
): Promise<Response | undefined> {
  const match = PATH.exec(path);
  if (!match) return undefined;
  const [, name, single] = match;
  const excluded = new Set(query.getAll('exclude'));
  const chosen = checks.filter((check) => (single ? check.name === single : !excluded.has(check.name)));
  if (single && chosen.length === 0) return text('404 page not found\n', 404);
  const lines: string[] = [];
  let failed = false;
  for (const check of chosen) {
    try {
      await check.run();
      lines.push(`[+]${check.name} ok`);
    } catch (error) {
      failed = true;
      console.error(`health check ${check.name} failed`, error);
      lines.push(`[-]${check.name} failed: reason withheld`);
    }
  }
  for (const one of excluded)
    if (checks.some((check) => check.name === one)) lines.push(`[+]${one} excluded: ok`);
  if (failed) return text(`${lines.join('\n')}\n${name} check failed\n`, 500);
  return text(query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok', 200);
}

const text = (body: string, status: number): Response =>
  new Response(body, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
  });

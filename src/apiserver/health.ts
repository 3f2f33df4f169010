/** /healthz, /livez and /readyz. Source: apiserver pkg/server/healthz/healthz.go. */

export interface Check {
  readonly name: string;
  /** Default: all of them. */
  readonly paths?: readonly string[];
  run(): Promise<void>;
}

const PATH = /^\/(healthz|livez|readyz)(?:\/(.*))?$/;

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** The answer to a health path, or undefined for another path. */
export async function health(
  path: string,
  query: URLSearchParams,
  checks: readonly Check[],
): Promise<Response | undefined> {
  const match = PATH.exec(path);
  if (!match) return undefined;
  const [, name = '', single] = match;
  const offered = checks.filter(({ paths }) => !paths || paths.includes(name));
  if (single !== undefined) return one(offered.find((check) => check.name === single));
  const excluded = new Set(query.getAll('exclude').filter(Boolean));
  const lines: string[] = [];
  let failed = false;
  for (const check of offered) {
    if (excluded.delete(check.name)) {
      lines.push(`[+]${check.name} excluded: ok`);
    } else if (await holds(check)) {
      lines.push(`[+]${check.name} ok`);
    } else {
      failed = true;
      lines.push(`[-]${check.name} failed: reason withheld`);
    }
  }
  if (excluded.size > 0) {
    const names = quoted([...excluded].sort());
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (failed) return text(`${lines.join('\n')}\n${name} check failed\n`, 500);
  return text(query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok', 200);
}

/** The answer of one check. */
async function one(check: Check | undefined): Promise<Response> {
  if (!check) return text('404 page not found\n', 404);
  return (await holds(check)) ? text('ok', 200) : text('internal server error: reason withheld\n', 500);
}

async function holds(check: Check): Promise<boolean> {
  try {
    await check.run();
    return true;
  } catch (error) {
    console.error(`health check ${check.name} failed`, error);
    return false;
  }
}

const nothing = async (): Promise<void> => {};

/**
 * The checks of a server, under the names upstream's have and in their order. The database plays etcd's part; what is
 * done when a cluster is made needs no looking at.
 */
export const checksOf = (readDatabase: () => Promise<void>): Check[] => [
  { name: 'ping', run: nothing },
  { name: 'log', run: nothing },
  { name: 'etcd', run: readDatabase },
  { name: 'etcd-readiness', paths: ['readyz'], run: readDatabase },
  { name: 'informer-sync', paths: ['readyz'], run: nothing },
  { name: 'poststarthook/start-system-namespaces-controller', run: nothing },
  { name: 'poststarthook/rbac/bootstrap-roles', run: nothing },
  { name: 'poststarthook/scheduling/bootstrap-system-priority-classes', run: nothing },
  { name: 'poststarthook/priority-and-fairness-config-producer', run: nothing },
  { name: 'poststarthook/apiservice-registration-controller', run: nothing },
  { name: 'shutdown', paths: ['readyz'], run: nothing },
];

const text = (body: string, status: number): Response =>
  new Response(body, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-cache, private',
    },
  });

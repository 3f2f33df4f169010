/** GET /: the paths of the server. Source: apiserver pkg/server/routes/index.go. */
import { apiVersionOf, RESOURCES } from '../apis/resources.ts';
import { checksOf } from './health.ts';

const HEALTH = ['healthz', 'livez', 'readyz'];

function paths(): string[] {
  const found = new Set(['/.well-known/openid-configuration', '/api', '/apis', '/apis/', '/openid/v1/jwks']);
  for (const resource of RESOURCES) {
    found.add(resource.group ? `/apis/${apiVersionOf(resource)}` : `/api/${resource.version}`);
    if (resource.group) found.add(`/apis/${resource.group}`);
  }
  for (const name of HEALTH) {
    found.add(`/${name}`);
    for (const check of checksOf(async () => {})) {
      if (!check.paths || check.paths.includes(name)) found.add(`/${name}/${check.name}`);
    }
  }
  for (const path of ['/openapi/v2', '/openapi/v3', '/version']) found.add(path);
  return [...found].sort();
}

let body: string | undefined;

export function respondIndex(): Response {
  body ??= JSON.stringify({ paths: paths() }, null, 2);
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}

/** GET /version. Sources: apimachinery pkg/version/types.go, apiserver pkg/server/routes/version.go. */
import { methodNotServed } from '../apimachinery/status.ts';
import { JSON_TYPE } from './negotiation.ts';
import { checkAccept } from './routes.ts';

export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.0+kedge',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-11-20T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'workerd',
  platform: 'cloudflare/workers',
} as const;

/** Indented for everybody, as upstream writes it. @throws StatusError 405, 406. */
export function respondVersion(request: Request): Response {
  if (request.method !== 'GET') throw methodNotServed();
  checkAccept(request, [JSON_TYPE]);
  return new Response(JSON.stringify(VERSION, null, 2), { headers: { 'Content-Type': JSON_TYPE } });
}

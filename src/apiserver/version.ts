/** GET /version. Source: apimachinery pkg/version/types.go. */
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

/** Indented for everybody, as upstream writes it. */
export const respondVersion = (): Response =>
  new Response(JSON.stringify(VERSION, null, 2), { headers: { 'Content-Type': 'application/json' } });

/** Bundles the worker into dist/worker.js. */
import { build } from 'esbuild';

export async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: ['/tmp/k/worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'import'],
    external: ['cloudflare:*', 'node:*'],
    minifySyntax: true,
    logLevel: 'warning',
  });
}

if (import.meta.main) await bundle(new URL('../dist/worker.js', import.meta.url).pathname);

/** Bundles the worker into dist/worker.js. */
import { renameSync } from 'node:fs';
import { build } from 'esbuild';

export async function bundle(outfile: string): Promise<void> {
  await build({
    entryPoints: [new URL('../src/worker.ts', import.meta.url).pathname],
    outfile: `${outfile}.${process.pid}.new`,
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
  // Whoever starts meanwhile sees the old bundle or the new one, whole.
  renameSync(`${outfile}.${process.pid}.new`, outfile);
}

if (import.meta.main) await bundle(new URL('../dist/worker.js', import.meta.url).pathname);

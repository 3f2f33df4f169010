/** Bundles the worker into dist/worker.js, the local runtime's database into dist/database.js. */
import { renameSync } from 'node:fs';
import { build } from 'esbuild';

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
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

const path = (relative: string): string => new URL(relative, import.meta.url).pathname;

await bundle(path('lib/local-d1.ts'), path('../dist/database.js'));
await bundle(path('../src/worker.ts'), path('../dist/worker.js'));

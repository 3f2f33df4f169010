/**
 * Everything `npm test` does: types, lint, structure, then all tests. Ends with one line: `N passed, N failed[, N skipped]`.
 *
 *   npm test                    all
 *   npm test -- --project unit  arguments go to vitest; types, lint and structure are left out
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const args = process.argv.slice(2);
const bin = new URL('../node_modules/.bin/', import.meta.url).pathname;

/** Runs a tool of the project; its output is shown as it comes. True when it succeeded. */
function run(name: string, tool: string, ...rest: string[]): boolean {
  const started = Date.now();
  console.log(`\n> ${name}`);
  const { status } = spawnSync(join(bin, tool), rest, { stdio: 'inherit' });
  console.log(
    `> ${name}: ${status === 0 ? 'ok' : 'FAILED'} after ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
  return status === 0;
}

const failures: string[] = [];
if (args.length === 0) {
  const checks: [string, string, ...string[]][] = [
    ['types of the worker', 'tsc', '-p', 'tsconfig.json'],
    ['types of scripts and tests', 'tsc', '-p', 'tsconfig.node.json'],
    ['lint', 'biome', 'check', '.'],
    ['structure', 'depcruise', 'src', '--config', '.dependency-cruiser.cjs'],
  ];
  for (const [name, tool, ...rest] of checks) if (!run(name, tool, ...rest)) failures.push(name);
}

const directory = mkdtempSync(join(tmpdir(), 'kedge-test-'));
const report = join(directory, 'report.json');
const ok = run(
  'tests',
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...args,
);
let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  passed = counts.numPassedTests;
  failed = counts.numFailedTests;
  skipped = counts.numPendingTests + counts.numTodoTests;
} catch (error) {
  failures.push(`no report of the tests: ${(error as Error).message}`);
}
rmSync(directory, { recursive: true, force: true });
// A file that cannot be loaded has no failed test, but is a failure.
if (!ok && failed === 0) failures.push('tests');
if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`);
console.log(
  `\n${passed} passed, ${failed + failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failed + failures.length > 0 ? 1 : 0);

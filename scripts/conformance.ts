/**
 * Runs the re-expressed conformance tests, prints how many pass of how many upstream has, and writes
 * docs/conformance.md.
 *
 *   npm run conformance
 *   KEDGE_TEST_SERVER=<port>:<state directory> npm run conformance   against a server that runs already
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLASSES, TOTALS, type UpstreamClass } from '../test/conformance/upstream.ts';

interface Result {
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly meta: { upstreamClass?: UpstreamClass; waitsFor?: string };
}

const root = new URL('..', import.meta.url).pathname;
const directory = mkdtempSync(join(tmpdir(), 'kedge-conformance-'));
const file = join(directory, 'report.json');
const { status } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  ['run', '--project', 'conformance', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
  { stdio: 'inherit', cwd: root },
);
const results: Result[] = JSON.parse(readFileSync(file, 'utf8')).testResults.flatMap(
  ({ assertionResults }: any) => assertionResults,
);
rmSync(directory, { recursive: true, force: true });

const classes = Object.keys(CLASSES) as UpstreamClass[];
const sigOf = (title: string): string => title.slice(1, title.indexOf(']'));
const passed = (sig: string | undefined, one?: UpstreamClass): number =>
  results.filter(
    ({ title, status: is, meta }) =>
      is === 'passed' &&
      (sig === undefined || sigOf(title) === sig) &&
      (one === undefined || meta.upstreamClass === one),
  ).length;
const total = (sig: string | undefined, one?: UpstreamClass): number =>
  Object.entries(TOTALS)
    .filter(([name]) => sig === undefined || name === sig)
    .flatMap(([, counts]) => (one === undefined ? counts : [counts[classes.indexOf(one)]!]))
    .reduce((sum, count) => sum + count, 0);
const share = (sig: string | undefined, one?: UpstreamClass): string =>
  total(sig, one) === 0 ? '' : `${passed(sig, one)} of ${total(sig, one)}`;

const rows = [...Object.keys(TOTALS), undefined].map((sig) => [
  sig ?? 'all',
  ...classes.map((one) => share(sig, one)),
  share(sig),
]);
const header = ['', ...classes, 'all'];
const widths = header.map((_, column) =>
  Math.max(header[column]!.length, ...rows.map((row) => row[column]!.length)),
);
const line = (cells: readonly string[]): string =>
  `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
const table = [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');

const MARKS = { passed: 'passes', failed: '**fails**', skipped: 'waits for' } as const;
const listed = Object.keys(TOTALS)
  .map((sig) => {
    const own = results
      .filter(({ title }) => sigOf(title) === sig)
      .sort((a, b) => (a.title < b.title ? -1 : 1));
    if (own.length === 0) return '';
    const entries = own.map(({ title, status: is, meta }) => {
      const mark = is === 'skipped' ? `${MARKS.skipped} ${meta.waitsFor ?? 'nothing known'}` : MARKS[is];
      return `- ${title.slice(sig.length + 3).replace(/([<>*])/g, '\\$1')} (${meta.upstreamClass}): ${mark}`;
    });
    return `### ${sig}\n\n${entries.join('\n')}\n`;
  })
  .filter(Boolean)
  .join('\n');

writeFileSync(
  join(root, 'docs/conformance.md'),
  `# Conformance

Kubernetes has 449 conformance tests. Those named below are re-expressed in \`test/conformance\` as black-box tests
against the running server, each under upstream's own name; \`npm run conformance\` runs them and writes this file. They
follow upstream's steps and keep its expectations, but they are not upstream's programs: passing them is a measure, not a
certificate.

Upstream's own program, the e2e test binary of v1.36.0, was run against the server too, four tests at a time: of classes A
and B below it has 234, of which 233 passed. The other one calls exec. Of class C1 it passes 19: Jobs and containers that end
as their command says, their messages, init containers, and a probe of a file.

So were its integration tests: \`test/integration\` of v1.36.0, with a stub that makes a cluster here where they start a
server, and with the controllers, the scheduler and the plug-ins switched off that they switch off. Of those directories that
are about the API, its clients and controllers (server-side apply, field validation, printing, dry runs, OpenAPI, client-go,
workloads, jobs, services, endpoints, garbage collection, evictions, volumes), some 280 tests pass. The rest needs flags, feature
gates, CBOR, a look into etcd or a part of the server in the test's own process, knows kinds only as of v1.36, or is about
something that [divergences.md](divergences.md) tells of.

Upstream's tests differ in what they need of a server without containers:

${classes.map((one) => `- **${one}**: ${CLASSES[one]}`).join('\n')}

Passed here, of what upstream has:

${table}

Where a test here is easier than upstream's, it is so:

- What upstream waits for in minutes (a full pass of a controller, half a minute in which nothing may be deleted, the
  compaction of the history) is waited for in seconds, or the server is told to keep less history.
- What must not happen is looked for while something else happens that would come no sooner: a pod whose liveness probe
  succeeds, until another one, whose probe fails, is restarted; a pod whose node has lost its taint, until one whose node
  keeps it is evicted. Probes, tolerations and minReadySeconds have seconds where upstream gives them tens of seconds; an
  init container that fails is restarted twice, not three times.
- The first Job of a CronJob is one that it has missed (its last time is set back); the second comes with the next minute.
- 50 concurrent watches instead of 100.

## The tests

${listed}`,
);
console.log(`\n${table}\n`);
const count = (is: Result['status']): number => results.filter((one) => one.status === is).length;
console.log(
  `${count('passed')} of ${total(undefined)} conformance tests pass, ${count('failed')} fail, ${count('skipped')} wait`,
);
process.exit(status ?? 1);

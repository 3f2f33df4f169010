/**
 * Serves Kedge locally: the production bundle on workerd, over HTTPS, with its state on disk.
 * One command: builds, migrates, makes the cluster `default` on first start, writes a kubeconfig.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { kubeconfig } from '../src/tenancy/kubeconfig.ts';
import { readMigrations } from './lib/migrations.ts';
import { HELP, parseStartOptions, type StartOptions, UsageError } from './lib/options.ts';
import { type Runtime, startRuntime } from './lib/runtime.ts';
import { openState, StateError, type State, writePrivately } from './lib/state.ts';

// Objects of a request die young: a small nursery is emptied more often and keeps the process smaller.
const V8_FLAGS = (process.env.KEDGE_V8_FLAGS ?? '--max-semi-space-size=8').split(' ');

const ROOT = new URL('..', import.meta.url).pathname;
const HOST = '127.0.0.1';

/** Whether a bundle is missing, or a file under the directories newer than it. */
function isStale(outfiles: readonly string[], directories: readonly string[]): boolean {
  if (!outfiles.every((outfile) => existsSync(outfile))) return true;
  const built = Math.min(...outfiles.map((outfile) => statSync(outfile).mtimeMs));
  const files = directories.flatMap((one) => readdirSync(one, { recursive: true, withFileTypes: true }));
  return files.some(
    (entry) =>
      entry.isFile() &&
      !entry.name.endsWith('.test.ts') &&
      statSync(join(entry.parentPath, entry.name)).mtimeMs > built,
  );
}

/** A port in use is told before anything is started. */
function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          error.code === 'EADDRINUSE'
            ? `port ${port} is in use`
            : `cannot listen on port ${port}: ${error.message}`,
        ),
      ),
    );
    server.listen(port, HOST, () => server.close(() => resolve()));
  });
}

function serve(options: StartOptions, state: State, worker: string, database: string): Runtime {
  const { KEDGE_HISTORY_SECONDS, KEDGE_HISTORY_REVISIONS } = process.env;
  return startRuntime({
    host: HOST,
    port: options.port,
    key: state.certificates.key,
    certificate: state.certificates.certificate,
    worker,
    database,
    directory: join(state.directory, 'runtime'),
    storage: join(state.directory, 'storage'),
    migrations: readMigrations(join(ROOT, 'migrations')),
    bindings: {
      KEDGE_ADMIN_TOKEN_HASH: createHash('sha256').update(state.token).digest('hex'),
      KEDGE_CA_CERTIFICATE: state.certificates.ca,
      KEDGE_URL: `https://${HOST}:${options.port}`,
      ...(KEDGE_HISTORY_SECONDS ? { KEDGE_HISTORY_SECONDS } : {}),
      ...(KEDGE_HISTORY_REVISIONS ? { KEDGE_HISTORY_REVISIONS } : {}),
    },
    v8Flags: V8_FLAGS,
  });
}

async function main(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return;
  }
  const say = (text: string): void => console.log(`kedge: ${text}`);
  await checkPort(options.port);
  const state = await openState(options.state, Date.now());
  const worker = join(ROOT, 'dist/worker.js');
  const database = join(ROOT, 'dist/database.js');
  if (isStale([worker, database], [join(ROOT, 'src'), join(ROOT, 'bin')])) {
    say('building');
    // In a process of its own, whose memory goes with it.
    const built = spawnSync(process.execPath, [join(ROOT, 'bin/build.ts')], { stdio: 'inherit' });
    if (built.status !== 0) throw new Error('the worker cannot be built');
  }
  const started = Date.now();
  say('starting');
  const runtime = serve(options, state, worker, database);
  let stopping = false;
  runtime.process.once('exit', (code) => {
    if (!stopping) console.error(`kedge: the runtime ended with ${code}`);
    process.exit(stopping ? 0 : 1);
  });
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Watches may hold connections open: not waited for, as everything that was acknowledged is on disk.
    runtime.process.kill('SIGKILL');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  await runtime.listening;
  await ensureDefault(options, state, say);
  await writeKubeconfig(options, state);
  const shown = relative(process.cwd(), options.kubeconfig);
  say(`ready on https://${HOST}:${options.port} after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  console.log(
    `\n  export KUBECONFIG=${shown.startsWith('..') ? options.kubeconfig : join(process.cwd(), shown)}\n  kubectl get nodes\n`,
  );
}

/** Asks the server, as its administrator. */
function post(
  path: string,
  body: string,
  { port }: StartOptions,
  state: State,
): Promise<{ status: number; text: string }> {
  const agent = new Agent({ ca: state.certificates.ca });
  const headers = { Authorization: `Bearer ${state.token}`, 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: HOST, port, path, method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The cluster at the root: made on first start, woken on the next ones. */
async function ensureDefault(
  options: StartOptions,
  state: State,
  say: (text: string) => void,
): Promise<void> {
  const wanted = JSON.stringify({ name: 'default', nodes: options.nodes });
  const { status, text } = await post('/clusters', wanted, options, state);
  if (status === 201) say(`made the cluster "default" with ${options.nodes} nodes`);
  else if (status === 409) {
    const woken = await post('/clusters/default/wake', '', options, state);
    if (woken.status >= 300) throw new StateError(`the cluster "default" does not start: ${woken.text}`);
  } else throw new StateError(`the cluster "default" cannot be made: ${text}`);
}

async function writeKubeconfig(options: StartOptions, state: State): Promise<void> {
  mkdirSync(dirname(options.kubeconfig), { recursive: true });
  writePrivately(
    options.kubeconfig,
    kubeconfig({
      name: 'kedge',
      server: `https://${HOST}:${options.port}`,
      token: state.token,
      caCertificate: state.certificates.ca,
    }),
  );
}

main().catch((error) => {
  if (error instanceof UsageError || error instanceof StateError) console.error(`kedge: ${error.message}`);
  else console.error('kedge: cannot start:', (error as Error)?.message ?? error);
  process.exit(error instanceof UsageError ? 2 : 1);
});

/**
 * Serves Kedge locally: the production bundle on workerd, over HTTPS, with its state on disk.
 * One command: builds, migrates, makes the cluster `default` on first start, writes a kubeconfig.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, readdirSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { kubeconfig } from '../src/tenancy/kubeconfig.ts';
import { applyMigrations } from './lib/migrations.ts';
import { HELP, parseStartOptions, type StartOptions, UsageError } from './lib/options.ts';
import { openState, StateError, type State, writePrivately } from './lib/state.ts';

// The runtime goes with this process, however it goes. Read by Miniflare when it starts.
process.env.KEDGE_WORKERD = createRequire(import.meta.url)('workerd').default;
process.env.MINIFLARE_WORKERD_PATH = new URL('lib/workerd.sh', import.meta.url).pathname;

// Objects of a request die young: a small nursery is emptied more often and keeps the process smaller.
process.env.MINIFLARE_WORKERD_V8_FLAGS ??= '--max-semi-space-size=8';

const ROOT = new URL('..', import.meta.url).pathname;
const HOST = '127.0.0.1';

/** Whether a file under `directory` is newer than the bundle. */
function isStale(outfile: string, directory: string): boolean {
  if (!existsSync(outfile)) return true;
  const built = statSync(outfile).mtimeMs;
  return readdirSync(directory, { recursive: true, withFileTypes: true }).some(
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

async function serve(options: StartOptions, state: State, script: string): Promise<Miniflare> {
  const storage = join(state.directory, 'storage');
  mkdirSync(storage, { recursive: true });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'kedge',
      host: HOST,
      port: options.port,
      https: true,
      httpsKey: state.certificates.key,
      httpsCert: state.certificates.certificate,
      // Nothing is fetched from anywhere: no description of the request's place, no telemetry.
      cf: false,
      telemetry: { enabled: false },
      modules: true,
      script,
      compatibilityDate: '2026-11-01',
      compatibilityFlags: ['enable_request_signal'],
      d1Databases: { DB: 'kedge' },
      durableObjects: Object.fromEntries(
        [
          ['REVISION_LOG', 'RevisionLog'],
          ['WATCH_HUB', 'WatchHub'],
          ['CONTROLLER_MANAGER', 'ControllerManager'],
          ['SCHEDULER', 'Scheduler'],
          ['NODE', 'Node'],
        ].map(([binding, className]) => [binding, { className, useSQLite: true }]),
      ),
      resourcePersistencePath: storage,
      bindings: {
        KEDGE_ADMIN_TOKEN_HASH: createHash('sha256').update(state.token).digest('hex'),
        KEDGE_CA_CERTIFICATE: state.certificates.ca,
        KEDGE_URL: `https://${HOST}:${options.port}`,
        ...(process.env.KEDGE_HISTORY_SECONDS
          ? { KEDGE_HISTORY_SECONDS: process.env.KEDGE_HISTORY_SECONDS }
          : {}),
        ...(process.env.KEDGE_HISTORY_REVISIONS
          ? { KEDGE_HISTORY_REVISIONS: process.env.KEDGE_HISTORY_REVISIONS }
          : {}),
      },
    } as never),
  );
  await miniflare.ready;
  return miniflare;
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
  const outfile = join(ROOT, 'dist/worker.js');
  if (isStale(outfile, join(ROOT, 'src'))) {
    say('building');
    // In a process of its own, whose memory goes with it.
    const built = spawnSync(process.execPath, [join(ROOT, 'bin/build.ts')], { stdio: 'inherit' });
    if (built.status !== 0) throw new Error('the worker cannot be built');
  }
  const started = Date.now();
  say('starting');
  const miniflare = await serve(options, state, readFileSync(outfile, 'utf8'));
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Watches may hold connections open: do not wait for them.
    setTimeout(() => process.exit(0), 3000).unref();
    await miniflare.dispose().catch(() => {});
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    // Miniflare's own handlers would end this process at once, as if it had failed.
    process.removeAllListeners(signal);
    process.on(signal, stop);
  }
  const migrated = await applyMigrations(
    (await miniflare.getD1Database('DB')) as never,
    join(ROOT, 'migrations'),
  ).catch((error) => {
    throw new StateError(`the state directory ${state.directory} is damaged: ${(error as Error).message}`);
  });
  if (migrated.length > 0) say(`migrated: ${migrated.join(', ')}`);
  await ensureDefault(miniflare, options, state, say);
  await writeKubeconfig(options, state);
  const shown = relative(process.cwd(), options.kubeconfig);
  say(`ready on https://${HOST}:${options.port} after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  console.log(
    `\n  export KUBECONFIG=${shown.startsWith('..') ? options.kubeconfig : join(process.cwd(), shown)}\n  kubectl get nodes\n`,
  );
}

/** The cluster at the root: made on first start, woken on the next ones. */
async function ensureDefault(
  miniflare: Miniflare,
  options: StartOptions,
  state: State,
  say: (text: string) => void,
): Promise<void> {
  const headers = { Authorization: `Bearer ${state.token}`, 'Content-Type': 'application/json' };
  const response = await miniflare.dispatchFetch(`https://${HOST}:${options.port}/clusters`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'default', nodes: options.nodes }),
  });
  const text = await response.text();
  if (response.status === 201) say(`made the cluster "default" with ${options.nodes} nodes`);
  else if (response.status === 409) {
    const woken = await miniflare.dispatchFetch(`https://${HOST}:${options.port}/clusters/default/wake`, {
      method: 'POST',
      headers,
    });
    if (!woken.ok) throw new StateError(`the cluster "default" does not start: ${await woken.text()}`);
    await woken.body?.cancel();
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

/**
 * `wrangler dev` on the same code, with hot reload: for working on Kedge, not for measuring it.
 * Applies the migrations, makes the cluster `default`, writes a kubeconfig. Takes the options of `npm start`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { kubeconfig } from '../src/tenancy/kubeconfig.ts';
import { HELP, parseStartOptions } from './lib/options.ts';
import { openState, writePrivately } from './lib/state.ts';

const ROOT = new URL('..', import.meta.url).pathname;
/** Run by this Node, not by whichever is first on the path. */
const wrangler = [join(ROOT, 'node_modules/wrangler/bin/wrangler.js')];

const options = parseStartOptions(process.argv.slice(2));
if (!options) {
  process.stdout.write(HELP.replace('npm start', 'npm run dev'));
  process.exit(0);
}
const state = await openState(options.state, Date.now());
const persist = join(state.directory, 'dev');
const origin = `https://127.0.0.1:${options.port}`;
writePrivately(join(state.directory, 'tls.key'), state.certificates.key);
writePrivately(join(state.directory, 'tls.crt'), state.certificates.certificate);

const migrated = spawnSync(
  process.execPath,
  [...wrangler, 'd1', 'migrations', 'apply', 'kedge', '--local', '--persist-to', persist],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' } },
);
if (migrated.status !== 0) process.exit(migrated.status ?? 1);

const dev = spawn(
  process.execPath,
  [
    ...wrangler,
    'dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(options.port),
    '--local-protocol',
    'https',
    '--https-key-path',
    join(state.directory, 'tls.key'),
    '--https-cert-path',
    join(state.directory, 'tls.crt'),
    '--persist-to',
    persist,
    '--var',
    `KEDGE_ADMIN_TOKEN_HASH:${createHash('sha256').update(state.token).digest('hex')}`,
    '--var',
    `KEDGE_URL:${origin}`,
    '--var',
    `KEDGE_CA_CERTIFICATE:${state.certificates.ca}`,
    '--show-interactive-dev-session=false',
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
);
dev.on('exit', (code) => process.exit(code ?? 0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => dev.kill(signal));

const agent = new Agent({ ca: state.certificates.ca });
function call(method: string, path: string, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${origin}${path}`,
      {
        method,
        agent,
        headers: { Authorization: `Bearer ${state.token}`, 'Content-Type': 'application/json' },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

for (let attempt = 0; (await call('GET', '/readyz').catch(() => 0)) !== 200; attempt++) {
  if (attempt > 120) throw new Error('wrangler dev does not answer');
  await new Promise((resolve) => setTimeout(resolve, 500));
}
const status = await call('POST', '/clusters', JSON.stringify({ name: 'default', nodes: options.nodes }));
if (status === 409) await call('POST', '/clusters/default/wake');
else if (status !== 201) throw new Error(`the cluster "default" cannot be made: ${status}`);
writePrivately(
  options.kubeconfig,
  kubeconfig({ name: 'kedge', server: origin, token: state.token, caCertificate: state.certificates.ca }),
);
console.log(`\n  export KUBECONFIG=${options.kubeconfig}\n  kubectl get nodes\n`);

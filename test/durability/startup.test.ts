/** How the server starts, refuses to start and ends. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/server.ts';
import { isFree, runCommand, ServerProcess } from './process.ts';

const directory = mkdtempSync(join(tmpdir(), 'kedge-startup-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const ONE_LINE = (text: string): RegExp => new RegExp(`^kedge: .*${text}.*\\n$`);

describe('what cannot be served', () => {
  it('--help is answered', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const option of ['--port', '--state', '--kubeconfig', '--nodes', '--help'])
      expect(stdout).toContain(option);
  });

  it.each([
    { args: ['--port', 'http'], says: '--port must be a whole number' },
    { args: ['--port', '70000'], says: '--port must be a whole number' },
    { args: ['--nodes', '-1'], says: "Option '--nodes' argument is ambiguous" },
    { args: ['--bogus'], says: "Unknown option '--bogus'" },
    { args: ['extra'], says: "Unexpected argument 'extra'" },
  ])('$args: one line, code 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(ONE_LINE(says));
  });

  it('a port in use: one line, and nothing is touched', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port));
    });
    const state = join(directory, 'untouched');
    const { code, stdout, stderr } = await runCommand(['--port', String(port), '--state', state]);
    holder.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(ONE_LINE(`port ${port} is in use`));
    expect(() => readFileSync(join(state, 'identity.json'))).toThrow('ENOENT');
  });

  it('a state directory that cannot be written', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const args = ['--port', String(await freePort()), '--state', join(file, 'state')];
    const { code, stdout, stderr } = await runCommand(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(ONE_LINE('cannot write to the state directory'));
  });

  it.each([
    { name: 'half-written', content: '{"certificates": {' },
    { name: 'without a token', content: '{"certificates": {"ca": "a", "caKey": "b"}}' },
    { name: 'not an object', content: 'null' },
    {
      name: 'without certificates',
      content: JSON.stringify({
        token: 't',
        certificates: { ca: 'x', caKey: 'x', certificate: 'x', key: 'x' },
      }),
    },
  ])('a damaged identity, $name', async ({ name, content }) => {
    const state = join(directory, name.replaceAll(' ', '-'));
    mkdirSync(state);
    writeFileSync(join(state, 'identity.json'), content);
    const { code, stderr } = await runCommand(['--port', String(await freePort()), '--state', state]);
    expect(code).toBe(1);
    expect(stderr).toMatch(ONE_LINE('damaged'));
    // It may be of worth to somebody: left as it is.
    expect(readFileSync(join(state, 'identity.json'), 'utf8')).toBe(content);
  });

  it('data without an identity', async () => {
    const state = join(directory, 'lost');
    mkdirSync(join(state, 'storage'), { recursive: true });
    const { code, stderr } = await runCommand(['--port', String(await freePort()), '--state', state]);
    expect(code).toBe(1);
    expect(stderr).toMatch(ONE_LINE('damaged'));
  });
});

describe('a server', () => {
  it('answers health without a token, ends on SIGTERM though a watch is open, and starts again', async () => {
    const server = new ServerProcess(await freePort(), join(directory, 'served'), 1);
    await server.start();
    const admin = server.client();
    for (const path of ['/livez', '/readyz', '/healthz']) {
      const { status, text } = await admin.get(path, { token: null });
      expect({ path, status, text }).toEqual({ path, status: 200, text: 'ok' });
    }
    expect((await admin.get('/readyz?verbose', { token: null })).text).toMatch(
      /^\[\+\].* ok\n(.*\n)*readyz check passed\n$/,
    );
    expect((await admin.get('/api', { token: null })).status).toBe(403);

    const { metadata } = (await admin.get('/api/v1/namespaces')).json;
    const watch = await admin.watch(
      `/api/v1/namespaces?watch=true&resourceVersion=${metadata.resourceVersion}`,
    );
    expect(watch.status).toBe(200);
    // Within five seconds, or the test is late.
    const code = await Promise.race([server.stop(), late(5000)]);
    expect(code).toBe(0);
    expect(await watch.next()).toBeUndefined();
    expect(await isFree(server.port)).toBe(true);

    await server.start();
    const again = await server.client().get('/api/v1/namespaces');
    expect(Number(again.json.metadata.resourceVersion)).toBeGreaterThanOrEqual(
      Number(metadata.resourceVersion),
    );
    expect(await server.stop()).toBe(0);
  });
});

function late(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve(`not within ${ms / 1000} s`), ms));
}

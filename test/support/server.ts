/**
 * Starts the real server once for a run of the black-box tests (vitest's globalSetup) and stops it afterwards.
 *
 * KEDGE_TEST_SERVER names a running server instead, as `<port>:<state directory>`: it is used and left alone.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

export interface TestServer {
  readonly port: number;
  /** The server's state directory, with its identity. */
  readonly state: string;
  /** What it writes, when this run has started it. */
  readonly log?: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    server: TestServer;
  }
}

const START_MS = 120_000;
const STOP_MS = 10_000;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.KEDGE_TEST_SERVER;
  if (running) {
    const [port, ...state] = running.split(':');
    project.provide('server', { port: Number(port), state: state.join(':') });
    return async () => {};
  }
  // Conformance asks for two nodes that take pods.
  const { server, stop } = await startServer({ nodes: project.name === 'conformance' ? 2 : 1 });
  project.provide('server', server);
  return stop;
}

/** A server of one's own, on a free port, with its state in a directory that `stop` removes. */
export async function startServer(options: {
  nodes: number;
  env?: Readonly<Record<string, string>>;
}): Promise<{ server: TestServer; stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'kedge-test-'));
  const state = join(directory, 'state');
  const log = join(directory, 'server.log');
  const port = await freePort();
  const out = openSync(log, 'w');
  const server = spawn(
    process.execPath,
    [
      new URL('../../bin/kedge.ts', import.meta.url).pathname,
      '--port',
      String(port),
      '--state',
      state,
      '--nodes',
      String(options.nodes),
    ],
    { stdio: ['ignore', out, out], env: { ...process.env, ...options.env } },
  );
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill('SIGTERM');
    const late = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(late);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await ready(port, state, () => server.exitCode !== null);
  } catch (error) {
    const said = readFileSync(log, 'utf8').slice(-4000);
    await stop();
    throw new Error(`${(error as Error).message}; the server said:\n${said}`);
  }
  return { server: { port, state, log }, stop };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Ready: /readyz answers, and the default cluster, which is made after the port is opened, has its kubeconfig. */
async function ready(port: number, state: string, exited: () => boolean): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (exited()) throw new Error('the server ended at once');
    if (hasKubeconfig(state) && (await answers(port))) return;
    await delay(100);
  }
  throw new Error(`the server was not ready within ${START_MS / 1000} s`);
}

function hasKubeconfig(state: string): boolean {
  try {
    return readFileSync(join(state, 'kubeconfig')).length > 0;
  } catch {
    return false;
  }
}

/** Asks whether the server is up; who it is does not matter yet. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 5000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    asked.on('error', () => resolve(false));
    asked.on('timeout', () => asked.destroy());
    asked.end();
  });
}

/** The server as a process that can be killed and started again on the same state. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../support/client.ts';

const SERVER = new URL('../../bin/kedge.ts', import.meta.url).pathname;
const START_MS = 60_000;
const PORT_MS = 15_000;

/** Runs the server's command to its end. @throws when it does not end by itself. */
export async function runCommand(
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [SERVER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return { code, ...output };
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr?.on('data', (data) => {
    output.stderr += data;
  });
  return output;
}

export class ServerProcess {
  readonly port: number;
  readonly state: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(null);

  constructor(port: number, state: string, nodes: number) {
    this.port = port;
    this.state = state;
    this.#args = ['--port', String(port), '--state', state, '--nodes', String(nodes)];
  }

  /** Starts it, until it says that it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [SERVER, ...this.#args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = collect(child);
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('close', resolve));
    const deadline = Date.now() + START_MS;
    while (!output.stdout.includes('ready on')) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not start:\n${output.stdout}${output.stderr}`);
      }
      await delay(20);
    }
  }

  /** An administrator's client of its own connections. */
  client(): Client {
    const { certificates, token } = JSON.parse(readFileSync(join(this.state, 'identity.json'), 'utf8'));
    return new Client({ port: this.port, ca: certificates.ca, token });
  }

  /** Sends SIGTERM. Returns the exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    return this.#exited;
  }

  /** As when the machine loses power; returns when the port is free again. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    const deadline = Date.now() + PORT_MS;
    while (!(await isFree(this.port))) {
      if (Date.now() > deadline) throw new Error('the runtime outlives its server');
      await delay(50);
    }
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

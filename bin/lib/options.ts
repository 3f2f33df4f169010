/** The command line of `npm start`. */
import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';

export interface StartOptions {
  readonly port: number;
  readonly state: string;
  readonly kubeconfig: string;
  readonly nodes: number;
}

export const HELP = `Usage: npm start -- [options]

Serves a Kubernetes cluster on https://127.0.0.1:<port>, with its state on disk.

  --port N           port to listen on (default 8443)
  --state DIR        where the state is kept (default .kedge)
  --kubeconfig FILE  where the kubeconfig is written (default <state>/kubeconfig)
  --nodes N          nodes of the cluster when it is first made (default 3)
  --help             this text
`;

/** A mistake of the user's: shown as one line, exit code 2. */
export class UsageError extends Error {}

/** Undefined: help was asked for. @throws UsageError. */
export function parseStartOptions(args: readonly string[]): StartOptions | undefined {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8443' },
        state: { type: 'string', default: '.kedge' },
        kubeconfig: { type: 'string' },
        nodes: { type: 'string', default: '3' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    // The first line says what is wrong; the others are advice that leads nowhere here.
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
  if (values.help) return undefined;
  const state = resolve(String(values.state));
  return {
    port: whole(values.port, 'port', 1, 65_535),
    state,
    kubeconfig: values.kubeconfig ? resolve(String(values.kubeconfig)) : join(state, 'kubeconfig'),
    nodes: whole(values.nodes, 'nodes', 0, 500),
  };
}

function whole(value: unknown, name: string, low: number, high: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(String(value)) || number < low || number > high) {
    throw new UsageError(
      `--${name} must be a whole number from ${low} to ${high}, not ${JSON.stringify(value)}`,
    );
  }
  return number;
}

/** The kubectl of the machine. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, inject } from 'vitest';

/** What a test waits for where there is no kubectl. */
export const missing =
  spawnSync('kubectl', ['version', '--client']).status === 0 ? undefined : 'kubectl on this machine';

/** Runs kubectl against the server of the run; `input` is its standard input. */
export function kubectl(
  args: readonly string[],
  input?: string,
): Promise<{ code: number; out: string; err: string }> {
  const { state } = inject('server');
  return new Promise((resolve) => {
    const child = execFile(
      'kubectl',
      [`--kubeconfig=${join(state, 'kubeconfig')}`, ...args],
      { timeout: 30_000 },
      (error, out, err) => resolve({ code: error ? Number(error.code ?? 1) : 0, out, err }),
    );
    child.stdin?.end(input ?? '');
  });
}

/** The output of a kubectl that must succeed. */
export const run = async (args: readonly string[], input?: string): Promise<string> => {
  const { code, out, err } = await kubectl(args, input);
  expect(code, `${args.join(' ')}: ${out}${err}`).toBe(0);
  return out;
};

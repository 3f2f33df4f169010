/**
 * The local runtime: workerd with the bundle, its databases on disk, behind TLS.
 * Started without Miniflare, whose own worker would stand before every request, and which would stay in memory beside it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { writePrivately } from './state.ts';

export interface RuntimeOptions {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly certificate: string;
  /** The bundles: the worker and the database. */
  readonly worker: string;
  readonly database: string;
  /** Where the runtime finds its configuration; it is written anew. */
  readonly directory: string;
  /** Where the databases and Durable Objects are kept. */
  readonly storage: string;
  readonly migrations: readonly Migration[];
  /** Texts that the worker finds in its environment. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly v8Flags: readonly string[];
}

export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** Durable Objects by the names of their bindings. */
const OBJECTS: readonly (readonly [binding: string, className: string])[] = [
  ['REVISION_LOG', 'RevisionLog'],
  ['WATCH_HUB', 'WatchHub'],
  ['CONTROLLER_MANAGER', 'ControllerManager'],
  ['SCHEDULER', 'Scheduler'],
  ['NODE', 'Node'],
];

/** What the runtime says of itself, which is of no use to whoever reads the log. */
const INTERNAL = /CODE_MOVED|LLVM_SYMBOLIZER|took recursive isolate lock|stack:( (0|[a-f\d]{4,})){3,}/;

export interface Runtime {
  readonly process: ChildProcess;
  /** Resolves when it listens. @throws when it ended before that. */
  readonly listening: Promise<void>;
}

/** Starts the runtime. It goes with this process, however this one goes. */
export function startRuntime(options: RuntimeOptions): Runtime {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  for (const part of ['d1', 'do']) mkdirSync(join(options.storage, part), { recursive: true });
  // Copies: another build must not change what is read here.
  copyFileSync(options.worker, join(options.directory, 'worker.js'));
  copyFileSync(options.database, join(options.directory, 'database.js'));
  const config = join(options.directory, 'config.capnp');
  writePrivately(config, configuration(options));
  const child = spawn(
    new URL('workerd.sh', import.meta.url).pathname,
    ['serve', '--experimental', '--control-fd=3', config],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, TZ: 'UTC', KEDGE_WORKERD: createRequire(import.meta.url)('workerd').default },
    },
  );
  const said: string[] = [];
  const listening = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the runtime ended: ${said.join(' ').slice(0, 2000)}`)));
    createInterface(child.stdio[3] as Readable).on('line', (line) => {
      if (line.includes('"listen"')) resolve();
    });
  });
  createInterface(child.stdout!).on('line', (line) => print(line, console.log));
  createInterface(child.stderr!).on('line', (line) => {
    if (said.length < 20) said.push(line);
    print(line, console.error);
  });
  return { process: child, listening };
}

/** A line of the log: JSON, or what the runtime says when it cannot go on. */
function print(line: string, plainly: (text: string) => void): void {
  if (INTERNAL.test(line)) return;
  try {
    const { level, message } = JSON.parse(line) as { level: string; message: string };
    if (level === 'error' || level === 'warn') console.error(message);
    else console.log(message);
  } catch {
    plainly(line);
  }
}

/** Cap'n Proto's text form knows no \u. */
const text = (value: string): string =>
  JSON.stringify(value).replace(/\\u00([0-9a-f]{2})/g, (_, digits: string) => `\\x${digits}`);

const list = (parts: readonly string[]): string => `[${parts.join(', ')}]`;

function configuration(options: RuntimeOptions): string {
  const objects = OBJECTS.map(
    ([, name]) => `(className = "${name}", uniqueKey = "kedge-${name}", enableSql = true)`,
  );
  const bindings = [
    ...Object.entries(options.bindings).map(([name, value]) => `(name = "${name}", text = ${text(value)})`),
    ...OBJECTS.map(([binding, name]) => `(name = "${binding}", durableObjectNamespace = "${name}")`),
    `(name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api",
       innerBindings = [(name = "fetcher", service = "database")]))`,
  ];
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  structuredLogging = true,
  v8Flags = ${list(options.v8Flags.map(text))},
  sockets = [(
    name = "entry", address = "${options.host}:${options.port}", service = "kedge",
    https = (tlsOptions = (keypair = (
      privateKey = ${text(options.key)}, certificateChain = ${text(options.certificate)}))))],
  services = [
    (name = "kedge", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01", compatibilityFlags = ["enable_request_signal"],
      bindings = ${list(bindings)},
      durableObjectNamespaces = ${list(objects)},
      durableObjectStorage = (localDisk = "objects"))),
    (name = "database", worker = (
      modules = [(name = "database.js", esModule = embed "database.js")],
      compatibilityDate = "2026-11-01",
      bindings = [
        (name = "DATABASE", durableObjectNamespace = "Database"),
        (name = "MIGRATIONS", json = ${text(JSON.stringify(options.migrations))})],
      durableObjectNamespaces = [
        (className = "Database", uniqueKey = "miniflare-D1DatabaseObject", enableSql = true)],
      durableObjectStorage = (localDisk = "databases"))),
    (name = "objects", disk = (path = ${text(join(options.storage, 'do'))}, writable = true)),
    (name = "databases", disk = (path = ${text(join(options.storage, 'd1'))}, writable = true)),
    (name = "internet", network = (allow = [])),
  ],
);
`;
}

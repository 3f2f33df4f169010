/** A small HTTPS client for tests: it knows the server's authority and a token, and nothing of Kubernetes. */
import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The parsed body. Throws with the body's start when it is no JSON. */
  readonly json: any;
}

export interface RequestOptions {
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  /** Content-Type. */
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the client's own; null: none. */
  readonly token?: string | null;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: any;
}

/** A watch that is read event by event. */
export interface Watch extends AsyncIterable<WatchEvent> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next event; undefined at the end of the stream. Throws when there is none within the deadline. */
  next(): Promise<WatchEvent | undefined>;
  /** Events that have come and are not read yet. */
  waiting(): number;
  close(): void;
}

/** Nothing a test waits for takes longer, unless it is broken. */
const DEADLINE_MS = Number(process.env.KEDGE_TEST_DEADLINE_MS ?? 30_000);

export class Client {
  readonly #port: number;
  readonly #agent: Agent;
  readonly #token: string;
  /** Before every path: `/clusters/<id>` or nothing. */
  readonly prefix: string;

  constructor(options: { port: number; ca: string; token: string; prefix?: string; agent?: Agent }) {
    this.#port = options.port;
    this.#token = options.token;
    this.prefix = options.prefix ?? '';
    this.#agent = options.agent ?? new Agent({ keepAlive: true, maxSockets: 64, ca: options.ca });
  }

  /** The same server below another path, perhaps as somebody else. */
  at(prefix: string, token = this.#token): Client {
    return new Client({ port: this.#port, ca: '', token, prefix, agent: this.#agent });
  }

  async request(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const response = await this.#send(method, path, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    return {
      status: response.statusCode!,
      headers: response.headers,
      bytes,
      get text() {
        return bytes.toString('utf8');
      },
      get json() {
        const text = bytes.toString('utf8');
        try {
          return JSON.parse(text);
        } catch {
          throw new Error(`${method} ${path}: ${response.statusCode}, no JSON: ${text.slice(0, 500)}`);
        }
      },
    };
  }

  get(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('GET', path, options);
  }
  post(path: string, body: unknown, options?: RequestOptions): Promise<Answer> {
    return this.request('POST', path, { body, ...options });
  }
  put(path: string, body: unknown, options?: RequestOptions): Promise<Answer> {
    return this.request('PUT', path, { body, ...options });
  }
  delete(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('DELETE', path, options);
  }
  patch(path: string, type: keyof typeof PATCHES, body: unknown): Promise<Answer> {
    return this.request('PATCH', path, { body, type: PATCHES[type] });
  }

  /** Sends a body in pieces, without saying how long it is. */
  async stream(method: string, path: string, pieces: readonly Uint8Array[]): Promise<{ status: number }> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = httpsRequest({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: this.prefix + path,
        agent: this.#agent,
        headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
      });
      sent.on('response', resolve);
      sent.on('error', reject);
      for (const piece of pieces) sent.write(piece);
      sent.end();
    });
    response.resume();
    return { status: response.statusCode! };
  }

  /** Opens a watch; `path` carries its parameters. */
  async watch(path: string, options: RequestOptions = {}): Promise<Watch> {
    const response = await this.#send('GET', path, options);
    return readWatch(response);
  }

  #send(method: string, path: string, options: RequestOptions, again = true): Promise<IncomingMessage> {
    const { body, type, accept, token = this.#token } = options;
    const payload =
      body === undefined
        ? undefined
        : typeof body === 'string' || body instanceof Uint8Array
          ? body
          : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = httpsRequest({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: this.prefix + path,
        agent: this.#agent,
        headers: {
          ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          ...(payload === undefined
            ? {}
            : { 'Content-Type': type ?? 'application/json', 'Content-Length': Buffer.byteLength(payload) }),
          Accept: accept ?? 'application/json',
          'User-Agent': 'kedge-test/1',
          ...options.headers,
        },
      });
      sent.setTimeout(DEADLINE_MS, () => sent.destroy(new Error(`${method} ${path}: no answer in time`)));
      sent.on('response', resolve);
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server may close a kept connection just as it is used again.
        if (again && sent.reusedSocket && error.code === 'ECONNRESET') {
          this.#send(method, path, options, false).then(resolve, reject);
        } else reject(error);
      });
      sent.end(payload);
    });
  }
}

const PATCHES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

function readWatch(response: IncomingMessage): Watch {
  const events: WatchEvent[] = [];
  let ended = false;
  let wake = (): void => {};
  let rest = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line !== '') events.push(JSON.parse(line));
    wake();
  });
  const end = (): void => {
    ended = true;
    wake();
  };
  response.on('end', end);
  response.on('close', end);
  response.on('error', end);
  const next = async (): Promise<WatchEvent | undefined> => {
    const deadline = Date.now() + DEADLINE_MS;
    while (events.length === 0 && !ended) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error('no event of the watch in time');
      const timer = setTimeout(() => wake(), left);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      clearTimeout(timer);
    }
    return events.shift();
  };
  return {
    status: response.statusCode!,
    headers: response.headers,
    next,
    waiting: () => events.length,
    close: () => void response.destroy(),
    async *[Symbol.asyncIterator]() {
      for (let event = await next(); event; event = await next()) yield event;
    },
  };
}

/** The administrator's client of the server the run has started, at its root. */
export function adminClient(): Client {
  const { port, state } = inject('server');
  const { certificates, token } = JSON.parse(readFileSync(join(state, 'identity.json'), 'utf8'));
  return new Client({ port, ca: certificates.ca, token });
}

/** Polls until `probe` gives a value that is neither undefined nor false. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS / 1000} s`);
    await delay(20);
  }
}

/** A cluster of its own for a test file, without nodes unless they are asked for. */
export async function makeCluster(
  admin: Client,
  nodes = 0,
): Promise<{ id: string; client: Client; kubeconfig: string; token: string }> {
  const made = await admin.post('/clusters', { nodes });
  if (made.status !== 201) throw new Error(`POST /clusters: ${made.status} ${made.text}`);
  const { name: id, kubeconfig } = made.json;
  const token = /token: "([^"]+)"/.exec(kubeconfig)![1]!;
  return { id, client: admin.at(`/clusters/${id}`, token), kubeconfig, token };
}

/** A client that costs little itself: kept connections, no parsing unless asked for. */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { load } from 'js-yaml';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** A watch: `lines` is called with each event's text as it arrives. */
export interface Watch {
  stop(): void;
}

const TIMEOUT_MS = 60_000;

const decoded = (data: string | undefined, file: string | undefined): string | undefined =>
  data !== undefined
    ? Buffer.from(data, 'base64').toString()
    : file !== undefined
      ? readFileSync(file, 'utf8')
      : undefined;

export class Cluster {
  readonly server: URL;
  readonly #headers: Record<string, string>;
  readonly #agent: HttpAgent;
  readonly #watchAgent: HttpAgent;
  readonly #request: typeof httpsRequest;

  /** The cluster of a kubeconfig's current context; with a token or a client certificate. */
  constructor(kubeconfig: string) {
    const config = load(readFileSync(kubeconfig, 'utf8')) as any;
    const named = (list: any[], name: string): any => list.find((one) => one.name === name);
    const { context } = named(config.contexts, config['current-context']);
    const { cluster } = named(config.clusters, context.cluster);
    const { user } = named(config.users, context.user);
    this.server = new URL(cluster.server);
    this.#headers = user.token ? { Authorization: `Bearer ${user.token}` } : {};
    const tls = {
      ca: decoded(cluster['certificate-authority-data'], cluster['certificate-authority']),
      cert: decoded(user['client-certificate-data'], user['client-certificate']),
      key: decoded(user['client-key-data'], user['client-key']),
      rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    };
    const https = this.server.protocol === 'https:';
    this.#request = (https ? httpsRequest : httpRequest) as typeof httpsRequest;
    const open = (): HttpAgent =>
      https
        ? (new HttpsAgent({ keepAlive: true, ...tls }) as unknown as HttpAgent)
        : new HttpAgent({ keepAlive: true });
    this.#agent = open();
    this.#watchAgent = open();
  }

  #send(method: string, path: string, agent: HttpAgent, body?: string, type = 'application/json') {
    const base = this.server.pathname.replace(/\/$/, '');
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = this.#request(
        {
          host: this.server.hostname,
          port: this.server.port,
          method,
          path: base + path,
          agent: agent as never,
          headers: {
            ...this.#headers,
            Accept: 'application/json',
            ...(body === undefined
              ? {}
              : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }),
          },
        },
        resolve,
      );
      request.on('error', reject);
      request.end(body);
    });
  }

  async call(method: string, path: string, body?: string, type?: string): Promise<Answer> {
    const response = await this.#send(method, path, this.#agent, body, type);
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => response.destroy(new Error(`${method} ${path} took too long`)),
        TIMEOUT_MS,
      );
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode!, body: Buffer.concat(chunks) });
      });
    });
  }

  /** @throws when the answer is not one of success. */
  async must(method: string, path: string, body?: string, type?: string): Promise<Buffer> {
    const answer = await this.call(method, path, body, type);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString().slice(0, 300)}`);
    }
    return answer.body;
  }

  async json(path: string): Promise<any> {
    return JSON.parse((await this.must('GET', path)).toString());
  }

  /** Opens a watch; resolves when the server has answered. */
  async watch(path: string, line: (text: string) => void): Promise<Watch> {
    const response = await this.#send('GET', path, this.#watchAgent);
    if (response.statusCode !== 200) throw new Error(`watch ${path}: ${response.statusCode}`);
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const one of lines) line(one);
    });
    response.on('error', () => {});
    return { stop: () => response.destroy() };
  }

  close(): void {
    this.#agent.destroy();
    this.#watchAgent.destroy();
  }
}

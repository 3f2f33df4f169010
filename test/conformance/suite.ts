/**
 * How upstream's conformance tests are written down here: each under the very name upstream gives it, so that the
 * report can say which of them are re-expressed, in a namespace of its own on the cluster of the run.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import {
  adminClient,
  type Answer,
  type Client,
  eventually,
  makeCluster,
  type Watch,
  type WatchEvent,
} from '../support/client.ts';
import type { UpstreamClass } from './upstream.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the upstream test needs, for the report. */
    upstreamClass?: Class;
    /** Why it is skipped. */
    waitsFor?: string;
  }
}

/** What a test stands on. */
export interface E2E {
  readonly client: Client;
  /** The namespace of this test, with its service account. */
  readonly namespace: string;
  /** Path of a namespaced collection: `v1/pods`, `apps/v1/deployments`; in this test's namespace unless told. */
  at(collection: string, namespace?: string): string;
  /** Path of a collection of all namespaces, or of a cluster-scoped one. */
  all(collection: string): string;
  /** A word nobody else uses, as for labels. */
  readonly unique: string;
}

/** Accept: discovery in one document. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** What a server without containers needs for the test; see docs/conformance.md. */
export type Class = Extract<UpstreamClass, 'A' | 'B' | 'C1'>;

let serial = 0;

/** Registers the re-expression of one upstream test. `waitsFor` names what it needs and the server has not: it is skipped. */
export function conformance(
  upstreamClass: Class,
  name: `[sig-${string}] ${string}`,
  run: (e2e: E2E) => Promise<void>,
  waitsFor?: string,
): void {
  const meta = { upstreamClass, ...(waitsFor === undefined ? {} : { waitsFor }) };
  // Each has its own namespace and mostly waits.
  it.skipIf(waitsFor !== undefined)(name, { meta, concurrent: true }, async () => {
    const client = adminClient();
    const unique = uniqueWord();
    await makeNamespace(client, unique);
    try {
      await run(e2eOf(client, unique));
    } finally {
      // What is left goes in the background.
      await client.delete(`/api/v1/namespaces/${unique}`);
    }
  });
}

/** Runs a test in a cluster of its own, where it may do with the nodes as it likes. */
export async function alone(nodes: number, run: (e2e: E2E) => Promise<void>): Promise<void> {
  const admin = adminClient();
  const { id, client } = await makeCluster(admin, nodes);
  try {
    await eventually(`${nodes} ready nodes`, async () => {
      const { items } = await ok(client.get('/api/v1/nodes'));
      return items.filter(isReady).length === nodes;
    });
    const unique = uniqueWord();
    await makeNamespace(client, unique);
    await run(e2eOf(client, unique));
  } finally {
    await admin.delete(`/clusters/${id}`);
  }
}

const uniqueWord = (): string => `e2e-${process.pid}-${++serial}-${Math.random().toString(36).slice(2, 6)}`;

const e2eOf = (client: Client, unique: string): E2E => ({
  client,
  namespace: unique,
  at: (collection, namespace = unique) => collectionPath(collection, namespace),
  all: (collection) => collectionPath(collection),
  unique,
});

/** Whether a node or a pod says of itself that it is ready. */
export const isReady = ({ metadata, status }: any): boolean =>
  !metadata.deletionTimestamp &&
  status.conditions?.some(({ type, status: is }: any) => type === 'Ready' && is === 'True') === true;

/** As the framework upstream: a namespace is ready when it has its service account and the root certificate. */
export async function makeNamespace(client: Client, name: string, labels = {}): Promise<void> {
  await ok(client.post('/api/v1/namespaces', { metadata: { name, labels } }), 201);
  await eventually(`service account of ${name}`, async () => {
    const found = await client.get(`/api/v1/namespaces/${name}/serviceaccounts/default`);
    return found.status === 200;
  });
  await eventually(`root certificate of ${name}`, async () => {
    const found = await client.get(`/api/v1/namespaces/${name}/configmaps/kube-root-ca.crt`);
    return found.status === 200;
  });
}

/** `apps/v1/deployments`, `shop` -> `/apis/apps/v1/namespaces/shop/deployments`. */
function collectionPath(collection: string, namespace?: string): string {
  const slash = collection.lastIndexOf('/');
  const groupVersion = collection.slice(0, slash);
  const root = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${scope}/${collection.slice(slash + 1)}`;
}

/** The body of an answer that must have this code. */
export async function ok(answer: Promise<Answer> | Answer, code = 200): Promise<any> {
  const { status, text, json } = await answer;
  expect(status, text.slice(0, 2000)).toBe(code);
  return json;
}

/** The Status of a refusal. */
export async function refused(answer: Promise<Answer> | Answer, code: number, reason: string): Promise<any> {
  const { status, text, json } = await answer;
  expect(status, text.slice(0, 2000)).toBe(code);
  expect(json).toMatchObject({ kind: 'Status', status: 'Failure', code, reason });
  return json;
}

/** Reads a watch until an event satisfies `wanted`, and returns that event. */
export async function until(
  watch: Watch,
  what: string,
  wanted: (event: WatchEvent) => boolean,
): Promise<WatchEvent> {
  for (let event = await watch.next(); event; event = await watch.next()) {
    if (event.type === 'ERROR') throw new Error(`the watch failed: ${JSON.stringify(event.object)}`);
    if (wanted(event)) return event;
  }
  throw new Error(`the watch ended before ${what}`);
}

/** The next events are exactly of these types. */
export async function types(watch: Watch, ...wanted: string[]): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  for (const type of wanted) {
    const event = await watch.next();
    expect(event?.type, JSON.stringify(event?.object?.metadata)).toBe(type);
    events.push(event!);
  }
  return events;
}

/** Nothing comes within this time. */
export async function silent(watch: Watch, milliseconds = 300): Promise<void> {
  await delay(milliseconds);
  expect(watch.waiting(), 'events that should not come').toBe(0);
}

/** Polls an object until `wanted` holds. */
export async function becomes(
  e2e: { client: Client },
  path: string,
  what: string,
  wanted: (object: any) => unknown,
): Promise<any> {
  let last: any;
  return eventually(what, async () => {
    const found = await e2e.client.get(path);
    last = found.json;
    return found.status === 200 && wanted(last) ? last : undefined;
  }).catch((error) => {
    throw new Error(`${(error as Error).message}; last seen: ${JSON.stringify(last)?.slice(0, 3000)}`);
  });
}

/** Polls until an object is no more. */
export const gone = (e2e: { client: Client }, path: string): Promise<true> =>
  eventually(`${path} gone`, async () => (await e2e.client.get(path)).status === 404);

export { eventually };

/** What was acknowledged survives `kill -9`, and what was under way is carried on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, eventually, type WatchEvent } from '../support/client.ts';
import { freePort } from '../support/server.ts';
import { type History, startLoad } from './load.ts';
import { ServerProcess } from './process.ts';

const CLIENTS = 16;
/** Writes that are acknowledged before each kill. */
const WRITES = 1500;
const ROUNDS = ['first', 'second'];
const REPLICAS = 40;

const CONFIG_MAPS = '/api/v1/namespaces/load/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/load/deployments';

const directory = mkdtempSync(join(tmpdir(), 'kedge-kill-'));
let server: ServerProcess;
/** Everything the rounds before have written, too. */
const objects = new Map<string, History>();
let before: string;

beforeAll(async () => {
  server = new ServerProcess(await freePort(), join(directory, 'state'), 3);
  await server.start();
  const admin = server.client();
  await admin.post('/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'load' },
  });
  await eventually('the default service account', async () => {
    return (await admin.get('/api/v1/namespaces/load/serviceaccounts/default')).status === 200;
  });
  before = (await admin.get(CONFIG_MAPS)).json.metadata.resourceVersion;
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(ROUNDS)('kill -9 under load, the %s time', (round) => {
  it('is survived by the port: the server starts again on the same state', async () => {
    const load = startLoad(server.client(), CONFIG_MAPS, CLIENTS, round);
    await eventually('load', async () => load.count() >= WRITES);
    const made = await server.client().post(DEPLOYMENTS, deployment(round));
    expect(made.status).toBe(201);
    await server.kill();
    await load.ended;
    for (const [name, history] of load.objects) objects.set(name, history);
    expect([...load.objects.values()].some(({ unknown }) => unknown)).toBe(true);
    await server.start();
  });

  it('every acknowledged write is there, and nothing that nobody wrote', async () => {
    const { items } = (await server.client().get(CONFIG_MAPS)).json;
    const stored = new Map<string, any>(items.map((item: any) => [item.metadata.name, item]));
    stored.delete('kube-root-ca.crt');
    for (const [name, { acknowledged, unknown }] of objects) {
      const last = acknowledged.at(-1);
      const found = stored.get(name);
      const value = found?.data.value;
      const possible = [last?.type === 'DELETED' ? undefined : last?.value];
      if (unknown) possible.push(unknown.type === 'DELETED' ? undefined : unknown.value);
      expect(possible, `${name}: ${JSON.stringify({ acknowledged, unknown })}`).toContain(value);
      if (found && value === last?.value) {
        expect(Number(found.metadata.resourceVersion), name).toBe(last!.revision);
      } else if (found && last) {
        expect(Number(found.metadata.resourceVersion), name).toBeGreaterThan(last.revision!);
      }
      stored.delete(name);
    }
    expect([...stored.keys()]).toEqual([]);
  });

  it('a watch from before the load tells each write once, in order', async () => {
    const admin = server.client();
    const marker = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `marker-${round}` } };
    objects.set(marker.metadata.name, { acknowledged: [] });
    const { metadata } = (await admin.post(CONFIG_MAPS, marker)).json;
    const told = await eventsUntil(admin, metadata.resourceVersion);
    // Revisions grow, and none is used twice.
    const revisions = told.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    const byName = Map.groupBy(told, ({ object }) => object.metadata.name as string);
    for (const [name, { acknowledged, unknown }] of objects) {
      if (name.startsWith('marker')) continue;
      const events = (byName.get(name) ?? []).map(({ type, object }) => ({
        type,
        ...(type === 'DELETED'
          ? {}
          : { value: object.data.value, revision: Number(object.metadata.resourceVersion) }),
      }));
      const extra = events.length - acknowledged.length;
      expect(events.slice(0, acknowledged.length), name).toEqual(acknowledged);
      expect(extra === 0 || (extra === 1 && unknown !== undefined), name).toBe(true);
      if (extra === 1) expect(events.at(-1), name).toMatchObject(unknown!);
    }
    objects.delete(marker.metadata.name);
    await admin.delete(`${CONFIG_MAPS}/${marker.metadata.name}`);
  });

  it('nodes and controllers carry on: the Deployment under way is completed', async () => {
    const admin = server.client();
    await eventually('a complete Deployment', async () => {
      const { status } = (await admin.get(`${DEPLOYMENTS}/${round}`)).json;
      return status?.availableReplicas === REPLICAS && status.replicas === REPLICAS;
    });
    const { items: pods } = (await admin.get(`/api/v1/namespaces/load/pods?labelSelector=app%3D${round}`))
      .json;
    expect(pods).toHaveLength(REPLICAS);
    expect(new Set(pods.map((pod: any) => pod.status.podIP)).size).toBe(REPLICAS);
    expect((await admin.delete(`${DEPLOYMENTS}/${round}`)).status).toBe(200);
    await eventually('its pods gone', async () => {
      const left = await admin.get('/api/v1/namespaces/load/pods');
      return left.json.items.length === 0;
    });
    const { items: nodes } = (await admin.get('/api/v1/nodes')).json;
    const ready = nodes.map(
      (node: any) => node.status.conditions.find(({ type }: any) => type === 'Ready').status,
    );
    expect(ready).toEqual(['True', 'True', 'True']);
  });
});

function deployment(name: string): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'app', image: 'nginx' }] },
      },
    },
  };
}

/** The events of the ConfigMaps from before the load up to a revision. */
async function eventsUntil(admin: Client, revision: string): Promise<WatchEvent[]> {
  const watch = await admin.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${before}`);
  const events: WatchEvent[] = [];
  for await (const event of watch) {
    expect(event.type).not.toBe('ERROR');
    events.push(event);
    if (event.object.metadata.resourceVersion === revision) break;
  }
  watch.close();
  return events;
}

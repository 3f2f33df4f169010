/** Upstream test/e2e/apimachinery/watch.go. */
import { expect } from 'vitest';
import type { Watch } from '../support/client.ts';
import { conformance, type E2E, ok, silent, types } from './suite.ts';

const LABEL = 'watch-this-configmap';

const configMap = (name: string, label: string) => ({
  metadata: { name, labels: { [LABEL]: label } },
});

const open = (e2e: E2E, labels: string, resourceVersion = ''): Promise<Watch> =>
  e2e.client.watch(
    `${e2e.at('v1/configmaps')}?watch=true&timeoutSeconds=60&labelSelector=${encodeURIComponent(labels)}${
      resourceVersion ? `&resourceVersion=${resourceVersion}` : ''
    }`,
  );

const mutate = (e2e: E2E, name: string, mutation: string): Promise<any> =>
  ok(e2e.client.patch(`${e2e.at('v1/configmaps')}/${name}`, 'merge', { data: { mutation } }));

conformance(
  'A',
  '[sig-api-machinery] Watchers should observe add, update, and delete watch notifications on configmaps [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/configmaps');
    const a = await open(e2e, `${LABEL}=A`);
    const b = await open(e2e, `${LABEL}=B`);
    const both = await open(e2e, `${LABEL} in (A,B)`);
    const made = await ok(client.post(path, configMap('a', 'A')), 201);
    for (const watch of [a, both]) {
      const [event] = await types(watch, 'ADDED');
      expect(event!.object).toEqual({ ...made, kind: 'ConfigMap', apiVersion: 'v1' });
    }
    for (const mutation of ['1', '2']) {
      await mutate(e2e, 'a', mutation);
      for (const watch of [a, both]) {
        const [event] = await types(watch, 'MODIFIED');
        expect(event!.object.data).toEqual({ mutation });
      }
    }
    await ok(client.delete(`${path}/a`));
    for (const watch of [a, both]) {
      const [event] = await types(watch, 'DELETED');
      expect(event!.object.data).toEqual({ mutation: '2' });
    }
    await ok(client.post(path, configMap('b', 'B')), 201);
    await types(b, 'ADDED');
    await types(both, 'ADDED');
    await ok(client.delete(`${path}/b`));
    await types(b, 'DELETED');
    await types(both, 'DELETED');
    await silent(a);
    for (const watch of [a, b, both]) watch.close();
  },
);

conformance(
  'A',
  '[sig-api-machinery] Watchers should be able to start watching from a specific resource version [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/configmaps');
    await ok(client.post(path, configMap('versioned', 'from-resource-version')), 201);
    const first = await mutate(e2e, 'versioned', '1');
    await mutate(e2e, 'versioned', '2');
    await ok(client.delete(`${path}/versioned`));
    const watch = await open(e2e, `${LABEL}=from-resource-version`, first.metadata.resourceVersion);
    const [modified, deleted] = await types(watch, 'MODIFIED', 'DELETED');
    expect(modified!.object.data).toEqual({ mutation: '2' });
    expect(deleted!.object.data).toEqual({ mutation: '2' });
    watch.close();
  },
);

conformance(
  'A',
  '[sig-api-machinery] Watchers should be able to restart watching from the last resource version observed by the previous watch [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/configmaps');
    const before = await open(e2e, `${LABEL}=closed-and-restarted`);
    await ok(client.post(path, configMap('restarted', 'closed-and-restarted')), 201);
    await mutate(e2e, 'restarted', '1');
    const [, last] = await types(before, 'ADDED', 'MODIFIED');
    before.close();
    await mutate(e2e, 'restarted', '2');
    const after = await open(e2e, `${LABEL}=closed-and-restarted`, last!.object.metadata.resourceVersion);
    await ok(client.delete(`${path}/restarted`));
    const [modified] = await types(after, 'MODIFIED', 'DELETED');
    expect(modified!.object.data).toEqual({ mutation: '2' });
    after.close();
  },
);

conformance(
  'A',
  '[sig-api-machinery] Watchers should observe an object deletion if it stops meeting the requirements of the selector [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/configmaps');
    const relabel = (label: string): Promise<any> =>
      ok(client.patch(`${path}/changed`, 'merge', { metadata: { labels: { [LABEL]: label } } }));
    const watch = await open(e2e, `${LABEL}=label-changed-and-restored`);
    await ok(client.post(path, configMap('changed', 'label-changed-and-restored')), 201);
    await mutate(e2e, 'changed', '1');
    const left = await relabel('wrong-value');
    const [, , gone] = await types(watch, 'ADDED', 'MODIFIED', 'DELETED');
    // As it was when it was selected, at the revision at which it left.
    expect(gone!.object.metadata.labels[LABEL]).toBe('label-changed-and-restored');
    expect(gone!.object.metadata.resourceVersion).toBe(left.metadata.resourceVersion);
    await mutate(e2e, 'changed', '2');
    await silent(watch, 1000);
    await relabel('label-changed-and-restored');
    await mutate(e2e, 'changed', '3');
    await ok(client.delete(`${path}/changed`));
    const [back] = await types(watch, 'ADDED', 'MODIFIED', 'DELETED');
    expect(back!.object.data).toEqual({ mutation: '2' });
    watch.close();
  },
);

conformance(
  'A',
  '[sig-api-machinery] Watchers should receive events on concurrent watches in same order [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = e2e.at('v1/configmaps');
    // Upstream has 100; one connection each is held open.
    const ITERATIONS = 50;
    let busy = true;
    const existing: string[] = [];
    let serial = 0;
    const writer = (async () => {
      while (busy) {
        const choice = Math.random();
        if (choice < 0.4 || existing.length === 0) {
          const name = `cm-${serial++}`;
          await ok(client.post(path, { metadata: { name } }), 201);
          existing.push(name);
        } else if (choice < 0.8) {
          await mutate(e2e, existing[Math.floor(Math.random() * existing.length)]!, `${serial++}`);
        } else {
          const [name] = existing.splice(Math.floor(Math.random() * existing.length), 1);
          await ok(client.delete(`${path}/${name}`));
        }
      }
    })();
    const versions: string[] = [];
    const watches: Watch[] = [];
    let resourceVersion = (await ok(client.get(`${path}?limit=1`))).metadata.resourceVersion;
    // Each further watch starts where the first had got to, and all of them see the same from there.
    for (let i = 0; i < ITERATIONS; i++) {
      const watch = await client.watch(
        `${path}?watch=true&timeoutSeconds=60&resourceVersion=${resourceVersion}`,
      );
      watches.push(watch);
      const event = await watches[0]!.next();
      resourceVersion = event!.object.metadata.resourceVersion;
      versions.push(resourceVersion);
    }
    expect(versions.map(Number)).toEqual([...new Set(versions.map(Number))].sort((a, b) => a - b));
    for (const [index, watch] of watches.entries()) {
      // The first was read already, the others begin at its event number `index`.
      if (index > 0) {
        for (const wanted of versions.slice(index)) {
          expect((await watch.next())!.object.metadata.resourceVersion).toBe(wanted);
        }
      }
      watch.close();
    }
    busy = false;
    await writer;
  },
);

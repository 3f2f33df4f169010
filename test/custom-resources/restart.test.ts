/** A server that is killed and started again serves the custom resources there were, and its controllers follow them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerProcess } from '../durability/process.ts';
import { eventually } from '../support/client.ts';
import { freePort } from '../support/server.ts';
import { define, definitionOf, GROUP, undefine } from './definition.ts';

const directory = mkdtempSync(join(tmpdir(), 'kedge-custom-'));
let server: ServerProcess;
const GADGETS = `/apis/${GROUP}/v1/namespaces/default/gadgets`;
const MAPS = '/api/v1/namespaces/default/configmaps';

beforeAll(async () => {
  server = new ServerProcess(await freePort(), join(directory, 'state'), 0);
  await server.start();
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

it('survives kill -9', async () => {
  await define(server.client(), definitionOf({ plural: 'gadgets', kind: 'Gadget' }));
  const made = await server.client().post(GADGETS, {
    apiVersion: `${GROUP}/v1`,
    kind: 'Gadget',
    metadata: { name: 'owner' },
    spec: { size: 1 },
  });
  expect(made.status, made.text).toBe(201);
  await server.kill();
  await server.start();
  const client = server.client();
  expect((await client.get(`${GADGETS}/owner`)).json.spec).toEqual({ size: 1, color: 'red' });
  const { uid } = made.json.metadata;
  const ownerReferences = [{ apiVersion: `${GROUP}/v1`, kind: 'Gadget', name: 'owner', uid }];
  await client.post(MAPS, { metadata: { name: 'dependent', ownerReferences } });
  await client.delete(`${GADGETS}/owner`);
  await eventually('the dependent to go', async () => (await client.get(`${MAPS}/dependent`)).status === 404);
  await undefine(client, 'gadgets');
  expect((await client.get(GADGETS)).text).toBe('404 page not found\n');
});

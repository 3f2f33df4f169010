import { describe, expect, it } from 'vitest';
import { fakeClock } from '../apimachinery/clock.ts';
import { seeded } from '../apimachinery/random.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { Client } from './client.ts';
import { type Change, Informers, isWhole } from './informers.ts';

const CONFIG_MAPS = ['', 'configmaps'] as const;

async function setup() {
  const storage = new MemoryStorage();
  const client = new Client({
    cluster: 'test',
    storage,
    clock: fakeClock(Date.parse('2026-01-01T00:00:00Z')),
    random: seeded(1),
    user: { username: 'test', groups: [] },
    fieldManager: 'test',
  });
  await client.create(['', 'namespaces'], '', { metadata: { name: 'default' } });
  for (const name of ['kept', 'slim']) {
    await client.create(CONFIG_MAPS, 'default', { metadata: { name }, data: { key: name } });
  }
  const changes: Change[] = [];
  const informers = new Informers({
    storage,
    resources: [CONFIG_MAPS],
    subscribe: async () => storage.head(),
    whole: (_, { metadata }) => metadata.name === 'kept',
    onChange: (_, change) => changes.push(change),
  });
  await informers.ready();
  return { client, informers, changes };
}

describe('Informers', () => {
  it('keep only the metadata of what nobody needs whole', async () => {
    const { informers, changes } = await setup();
    const lister = informers.lister(CONFIG_MAPS);
    const kept = lister.get('default', 'kept')!;
    const slim = lister.get('default', 'slim')!;
    expect(changes).toHaveLength(2);
    expect([isWhole(kept), kept.data]).toEqual([true, { key: 'kept' }]);
    expect([isWhole(slim), slim.data, slim.metadata.managedFields]).toEqual([false, undefined, undefined]);
    expect(slim.metadata.uid).toBeTruthy();
  });

  it('never let a copy without its contents stand for the object in a write', async () => {
    const { client, informers } = await setup();
    const slim = informers.lister(CONFIG_MAPS).get('default', 'slim')!;
    const updated = await client.update(
      CONFIG_MAPS,
      'default',
      'slim',
      (object) => ({ ...object, metadata: { ...object.metadata, labels: { a: 'b' } } }),
      slim,
    );
    expect(updated.data).toEqual({ key: 'slim' });
    expect((await client.delete(CONFIG_MAPS, 'default', 'slim', {}, slim))?.object.data).toEqual({
      key: 'slim',
    });
  });
});

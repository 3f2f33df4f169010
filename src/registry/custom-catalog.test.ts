import { expect, it } from 'vitest';
import { fakeClock } from '../apimachinery/clock.ts';
import { encodeStored } from '../storage/encoding.ts';
import { objectKey } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { CustomCatalog } from './custom-catalog.ts';

const GROUP = 'apiextensions.k8s.io';

/** A definition of so many characters: mostly names of fields, as large as schemas get when they are compiled. */
function definition(n: number, size: number) {
  const properties: Record<string, unknown> = {};
  for (let field = 0, length = 0; length < size; field++) {
    properties[`field${field}`] = {
      type: 'object',
      properties: { a: { type: 'string', pattern: '^[a-z]*$' } },
    };
    length += JSON.stringify(properties[`field${field}`]).length + `"field${field}":,`.length;
  }
  const names = { plural: `kind${n}s`, singular: `kind${n}`, kind: `Kind${n}`, listKind: `Kind${n}List` };
  const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties } } };
  return {
    metadata: { name: `kind${n}s.example.com` },
    spec: {
      ...{ group: 'example.com', scope: 'Namespaced', names },
      versions: [
        {
          ...{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } },
          subresources: {
            status: {},
            scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.b' },
          },
          selectableFields: [{ jsonPath: '.spec.c' }],
        },
      ],
    },
    status: { acceptedNames: names, conditions: [{ type: 'Established', status: 'True' }] },
  };
}

async function cluster(count: number, size: number) {
  const storage = new MemoryStorage();
  for (let n = 0; n < count; n++) {
    const key = objectKey(GROUP, 'customresourcedefinitions', '', `kind${n}s.example.com`);
    const value = encodeStored(definition(n, size));
    await storage.commit({ writes: [{ key, expect: 0, deleted: false, value }] });
  }
  const catalog = new CustomCatalog();
  const clock = fakeClock(1_000_000);
  return {
    storage,
    get: () => catalog.get(storage, clock, 60_000),
  };
}

const of = (catalog: Awaited<ReturnType<CustomCatalog['get']>>, n: number) =>
  catalog.find('example.com', 'v1', `kind${n}s`)!;

it('what is remembered of a definition does what the definition says', async () => {
  const one = await cluster(1, 200);
  const found = of(await one.get(), 0);
  expect(found.custom!.schema).toBe(found.custom!.schema);
  expect(found.strategy.generation).toBeDefined();
  expect(found.printer!.columns.map(({ name }) => name)).toEqual(['Name', 'Age']);
  expect(found.scale!.getReplicas({ spec: { a: 3 } } as object)).toBe(3);
  expect(Object.keys(found.selectableFields!)).toEqual(['spec.c']);
  const object = { apiVersion: 'example.com/v1', kind: 'Kind0', spec: { field0: { b: 1 } } };
  expect(found.custom!.admitFields(object)).toEqual(['unknown field "spec.field0.b"']);
  expect(await one.get()).toBe(await one.get());
});

it('of a definition little more is remembered than its text, whatever was used of it', async () => {
  const node = process as unknown as {
    getBuiltinModule(name: string): {
      setFlagsFromString(flag: string): void;
      runInNewContext(code: string): unknown;
    };
    memoryUsage(): { heapUsed: number };
  };
  node.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  const collect = node.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return node.memoryUsage().heapUsed / 1e6;
  };
  const { get } = await cluster(40, 800_000);
  const before = heap();
  const catalog = await get();
  for (let n = 0; n < 40; n++) expect(of(catalog, n).custom!.schema).toBeDefined();
  // 32 of text; all schemas that were used would be 150.
  expect(heap() - before).toBeLessThan(70);
  expect(of(catalog, 0).resource).toBe('kind0s');
});

it('definitions of all clusters together are remembered in bounded memory', async () => {
  const large = await cluster(60, 800_000);
  const many = await cluster(500, 30_000);
  expect((await large.get()).custom).toHaveLength(60);
  // The second finds no room beside the first.
  expect((await many.get()).custom).toHaveLength(500);
  const first = await large.get();
  expect(await large.get()).toBe(first);
  for (const n of [0, 30, 59]) expect(of(first, n).custom!.schema).toBeDefined();
  const second = await many.get();
  expect(of(second, 499).custom!.schema).toBeDefined();
  // The other was forgotten, and is read again.
  expect(await large.get()).not.toBe(first);
});

it('a cluster whose definitions are too large uses those that have room, and refuses the rest', async () => {
  const { get } = await cluster(4, 15_000_000);
  const catalog = await get();
  expect(catalog.custom.map(({ resource }) => resource)).toEqual(['kind0s', 'kind1s', 'kind2s', 'kind3s']);
  expect(of(catalog, 0).strategy).toBeDefined();
  expect(() => of(catalog, 3).strategy).toThrow(
    "kind3s.example.com cannot be used: the definitions of this cluster's custom resources are too large together",
  );
});

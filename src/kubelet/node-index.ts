/**
 * The numbers of a cluster's nodes, from which their addresses come. Each number is a key of its own that can be made
 * only once, so two nodes can never have the same, however many register at a moment. They are none of the API's
 * objects: upstream keeps its CIDR allocations in the memory of the node IPAM controller.
 */
import { splitKey } from '../storage/keys.ts';
import type { Storage } from '../storage/types.ts';
import { freeIndex, wantedIndex } from './node-network.ts';

const PREFIX = 'kedge/nodeindexes/';
const keyOf = (index: number): string => `${PREFIX}/${index}`;
const ATTEMPTS = 20;
const PAGE = 5000;

/**
 * The number of a node: the one it has, or a new one. Numbers of nodes that `exists` denies are given again when no
 * other is left.
 */
export async function claimIndex(
  storage: Storage,
  name: string,
  exists: (node: string) => Promise<boolean>,
): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = await readAll(storage);
    for (const [index, record] of known) if (record.node === name) return index;
    const index = freeIndex(wantedIndex(name), new Set(known.keys()));
    if (index !== undefined) {
      const value = JSON.stringify({ metadata: { name: String(index) }, node: name });
      const done = await storage.commit({
        writes: [{ key: keyOf(index), expect: 0, deleted: false, value }],
      });
      if (done.ok) return index;
      if (done.reason === 'unavailable') throw new Error(`node index: ${done.message}`);
      continue;
    }
    await releaseOne(storage, known, exists);
  }
  throw new Error('node index: no number is free');
}

interface Record {
  readonly node: string;
  readonly revision: number;
  readonly value: string;
}

async function readAll(storage: Storage): Promise<Map<number, Record>> {
  const found = new Map<number, Record>();
  let after: string | undefined;
  do {
    const page = await storage.list(PREFIX, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { key, revision, value } of page.rows) {
      found.set(Number(splitKey(key).name), { node: JSON.parse(value).node, revision, value });
    }
    after = page.more ? page.rows.at(-1)?.key : undefined;
  } while (after !== undefined);
  return found;
}

async function releaseOne(
  storage: Storage,
  known: ReadonlyMap<number, Record>,
  exists: (node: string) => Promise<boolean>,
): Promise<void> {
  for (const [index, { node, revision, value }] of known) {
    if (await exists(node)) continue;
    await storage.commit({
      writes: [{ key: keyOf(index), expect: revision, deleted: true, value, prevValue: value }],
    });
    return;
  }
  throw new Error('node index: the cluster has as many nodes as it can');
}

/** Clients that create, update and delete ConfigMaps as fast as they are answered, and remember every answer. */
import type { Client } from '../support/client.ts';

/** What the server has acknowledged of one object. */
export interface Acknowledged {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Of the answer; a deletion's answer has none. */
  readonly revision?: number;
  readonly value?: string;
}

export interface History {
  readonly acknowledged: Acknowledged[];
  /** The write under way when the server went: it may have happened or not. */
  unknown?: Omit<Acknowledged, 'revision'>;
}

export interface Load {
  /** By name of the object. */
  readonly objects: ReadonlyMap<string, History>;
  /** How many writes have been acknowledged. */
  readonly count: () => number;
  /** Resolves when every client has met an error, or `stop` was called. */
  readonly ended: Promise<void>;
  /** After the writes under way. */
  readonly stop: () => void;
}

export function startLoad(admin: Client, path: string, clients: number, round: string): Load {
  const objects = new Map<string, History>();
  let count = 0;
  let stopped = false;

  const worker = async (worker: number): Promise<void> => {
    for (let turn = 0; !stopped; turn++) {
      const name = `${round}-${worker}-${turn}`;
      const history: History = { acknowledged: [] };
      objects.set(name, history);
      /** False: the server has gone. */
      const write = async (
        type: Acknowledged['type'],
        value: string | undefined,
        send: () => ReturnType<Client['get']>,
      ): Promise<boolean> => {
        history.unknown = value === undefined ? { type } : { type, value };
        const answer = await send().catch(() => undefined);
        if (!answer || answer.status >= 500) return false;
        if (answer.status >= 300) throw new Error(`${type} ${name}: ${answer.status} ${answer.text}`);
        const revision = type === 'DELETED' ? {} : { revision: Number(answer.json.metadata.resourceVersion) };
        history.acknowledged.push({ ...history.unknown, ...revision });
        delete history.unknown;
        count += 1;
        return true;
      };
      const object = (value: string, resourceVersion?: number): object => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, ...(resourceVersion ? { resourceVersion: String(resourceVersion) } : {}) },
        data: { value },
      });
      if (!(await write('ADDED', '0', () => admin.post(path, object('0'))))) return;
      for (const value of ['1', '2']) {
        const { revision } = history.acknowledged.at(-1)!;
        if (!(await write('MODIFIED', value, () => admin.put(`${path}/${name}`, object(value, revision)))))
          return;
      }
      // Every third object goes again.
      if (turn % 3 === 0 && !(await write('DELETED', undefined, () => admin.delete(`${path}/${name}`))))
        return;
    }
  };

  const ended = Promise.all(Array.from({ length: clients }, (_, index) => worker(index))).then(() => {});
  return {
    objects,
    count: () => count,
    ended,
    stop: () => {
      stopped = true;
    },
  };
}

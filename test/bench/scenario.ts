import type { Cluster } from './cluster.ts';
import type { Measurement } from './measure.ts';

export interface Bench {
  readonly cluster: Cluster;
  /** A namespace of this run alone, deleted at its end. */
  readonly namespace: string;
  /** A tenth of the work. */
  readonly quick: boolean;
  /** Process id of the server, for its memory. */
  readonly pid?: number;
  report(measurement: Measurement): void;
}

export interface Scenario {
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

/** A ConfigMap of some 2 KB. */
export const configMap = (name: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { app: 'bench', part: String(name.length % 3) } },
    data: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`key-${n}`, 'x'.repeat(175)])),
  });

export const configMaps = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

/** Makes ConfigMaps `<prefix>-0` ... `<prefix>-<count - 1>`. */
export async function fill(bench: Bench, prefix: string, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (next < count) {
        await bench.cluster.must('POST', configMaps(bench.namespace), configMap(`${prefix}-${next++}`));
      }
    }),
  );
}

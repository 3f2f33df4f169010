/**
 * ConfigMaps and Secrets a node has read for its pods. What exists is believed for some seconds; what was missing is
 * asked for again each time, since its pods wait for it.
 */
import type { ConfigKind, ConfigObject, ConfigReference, ConfigSource } from './config-source.ts';

/** How long a copy counts as new, in ms. */
const FRESH = 5000;
/** Read at once: a pod may name thousands, and others want to read too. */
const AT_ONCE = 16;
/** Copies kept; the oldest go first. */
const LIMIT = 1000;

interface Entry {
  readonly object: ConfigObject | undefined;
  readonly readAt: number;
}

export type ReadConfig = (
  kind: ConfigKind,
  namespace: string,
  name: string,
) => Promise<ConfigObject | undefined>;

const keyOf = (namespace: string, { kind, name }: ConfigReference): string => `${kind}/${namespace}/${name}`;

export class ConfigCache {
  readonly #read: ReadConfig;
  readonly #entries = new Map<string, Entry>();
  readonly #reading = new Map<string, Promise<void>>();

  constructor(read: ReadConfig) {
    this.#read = read;
  }

  /** Whether everything is known well enough at `now`. */
  isFresh(namespace: string, references: readonly ConfigReference[], now: number): boolean {
    return references.every((one) => {
      const entry = this.#entries.get(keyOf(namespace, one));
      return entry?.object !== undefined && now - entry.readAt < FRESH && now >= entry.readAt;
    });
  }

  /** Reads what is not. Pods that ask at the same time share a read. */
  async load(namespace: string, references: readonly ConfigReference[], now: number): Promise<void> {
    const missing = references.filter((one) => !this.isFresh(namespace, [one], now));
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      await Promise.all(missing.slice(start, start + AT_ONCE).map((one) => this.#load(namespace, one, now)));
    }
  }

  #load(namespace: string, reference: ConfigReference, now: number): Promise<void> {
    const key = keyOf(namespace, reference);
    let reading = this.#reading.get(key);
    if (!reading) {
      reading = this.#read(reference.kind, namespace, reference.name)
        .then((object) => {
          this.#entries.delete(key);
          this.#entries.set(key, { object, readAt: now });
          if (this.#entries.size > LIMIT) this.#entries.delete(this.#entries.keys().next().value!);
        })
        .finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  /** The copies of a namespace. */
  source(namespace: string): ConfigSource {
    return { get: (kind, name) => this.#entries.get(keyOf(namespace, { kind, name }))?.object };
  }
}

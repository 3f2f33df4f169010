/**
 * The objects that plug-ins look up besides pods and nodes: namespaces, services, owners, disruption budgets, claims.
 * Holds what the shell feeds, by kind.
 */
import type { KubeObject } from '../apis/object.ts';
import { getOrCreate } from './collections.ts';
import type { Labels } from './selector.ts';

const NO_LABELS: Labels = Object.freeze({});

function keyOf(object: KubeObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

export class ObjectStore {
  readonly #kinds = new Map<string, Map<string, KubeObject>>();

  /** Adds or replaces; returns the version that was there. */
  set(kind: string, object: KubeObject): KubeObject | undefined {
    const objects = getOrCreate(this.#kinds, kind, () => new Map<string, KubeObject>());
    const key = keyOf(object);
    const old = objects.get(key);
    objects.set(key, object);
    return old;
  }

  delete(kind: string, object: KubeObject): KubeObject | undefined {
    const objects = this.#kinds.get(kind);
    const old = objects?.get(keyOf(object));
    objects?.delete(keyOf(object));
    return old;
  }

  /** `namespace` is '' for kinds of the cluster. */
  get<T extends KubeObject>(kind: string, namespace: string, name: string): T | undefined {
    return this.#kinds.get(kind)?.get(`${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubeObject>(kind: string): Iterable<T> {
    return (this.#kinds.get(kind)?.values() ?? []) as Iterable<T>;
  }

  namespaceLabels(namespace: string): Labels {
    return this.get('Namespace', '', namespace)?.metadata?.labels ?? NO_LABELS;
  }
}

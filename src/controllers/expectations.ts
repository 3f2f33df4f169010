/**
 * What a controller has written but may not see yet. Its informer's copies are behind its own writes for a moment: who
 * counts pods then would create or delete them twice. Upstream counts what it expects to see (pkg/controller
 * ControllerExpectations); here a write has a revision, and copies that have reached it show the write.
 */
import type { Lister } from '../registry/informers.ts';

export class Expectations {
  /** Key -> the newest revision written for it. */
  readonly #written = new Map<string, number>();

  /** Notes a write for a key: what the registry answered. Undefined: there was nothing to write. */
  wrote(key: string, object: { metadata: { resourceVersion?: string } } | undefined): void {
    const revision = Number(object?.metadata.resourceVersion ?? 0);
    if (revision > (this.#written.get(key) ?? 0)) this.#written.set(key, revision);
  }

  /** Whether the copies show everything that was written for the key. */
  satisfied(key: string, lister: Lister<any>): boolean {
    const revision = this.#written.get(key);
    if (revision === undefined) return true;
    if (lister.revision < revision) return false;
    this.#written.delete(key);
    return true;
  }

  /** The key's owner is gone. */
  forget(key: string): void {
    this.#written.delete(key);
  }
}

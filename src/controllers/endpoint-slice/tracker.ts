/**
 * Remembers what a controller has just written, so that it does not write it again while the informers are behind.
 * Source: k8s.io/endpointslice util/endpointslice_tracker.go.
 */
import type { Stored } from '../../apis/object.ts';

/** What the informers must show; a deletion has no version. */
interface Expected {
  readonly version: number | undefined;
  readonly at: number;
}

/** After so many ms an expectation is given up: somebody else may have deleted the object meanwhile. */
const EXPIRES_MS = 5000;

export class SliceTracker {
  /** Key -> name of the slice -> what is expected. */
  readonly #expected = new Map<string, Map<string, Expected>>();

  /** A slice has been written. `now` in ms. */
  expect(key: string, { metadata }: Stored, now: number): void {
    this.#set(key, metadata.name!, { version: Number(metadata.resourceVersion), at: now });
  }

  expectDeletion(key: string, name: string, now: number): void {
    this.#set(key, name, { version: undefined, at: now });
  }

  /** Whether a slice that the informers show is what was written here. */
  isOwn(key: string, name: string, slice: Stored | undefined): boolean {
    const expected = this.#expected.get(key)?.get(name);
    return (
      expected !== undefined &&
      expected.version === (slice ? Number(slice.metadata.resourceVersion) : undefined)
    );
  }

  /** Whether what the informers show is older than what was written. Forgets what they have caught up with. */
  isStale(key: string, slices: ReadonlyMap<string, Stored>, now: number): boolean {
    const expected = this.#expected.get(key);
    if (!expected) return false;
    for (const [name, { version, at }] of expected) {
      const slice = slices.get(name);
      const caughtUp =
        version === undefined
          ? !slice
          : slice !== undefined && Number(slice.metadata.resourceVersion) >= version;
      if (caughtUp || now - at > EXPIRES_MS) expected.delete(name);
    }
    if (expected.size > 0) return true;
    this.#expected.delete(key);
    return false;
  }

  forget(key: string): void {
    this.#expected.delete(key);
  }

  #set(key: string, name: string, expected: Expected): void {
    const known = this.#expected.get(key);
    if (known) known.set(name, expected);
    else this.#expected.set(key, new Map([[name, expected]]));
  }
}

/**
 * How long a failed pod of a DaemonSet stays on its node before another one is tried: 1 s, then twice as long each time,
 * up to 15 minutes. Source: client-go util/flowcontrol/backoff.go, kubernetes pkg/controller/daemon/daemon_controller.go.
 */

const FIRST = 1000;
const LONGEST = 15 * 60_000;
/** Keys remembered; the oldest go first. */
const LIMIT = 10_000;

export class Backoff {
  readonly #entries = new Map<string, { delay: number; since: number }>();

  /** How long the key has still to wait, in ms; 0 when it may go on. */
  wait(key: string, now: number): number {
    const entry = this.#entries.get(key);
    return entry ? Math.max(0, entry.since + entry.delay - now) : 0;
  }

  /** Notes a failure that was dealt with. */
  next(key: string, now: number): void {
    const entry = this.#entries.get(key);
    const forgotten = !entry || now - entry.since > 2 * LONGEST;
    const delay = forgotten ? FIRST : Math.min(entry.delay * 2, LONGEST);
    this.#entries.delete(key);
    this.#entries.set(key, { delay, since: now });
    if (this.#entries.size > LIMIT) this.#entries.delete(this.#entries.keys().next().value!);
  }
}

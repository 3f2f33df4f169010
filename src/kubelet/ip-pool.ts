/**
 * The addresses of a node's pods: .2 to .254 of its /24, handed out in turn, so that an address that was given back
 * rests before it is used again. Source: containernetworking/plugins plugins/ipam/host-local.
 */
const FIRST = 2;
const LAST = 254;

export class IpPool {
  readonly #prefix: string;
  readonly #taken = new Set<number>();
  #next = FIRST;

  /** @param cidr a /24 */
  constructor(cidr: string) {
    this.#prefix = cidr.slice(0, cidr.lastIndexOf('.') + 1);
  }

  /** The addresses there are, as messages show them. */
  get range(): string {
    return `${this.#prefix}${FIRST}-${this.#prefix}${LAST}`;
  }

  /** A free address; undefined when there is none. */
  allocate(): string | undefined {
    for (let tries = FIRST; tries <= LAST; tries++) {
      const host = this.#next;
      this.#next = host === LAST ? FIRST : host + 1;
      if (this.#taken.has(host)) continue;
      this.#taken.add(host);
      return this.#prefix + host;
    }
    return undefined;
  }

  /** Marks an address that a pod already has. Foreign addresses are none of ours. */
  take(ip: string): void {
    const host = this.#hostOf(ip);
    if (host !== undefined) this.#taken.add(host);
  }

  release(ip: string): void {
    const host = this.#hostOf(ip);
    if (host !== undefined) this.#taken.delete(host);
  }

  #hostOf(ip: string): number | undefined {
    if (!ip.startsWith(this.#prefix)) return undefined;
    const host = Number(ip.slice(this.#prefix.length));
    return Number.isInteger(host) ? host : undefined;
  }
}

/**
 * Addresses of nodes and pods. Every node of a cluster has a number of its own, and from it its address and the /24
 * its pods get theirs from. The pods of a cluster live in 10.128.0.0/9: the first 256 nodes in 10.244.0.0/16, as with
 * kubeadm and flannel, the others below it. Nodes live in 172.18.0.0/16.
 */

/** How many nodes a cluster may have: the /24 blocks of 10.128.0.0 - 10.244.255.255. */
export const MAX_NODES = (244 - 128 + 1) * 256;

const FIRST_BLOCK = 256;

/** The /24 of the pods of node number `index`, counted from 0. */
export function podCIDR(index: number): string {
  if (index < FIRST_BLOCK) return `10.244.${index}.0/24`;
  const rest = index - FIRST_BLOCK;
  return `10.${128 + (rest >> 8)}.${rest & 255}.0/24`;
}

/** The address of node number `index`; the first one is the gateway's. */
export function nodeIP(index: number): string {
  const address = index + 2;
  return `172.18.${address >> 8}.${address & 255}`;
}

/** The number a node's name asks for (`node-3`: 2), so that nodes that register together do not compete. */
export function wantedIndex(name: string): number | undefined {
  const digits = /(\d{1,6})$/.exec(name)?.[1];
  if (digits === undefined) return undefined;
  const index = Math.max(Number(digits) - 1, 0);
  return index < MAX_NODES ? index : undefined;
}

/** The first number that is not taken, `wanted` before all others. Undefined when all are. */
export function freeIndex(wanted: number | undefined, taken: ReadonlySet<number>): number | undefined {
  if (wanted !== undefined && !taken.has(wanted)) return wanted;
  for (let index = 0; index < MAX_NODES; index++) if (!taken.has(index)) return index;
  return undefined;
}

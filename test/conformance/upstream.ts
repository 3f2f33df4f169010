/** How many tests upstream's conformance suite has, by sig and by what a server without containers needs for them. */

/** The classes, see docs/conformance.md. */
export const CLASSES = {
  A: 'the API and the controllers alone',
  B: 'pods that start, keep running and end, whatever their containers do',
  C1: 'what a container does, as a function of its image, command, environment and mounts',
  C2: 'a network between pods, services, webhooks and names',
  D: 'a kernel, or the binaries of others',
} as const;

export type UpstreamClass = keyof typeof CLASSES;

/** Tests of each sig, in the order of CLASSES. */
export const TOTALS: Readonly<
  Record<string, readonly [A: number, B: number, C1: number, C2: number, D: number]>
> = {
  'sig-api-machinery': [65, 14, 0, 20, 1],
  'sig-apps': [4, 40, 14, 2, 0],
  'sig-architecture': [1, 0, 0, 0, 0],
  'sig-auth': [8, 0, 2, 1, 0],
  'sig-cli': [8, 4, 2, 3, 0],
  'sig-instrumentation': [4, 0, 0, 0, 0],
  'sig-network': [14, 3, 1, 29, 0],
  'sig-node': [22, 22, 55, 5, 3],
  'sig-scheduling': [3, 8, 0, 0, 0],
  'sig-storage': [12, 2, 77, 0, 0],
};

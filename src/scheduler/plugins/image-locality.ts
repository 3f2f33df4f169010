/**
 * Prefers nodes that have the pod's images already, the more the bigger and the more widespread they are.
 * Upstream: plugins/imagelocality.
 */
import { MAX_NODE_SCORE, type Plugin, type Snapshot } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

const NAME = 'ImageLocality';
const MB = 1024 * 1024;
/** Below this many bytes there is nothing to gain. */
const MIN_THRESHOLD = 23 * MB;
/** Above this many bytes a container nothing more. */
const MAX_CONTAINER_THRESHOLD = 1000 * MB;

interface Images {
  readonly names: readonly string[];
  readonly nodeCount: number;
}

/** Nodes list images with their tag. */
function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

function imagesOf({ pod }: PodInfo): string[] {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  return containers.map((container) => withTag(container.image ?? ''));
}

function sumOf({ names, nodeCount }: Images, node: NodeInfo): number {
  let sum = 0;
  for (const name of names) {
    const image = node.images.get(name);
    if (image) sum += Math.floor((image.size * image.nodes.size) / nodeCount);
  }
  return sum;
}

/** `snapshot` tells how many nodes there are, so that one node's image does not draw all pods to it. */
export function imageLocality(snapshot: Snapshot): Plugin {
  return {
    name: NAME,
    preScore(state, pod) {
      state.write(NAME, { names: imagesOf(pod), nodeCount: snapshot.nodes.length } as Images);
      return undefined;
    },
    score(state, _pod, node) {
      if (node.images.size === 0) return 0;
      const images = state.read<Images>(NAME)!;
      const max = MAX_CONTAINER_THRESHOLD * images.names.length;
      const sum = Math.min(Math.max(sumOf(images, node), MIN_THRESHOLD), max);
      return Math.floor((MAX_NODE_SCORE * (sum - MIN_THRESHOLD)) / (max - MIN_THRESHOLD));
    },
  };
}

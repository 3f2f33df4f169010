/**
 * Images of containers that never run: which ones exist, how long they take, what their ids are. A node keeps the
 * names of those it has pulled.
 * Source: kubernetes pkg/kubelet/images/image_manager.go, containerd (names and errors of its resolver).
 */
import { sha256Hex } from '../apimachinery/hash.ts';
import { imageTag } from '../apis/core/container-image.ts';

/** An image reference with all that a short name leaves out. */
export interface ImageReference {
  readonly host: string;
  /** Path in the registry. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Undefined for a reference that is none. */
export function parseImage(image: string): ImageReference | undefined {
  const at = image.indexOf('@');
  const tag = imageTag(image);
  if (tag === '' && at < 0) return undefined;
  // A digest alone has no tag, but the grammar has to hold for it, too.
  if (at >= 0 && imageTag(image.slice(0, at)) === '') return undefined;
  if (
    at >= 0 &&
    !/^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/.test(image.slice(at + 1))
  ) {
    return undefined;
  }
  let name = at < 0 ? image : image.slice(0, at);
  const colon = name.lastIndexOf(':');
  if (colon > name.lastIndexOf('/')) name = name.slice(0, colon);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hasHost =
    first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase();
  const host = hasHost ? first : 'docker.io';
  const path = hasHost ? name.slice(slash + 1) : name;
  return {
    host,
    repository: host === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
    ...(at < 0 ? { tag } : { digest: image.slice(at + 1) }),
  };
}

/** `docker.io/library/nginx:1.27`: the name containerd keeps an image under. */
export const imageName = ({ host, repository, tag, digest }: ImageReference): string =>
  `${host}/${repository}${digest ? `@${digest}` : `:${tag}`}`;

/** `docker.io/library/nginx@sha256:…`: the digest is made from the name, equal on every node. */
export const imageID = (reference: ImageReference): string =>
  `${reference.host}/${reference.repository}@${reference.digest ?? `sha256:${sha256Hex(imageName(reference))}`}`;

/** A size between 1 and 100 MB that stays the same for a name. */
export function imageSize(reference: ImageReference): number {
  const hash = Number.parseInt(sha256Hex(imageName(reference)).slice(0, 8), 16);
  return 1_000_000 + (hash % 99_000_000);
}

const words = (...patterns: string[]): RegExp =>
  new RegExp(`(?:^|[-_./])(?:${patterns.join('|')})(?=$|[-_./])`, 'i');
const ABSENT = [
  'non-?exist(?:ent|ing)',
  'do(?:es)?-?(?:not|nt)-?exist',
  'no-?such-?image',
  'not-?found',
  'invalid',
];
/** Words that say of themselves that there is no such image, and those that say so of a tag. */
const ABSENT_REPOSITORY = words(...ABSENT);
const ABSENT_TAG = words(...ABSENT, 'bad-?tag', 'no-?such-?tag', 'wrong', 'bogus', 'missing', 'typo');

/** Why containerd cannot pull an image, or undefined when it can. See docs/kubelet.md for the rule. */
export function pullError(reference: ImageReference): string | undefined {
  const name = imageName(reference);
  const { host, repository } = reference;
  const unpack = `failed to pull and unpack image "${name}": failed to resolve reference "${name}"`;
  const labels = host.replace(/:\d+$/, '').split('.');
  if (labels.at(-1) === 'invalid' || labels[0] === 'invalid') {
    const manifest = `https://${host}/v2/${repository}/manifests/${reference.digest ?? reference.tag}`;
    return `rpc error: code = Unknown desc = ${unpack}: failed to do request: Head "${manifest}": dial tcp: lookup ${labels.join('.')}: no such host`;
  }
  if (ABSENT_REPOSITORY.test(repository) || reference.tag === '404' || ABSENT_TAG.test(reference.tag ?? '')) {
    return `rpc error: code = NotFound desc = ${unpack}: ${name}: not found`;
  }
  return undefined;
}

/** Milliseconds a pull takes when the node does not have the image. */
export const pullLatency = (random: () => number): number => 50 + Math.floor(random() * 250);
/** Milliseconds to find out that the image the node has is the newest. */
export const CHECK_LATENCY = 20;
/** Images a node remembers; the ones used least recently go first. */
const MAX_IMAGES = 500;

/** The images of a node, by their full names. */
export class ImageStore {
  readonly #names = new Map<string, ImageReference>();

  has(reference: ImageReference): boolean {
    return this.#names.has(imageName(reference));
  }

  add(reference: ImageReference): void {
    const name = imageName(reference);
    this.#names.delete(name);
    this.#names.set(name, reference);
    if (this.#names.size > MAX_IMAGES) this.#names.delete(this.#names.keys().next().value!);
  }
}

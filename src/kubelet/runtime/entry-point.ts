/**
 * What images do that are given no command: nearly all run until they are stopped. Those whose own command is a shell or
 * another interpreter read from a standard input that nobody writes to, and end at once.
 */
import type { Container, EphemeralContainer } from '../../apimachinery/types/core.v1.gen.ts';
import { parseImage } from '../images.ts';

/** Last parts of repositories whose images end at once, with 0. */
const INTERPRETERS = new Set([
  'almalinux',
  'alpine',
  'amazonlinux',
  'archlinux',
  'bash',
  'busybox',
  'centos',
  'debian',
  'fedora',
  'golang',
  'node',
  'python',
  'rockylinux',
  'ruby',
  'ubuntu',
]);
/** Those that do nothing, or what they are asked for from outside, until they are stopped. */
const SERVERS = new Set(['agnhost', 'pause']);
/** Those that say what they have to say, and end. */
const BRIEF = new Set(['hello-world']);

const nameOf = (image = ''): string => {
  const repository = parseImage(image)?.repository;
  return repository?.slice(repository.lastIndexOf('/') + 1) ?? '';
};

/** Whether a container without command and arguments ends at once. */
export function endsAtOnce({ image, stdin }: Container | EphemeralContainer): boolean {
  const name = nameOf(image);
  return BRIEF.has(name) || (INTERPRETERS.has(name) && !stdin);
}

/** Whether an image is known for never ending, whatever its arguments. */
export const neverEnds = ({ image }: Container | EphemeralContainer): boolean => SERVERS.has(nameOf(image));

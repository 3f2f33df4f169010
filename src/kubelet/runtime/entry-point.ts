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

/** Whether a container is there to do nothing until it is stopped: a `pause`, by its image or its first word. */
export function pauses({ image, command = [], args = [] }: Container | EphemeralContainer): boolean {
  const word = command[0] ?? args[0] ?? '';
  return nameOf(image) === 'pause' || word.slice(word.lastIndexOf('/') + 1) === 'pause';
}

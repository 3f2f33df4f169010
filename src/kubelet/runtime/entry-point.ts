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

/** Whether a container without command and arguments ends at once. */
export function endsAtOnce({ image = '', stdin }: Container | EphemeralContainer): boolean {
  const repository = parseImage(image)?.repository;
  const name = repository?.slice(repository.lastIndexOf('/') + 1) ?? '';
  return BRIEF.has(name) || (INTERPRETERS.has(name) && !stdin);
}

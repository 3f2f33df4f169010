import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../apimachinery/types/core.v1.gen.ts';
import { exitOf } from './program.ts';

const pod = (spec: Pod['spec'], owner?: string): Pod => ({
  metadata: {
    uid: 'u',
    ...(owner
      ? { ownerReferences: [{ apiVersion: 'batch/v1', kind: owner, name: 'o', uid: 'o', controller: true }] }
      : {}),
  },
  spec: spec!,
});
const endOf = (one: Pod, container: Container): string => {
  const { after, exitCode } = exitOf(one, container, {}, 0);
  return Number.isFinite(after) ? `${after / 1000}s ${exitCode}` : 'never';
};

describe('a program that nobody knows', () => {
  const unknown: Container = { name: 'c', image: 'app:1', command: ['/bin/migrate', '--all'] };
  const entry: Container = { name: 'c', image: 'app:1' };

  it.each<[string, Container, string]>([
    ['ends, of an init container', unknown, '1s 0'],
    ['ends, of an init container that names none', entry, '1s 0'],
    ['goes on, of a sidecar', { ...unknown, restartPolicy: 'Always' }, 'never'],
    ['goes on, where that is known', { ...unknown, command: ['sleep', 'infinity'] }, 'never'],
    ['goes on, of an image that does', { ...entry, image: 'registry.k8s.io/pause:3.10' }, 'never'],
    ['ends as is known', { ...unknown, command: ['sh', '-c', 'sleep 2; exit 3'] }, '2s 3'],
  ])('%s: as an init container', (_, container, expected) => {
    const one = pod({ containers: [{ name: 'main', image: 'app:1' }], initContainers: [container] });
    expect(endOf(one, container)).toBe(expected);
    expect(endOf(one, { name: 'main', image: 'app:1' })).toBe('never');
  });

  it('ends in a Job, where it has a command', () => {
    const job = (container: Container): Pod =>
      pod({ containers: [container], restartPolicy: 'Never' }, 'Job');
    expect(endOf(job(unknown), unknown)).toBe('1s 0');
    expect(endOf(job(entry), entry)).toBe('never');
    const pausing: Container = { name: 'c', image: 'app:1', args: ['pause'] };
    expect(endOf(job(pausing), pausing)).toBe('never');
  });

  it('goes on elsewhere', () => {
    expect(endOf(pod({ containers: [unknown], restartPolicy: 'Never' }), unknown)).toBe('never');
    expect(endOf(pod({ containers: [unknown] }, 'ReplicaSet'), unknown)).toBe('never');
  });
});

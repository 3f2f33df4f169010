import { describe, expect, it } from 'vitest';
import { chooseContainer, hostOf } from './connect.ts';
import type { StatusError } from '../../apimachinery/status.ts';

const pod = (...names: string[]) => ({
  metadata: { name: 'p' },
  spec: {
    initContainers: [{ name: 'init' }],
    containers: names.map((name) => ({ name })),
    ephemeralContainers: [{ name: 'debug' }],
  },
});
const message = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return (error as StatusError).message;
  }
  return '';
};

describe('chooseContainer', () => {
  it('is the named one of any sort, or the only main one', () => {
    expect(chooseContainer(pod('a', 'b'), 'b')).toBe('b');
    expect(chooseContainer(pod('a', 'b'), 'init')).toBe('init');
    expect(chooseContainer(pod('a', 'b'), 'debug')).toBe('debug');
    expect(chooseContainer(pod('a'), '')).toBe('a');
  });
  it('refuses what is not there or not clear', () => {
    expect(message(() => chooseContainer(pod('a'), 'x'))).toBe('container x is not valid for pod p');
    expect(message(() => chooseContainer(pod('a', 'b'), ''))).toBe(
      'a container name must be specified for pod p, choose one of: [init a b debug]',
    );
  });
});

describe('hostOf', () => {
  it('is the node of the pod', () => {
    expect(hostOf({ metadata: { name: 'p' }, spec: { containers: [], nodeName: 'n' } })).toBe('n');
    expect(message(() => hostOf(pod('a')))).toBe('pod p does not have a host assigned');
  });
});

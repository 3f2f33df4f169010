import { describe, expect, it } from 'vitest';
import { equalInternally, internalForm } from './internal-form.ts';

describe('internalForm', () => {
  it.each<[string, unknown, unknown]>([
    ['[]PodIP', [{ ip: '1.2.3.4' }], [{ IP: '1.2.3.4' }]],
    ['[]PodIP', undefined, null],
    ['*Toleration', undefined, null],
    [
      'Toleration',
      { key: 'k', tolerationSeconds: 5 },
      { Key: 'k', Operator: '', Value: '', Effect: '', TolerationSeconds: 5 },
    ],
    [
      'NodeSelectorTerm',
      { matchExpressions: [{ key: 'b', operator: 'Exists' }] },
      { MatchExpressions: [{ Key: 'b', Operator: 'Exists', Values: null }], MatchFields: null },
    ],
  ])('%s', (type, value, expected) => {
    const form = internalForm(type, value);
    expect(form).toEqual(expected);
    // The order of the fields is Go's.
    expect(JSON.stringify(form)).toBe(JSON.stringify(expected));
  });

  it('has namespaces of the host in the security context', () => {
    const form = internalForm('PodSpec', { containers: [], hostNetwork: true }) as {
      SecurityContext: Record<string, unknown>;
    };
    expect(form.SecurityContext).toMatchObject({ HostNetwork: true, HostPID: false, HostUsers: null });
  });
});

it('takes empty lists for none, but not empty structs', () => {
  const containers = [{ name: 'c' }];
  expect(equalInternally('PodSpec', { containers, tolerations: [] }, { containers })).toBe(true);
  expect(equalInternally('PodSpec', { containers, nodeSelector: {} }, { containers })).toBe(true);
  expect(equalInternally('PodSpec', { containers, affinity: {} }, { containers })).toBe(false);
  expect(equalInternally('PodSpec', { containers, hostname: 'a' }, { containers })).toBe(false);
});

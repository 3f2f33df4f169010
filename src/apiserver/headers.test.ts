import { describe, expect, it } from 'vitest';
import { flowControlUid } from '../apis/flowcontrol/uid.ts';
import { addAuditId, addHeaders, flowOf, PROBES } from './headers.ts';

const user = (...groups: string[]) => ({ username: 'u', groups });

describe('the flow of a user', () => {
  it.each([
    [['system:authenticated', 'system:masters'], 'exempt', 'exempt'],
    [['system:nodes', 'system:authenticated'], 'system-nodes', 'system'],
    [
      ['system:serviceaccounts', 'system:serviceaccounts:kube-system'],
      'kube-system-service-accounts',
      'workload-high',
    ],
    [['system:serviceaccounts', 'system:serviceaccounts:shop'], 'service-accounts', 'workload-low'],
    [['system:authenticated'], 'global-default', 'global-default'],
  ])('in %j', (groups, schema, level) => {
    expect(flowOf(user(...groups))).toEqual({ schema, level });
  });
});

describe('headers', () => {
  const answer = (headers: Record<string, string> = {}, sent: Record<string, string> = {}) =>
    addHeaders(
      new Response('', { headers }),
      new Request('https://c/', { headers: sent }),
      'one',
      flowOf(user('system:masters')),
    ).headers;

  it('are added, and what is there stays', () => {
    expect(answer().get('Cache-Control')).toBe('no-cache, private');
    expect(answer({ 'Cache-Control': 'public' }).get('Cache-Control')).toBe('public');
    expect(answer().get('X-Kubernetes-Pf-Flowschema-Uid')).toBe(
      flowControlUid('one', 'flowschemas', 'exempt'),
    );
    expect(flowControlUid('one', 'flowschemas', 'exempt')).not.toBe(
      flowControlUid('two', 'flowschemas', 'exempt'),
    );
  });
  it('take the audit id of the client', () => {
    expect(answer({}, { 'Audit-ID': `${'x'.repeat(70)}` }).get('Audit-Id')).toBe('x'.repeat(64));
    expect(answer().get('Audit-Id')).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('tell the flow of health checks', () => {
    const { headers } = addHeaders(new Response('ok'), new Request('https://c/livez'), 'one', PROBES);
    expect(headers.get('X-Kubernetes-Pf-Flowschema-Uid')).toBe(
      flowControlUid('one', 'flowschemas', 'probes'),
    );
  });
  it('of a refusal before anybody is known are the audit id', () => {
    const { headers } = addAuditId(
      new Response(''),
      new Request('https://c/', { headers: { 'Audit-ID': 'a' } }),
    );
    expect([...headers.keys()]).toEqual(['audit-id', 'content-type']);
    expect(headers.get('Audit-Id')).toBe('a');
  });
});

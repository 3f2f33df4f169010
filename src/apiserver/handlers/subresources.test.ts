import { beforeEach, describe, expect, it } from 'vitest';
import { statusOf } from '../respond.ts';
import { findResource } from '../../apis/resources.ts';
import { NAMESPACE, type TestCluster, testCluster, testPod } from '../../registry/admission/testing.ts';
import { requestInfo } from '../request-info.ts';
import { dispatch } from './dispatch.ts';
import type { Handling } from './handling.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

/** The answer to a request, as `code` and body. */
async function call(method: string, path: string, body?: unknown, contentType = 'application/json') {
  const url = new URL(`https://cluster${path}`);
  const request = new Request(url, {
    method,
    headers: { 'Content-Type': contentType, Accept: 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const info = requestInfo(method, url.pathname, url.searchParams);
  const definition = findResource(info.group, info.version, info.resource)!;
  const handling: Handling = {
    request,
    query: url.searchParams,
    info,
    definition,
    ctx: cluster.ctx,
    env: {} as Handling['env'],
    userAgent: 'kubectl/v1.36.0',
    gzip: false,
    authenticate: () => Promise.reject(new Error('nobody is authenticated here')),
  };
  try {
    const response = await dispatch(handling);
    const text = await response.text();
    return { code: response.status, body: text ? JSON.parse(text) : undefined };
  } catch (error) {
    const status = statusOf(error);
    return { code: status.code, body: status as any };
  }
}
const POD = `/api/v1/namespaces/${NAMESPACE}/pods/p`;

describe('serviceaccounts/token', () => {
  it('answers 201 with a token', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default/token`;
    const { code, body } = await call('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 600 },
    });
    expect(code).toBe(201);
    expect(body).toMatchObject({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1' });
    expect(body.status.token.split('.')).toHaveLength(3);
  });
});

describe('ephemeralcontainers', () => {
  it('is read, and patched as kubectl debug does', async () => {
    await cluster.create('', 'pods', testPod('p'));
    expect((await call('GET', `${POD}/ephemeralcontainers`)).body).toMatchObject({ kind: 'Pod' });
    const patch = { spec: { ephemeralContainers: [{ name: 'debugger-x', image: 'busybox' }] } };
    const type = 'application/strategic-merge-patch+json';
    const { code, body } = await call('PATCH', `${POD}/ephemeralcontainers`, patch, type);
    expect(code).toBe(200);
    expect(body.spec.ephemeralContainers[0].name).toBe('debugger-x');
  });
});

describe('logs, streams and proxies', () => {
  const two = {
    containers: [
      { name: 'a', image: 'i' },
      { name: 'b', image: 'i' },
    ],
  };
  it.each([
    [{}, 'GET', '/log', 204, ''],
    [{}, 'GET', '/log?container=x', 400, 'container x is not valid for pod p'],
    [two, 'GET', '/log', 400, 'a container name must be specified for pod p, choose one of: [a b]'],
    [{}, 'POST', '/exec?command=ls', 400, 'pod p does not have a host assigned'],
    [two, 'POST', '/attach', 400, 'a container name must be specified for pod p, choose one of: [a b]'],
    [two, 'GET', '/portforward', 400, 'pod p does not have a host assigned'],
    [{ nodeName: 'n' }, 'GET', '/log', 501, 'pods/log is not served by this cluster yet'],
    [{ nodeName: 'n' }, 'GET', '/exec', 501, 'pods/exec is not served by this cluster yet'],
    [{ nodeName: 'n' }, 'GET', '/proxy/index.html', 501, 'pods/proxy is not served by this cluster yet'],
  ])('of a pod with %j: %s %s is %i %s', async (spec, method, path, code, message) => {
    await cluster.create('', 'pods', testPod('p', spec));
    const answer = await call(method, POD + path);
    expect([answer.code, answer.body?.message ?? '']).toEqual([code, message]);
  });

  it('of what is missing', async () => {
    expect((await call('GET', `${POD}/log`)).body.message).toBe('pods "p" not found');
    expect((await call('GET', '/api/v1/nodes/ghost/proxy/stats')).body.message).toBe(
      'nodes "ghost" not found',
    );
  });

  it('of a service without and with endpoints', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/services/http:web:80/proxy/`;
    await cluster.create('', 'services', { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } });
    const without = await call('GET', path);
    expect([without.code, without.body.message]).toEqual([
      503,
      'no endpoints available for service "http:web:80"',
    ]);
    await cluster.put('discovery.k8s.io', 'endpointslices', {
      metadata: { name: 'web-1', namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    });
    expect((await call('GET', path)).code).toBe(501);
  });
});

describe('scale', () => {
  const APPLY = 'application/apply-patch+yaml';
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/d/scale`;
  const apply = (query: string, spec: object) =>
    call('PATCH', `${path}?${query}`, { apiVersion: 'autoscaling/v1', kind: 'Scale', spec }, APPLY);
  beforeEach(async () => {
    const labels = { app: 'd' };
    await cluster.create(
      'apps',
      'deployments',
      {
        metadata: { name: 'd' },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        },
      } as never,
      { fieldManager: 'maker' },
    );
  });

  it('is applied: whoever applies it owns the replicas and nothing else', async () => {
    const { code, body } = await apply('fieldManager=scaler&force=true', { replicas: 3 });
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
    const { spec, metadata } = (await cluster.get('apps', 'deployments', NAMESPACE, 'd')) as any;
    expect(spec).toMatchObject({ replicas: 3, selector: { matchLabels: { app: 'd' } } });
    expect(metadata.generation).toBe(2);
    expect(metadata.managedFields.find(({ manager }: any) => manager === 'scaler')).toMatchObject({
      operation: 'Apply',
      subresource: 'scale',
      apiVersion: 'apps/v1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    });
  });

  it.each([
    ['a conflict', 'fieldManager=scaler', { replicas: 3 }, 409],
    ['no field manager', 'force=true', { replicas: 3 }, 422],
    ['a negative number', 'fieldManager=scaler&force=true', { replicas: -1 }, 422],
    ['no number', 'fieldManager=scaler&force=true', { replicas: 'three' }, 500],
  ])('is not applied with %s', async (_what, query, spec, code) => {
    expect((await apply(query, spec)).code).toBe(code);
  });

  it('is not applied to what is missing', async () => {
    const absent = path.replace('/d/', '/x/');
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 1 } };
    expect((await call('PATCH', `${absent}?fieldManager=a`, scale, APPLY)).code).toBe(404);
  });
});

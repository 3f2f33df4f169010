/** Resources that are asked and not kept: reviews, bindings, and the component statuses, which can only be read. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminClient, type Client, makeCluster } from '../support/client.ts';
import { SURFACE } from './surface.ts';

const admin = adminClient();
let client: Client;
let cluster: string;

beforeAll(async () => {
  ({ client, id: cluster } = await makeCluster(admin));
});
afterAll(async () => {
  await admin.delete(`/clusters/${cluster}`);
});

const attributes = { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } };

/** What is asked, and what the answer's status must hold. */
const REVIEWS: Readonly<Record<string, { spec?: object; status: object }>> = {
  'authentication.k8s.io/v1/selfsubjectreviews': {
    status: {
      userInfo: { username: expect.stringMatching(/./), groups: expect.arrayContaining(['system:masters']) },
    },
  },
  'authentication.k8s.io/v1/tokenreviews': { spec: { token: 'nobodys' }, status: { user: {} } },
  'authorization.k8s.io/v1/localsubjectaccessreviews': {
    spec: { ...attributes, user: 'root', groups: ['system:masters'] },
    status: { allowed: true },
  },
  'authorization.k8s.io/v1/selfsubjectaccessreviews': { spec: attributes, status: { allowed: true } },
  'authorization.k8s.io/v1/selfsubjectrulesreviews': {
    spec: { namespace: 'default' },
    status: { resourceRules: expect.any(Array), nonResourceRules: expect.any(Array), incomplete: false },
  },
  'authorization.k8s.io/v1/subjectaccessreviews': {
    spec: { ...attributes, user: 'nobody' },
    status: { allowed: false },
  },
};

const createOnly = SURFACE.filter(({ verbs }) => verbs === 'create');
const pathOf = ({ gv, resource, namespaced }: (typeof SURFACE)[number]): string =>
  `${gv.includes('/') ? `/apis/${gv}` : `/api/${gv}`}${namespaced ? '/namespaces/default' : ''}/${resource}`;

it('has a question for every review', () => {
  const reviews = createOnly.filter(({ resource }) => resource !== 'bindings');
  expect(Object.keys(REVIEWS).sort()).toEqual(reviews.map(({ gv, resource }) => `${gv}/${resource}`).sort());
});

describe.each(createOnly.map((row) => [`${row.resource}.${row.gv}`, row] as const))('%s', (_title, row) => {
  const review = REVIEWS[`${row.gv}/${row.resource}`];

  it.runIf(review)('answers', async () => {
    const answer = await client.post(pathOf(row), {
      apiVersion: row.gv,
      kind: row.kind,
      ...(review!.spec ? { spec: review!.spec } : {}),
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json).toMatchObject({ apiVersion: row.gv, kind: row.kind, status: review!.status });
  });

  it.runIf(review)('is no table', async () => {
    const answer = await client.post(
      pathOf(row),
      { apiVersion: row.gv, kind: row.kind, ...(review!.spec ? { spec: review!.spec } : {}) },
      { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    );
    expect(answer.json).toMatchObject({ code: 406, reason: 'NotAcceptable' });
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('has no %s', async (method) => {
    const answer = await client.request(method, pathOf(row), {
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: {}, type: 'application/merge-patch+json' }),
    });
    expect(answer.json).toMatchObject({
      code: 405,
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
    });
  });
});

describe('bindings', () => {
  const pods = '/api/v1/namespaces/default/pods';
  const pod = (name: string) => ({
    metadata: { name },
    spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'registry.example/app:1' }] },
  });
  beforeAll(async () => {
    // A controller makes it soon; pods need it at once.
    await client.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  });

  it.each([
    ['the subresource', `${pods}/bound-one/binding`, 'bound-one'],
    ['the resource', '/api/v1/namespaces/default/bindings', 'bound-two'],
  ])('bind a pod once, through %s', async (_title, path, name) => {
    const made = await client.post(pods, pod(name));
    expect(made.status, made.text).toBe(201);
    const binding = { metadata: { name }, target: { kind: 'Node', name: 'far-away' } };
    const answer = await client.post(path, binding);
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Success', code: 201 });
    expect(answer.status).toBe(201);
    const bound = (await client.get(`${pods}/${name}`)).json;
    expect(bound.spec.nodeName).toBe('far-away');
    expect(bound.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'PodScheduled', status: 'True' }),
    );
    const again = await client.post(path, binding);
    expect(again.json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "far-away"`,
    });
  });
});

describe('componentstatuses', () => {
  it('can be read and nothing else', async () => {
    const list = await client.get('/api/v1/componentstatuses');
    expect(list.status, list.text).toBe(200);
    expect(list.json).toMatchObject({ kind: 'ComponentStatusList', apiVersion: 'v1' });
    expect(Array.isArray(list.json.items)).toBe(true);
    expect((await client.post('/api/v1/componentstatuses', {})).status).toBe(405);
    expect((await client.delete('/api/v1/componentstatuses')).status).toBe(405);
    expect((await client.get('/api/v1/componentstatuses/nobody')).status).toBe(404);
  });
});

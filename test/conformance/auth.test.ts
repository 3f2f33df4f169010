/** Upstream test/e2e/auth/{service_accounts,subjectreviews}.go. */
import { expect } from 'vitest';
import { becomes, conformance, type E2E, eventually, gone, ok, types } from './suite.ts';

const accounts = (e2e: E2E): string => e2e.at('v1/serviceaccounts');

conformance(
  'A',
  '[sig-auth] ServiceAccounts should allow opting out of API token automount [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    for (const [name, automountServiceAccountToken] of [
      ['mount', true],
      ['nomount', false],
      ['default', undefined],
    ] as const) {
      if (name !== 'default') {
        await ok(client.post(accounts(e2e), { metadata: { name }, automountServiceAccountToken }), 201);
      }
    }
    const cases: [string, boolean | undefined, boolean][] = [
      ['default', undefined, true],
      ['mount', undefined, true],
      ['nomount', undefined, false],
      ['default', true, true],
      ['mount', true, true],
      ['nomount', true, true],
      ['default', false, false],
      ['mount', false, false],
      ['nomount', false, false],
    ];
    for (const [serviceAccountName, automountServiceAccountToken, mounted] of cases) {
      const pod = await ok(
        client.post(e2e.at('v1/pods'), {
          metadata: { generateName: `pod-service-account-${serviceAccountName}-` },
          spec: {
            serviceAccountName,
            ...(automountServiceAccountToken === undefined ? {} : { automountServiceAccountToken }),
            restartPolicy: 'Never',
            containers: [{ name: 'token-test', image: 'registry.k8s.io/e2e-test-images/agnhost:2.53' }],
          },
        }),
        201,
      );
      const paths = (pod.spec.containers[0].volumeMounts ?? []).map(({ mountPath }: any) => mountPath);
      expect(paths.includes('/var/run/secrets/kubernetes.io/serviceaccount')).toBe(mounted);
      expect((pod.spec.volumes ?? []).some(({ projected }: any) => projected)).toBe(mounted);
    }
  },
);

conformance(
  'A',
  '[sig-auth] ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace [Conformance]',
  async (e2e) => {
    const { client } = e2e;
    const path = `${e2e.at('v1/configmaps')}/kube-root-ca.crt`;
    const complete = ({ data }: any): boolean => String(data?.['ca.crt']).includes('BEGIN CERTIFICATE');
    const first = await becomes(e2e, path, 'the root certificate', complete);
    await ok(client.delete(path));
    await becomes(
      e2e,
      path,
      'the root certificate anew',
      (one) => complete(one) && one.metadata.uid !== first.metadata.uid,
    );
    await ok(client.patch(path, 'merge', { data: { 'ca.crt': '' } }));
    const again = await becomes(e2e, path, 'the root certificate put right', complete);
    expect(again.data).toEqual(first.data);
  },
);

conformance(
  'A',
  '[sig-auth] ServiceAccounts should run through the lifecycle of a ServiceAccount [Conformance]',
  async (e2e) => {
    const { client, unique } = e2e;
    const label = `labelSelector=test-serviceaccount-static%3D${unique}`;
    const watch = await client.watch(`${accounts(e2e)}?watch=true&timeoutSeconds=60&${label}`);
    const metadata = { name: 'testserviceaccount', labels: { 'test-serviceaccount-static': unique } };
    await ok(client.post(accounts(e2e), { metadata }), 201);
    await types(watch, 'ADDED');
    await ok(
      client.patch(`${accounts(e2e)}/testserviceaccount`, 'strategic', {
        automountServiceAccountToken: false,
      }),
    );
    const [event] = await types(watch, 'MODIFIED');
    expect(event!.object.automountServiceAccountToken).toBe(false);
    const { items } = await ok(client.get(`${e2e.all('v1/serviceaccounts')}?${label}`));
    expect(items.map((one: any) => one.metadata.name)).toEqual(['testserviceaccount']);
    await ok(client.delete(`${accounts(e2e)}?${label}`));
    await types(watch, 'DELETED');
    watch.close();
  },
);

conformance('A', '[sig-auth] ServiceAccounts should update a ServiceAccount [Conformance]', async (e2e) => {
  const { client } = e2e;
  const made = await ok(client.post(accounts(e2e), { metadata: { name: 'e2e-sa' } }), 201);
  expect(made.automountServiceAccountToken).toBeUndefined();
  const updated = await eventually('an update', async () => {
    const current = await ok(client.get(`${accounts(e2e)}/e2e-sa`));
    const answer = await client.put(`${accounts(e2e)}/e2e-sa`, {
      ...current,
      automountServiceAccountToken: true,
    });
    return answer.status === 409 ? undefined : ok(answer);
  });
  expect(updated.automountServiceAccountToken).toBe(true);
});

conformance(
  'A',
  '[sig-auth] ServiceAccounts should create a serviceAccountToken and ensure a successful TokenReview [Conformance]',
  async (e2e) => {
    const { client, namespace } = e2e;
    const account = await ok(client.post(accounts(e2e), { metadata: { name: 'e2e-sa' } }), 201);
    const request = await ok(
      client.post(`${accounts(e2e)}/e2e-sa/token`, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3600 },
      }),
      201,
    );
    const { token, expirationTimestamp } = request.status;
    expect(Date.parse(expirationTimestamp)).toBeGreaterThan(Date.now());
    const review = await ok(
      client.post('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token },
      }),
      201,
    );
    expect(review.status.error).toBeUndefined();
    expect(review.status).toMatchObject({
      authenticated: true,
      user: {
        username: `system:serviceaccount:${namespace}:e2e-sa`,
        uid: account.metadata.uid,
        groups: expect.arrayContaining([
          'system:serviceaccounts',
          `system:serviceaccounts:${namespace}`,
          'system:authenticated',
        ]),
      },
    });
    await ok(client.delete(`${accounts(e2e)}/e2e-sa`));
    await gone(e2e, `${accounts(e2e)}/e2e-sa`);
  },
);

conformance(
  'A',
  '[sig-auth] SubjectReview should support SubjectReview API operations [Conformance]',
  async (e2e) => {
    const { client, namespace } = e2e;
    const user = `system:serviceaccount:${namespace}:e2e-sa`;
    const account = await ok(client.post(accounts(e2e), { metadata: { name: 'e2e-sa' } }), 201);
    const { uid } = account.metadata;
    const resourceAttributes = { namespace, verb: 'list', resource: 'configmaps', version: 'v1' };
    const groups = ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`];
    const sar = await ok(
      client.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        kind: 'SubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        spec: { resourceAttributes, user, groups, uid },
      }),
      201,
    );
    expect(sar.status.allowed).toBe(false);
    // The service account itself meets the same answer.
    const impersonated = await client.get(e2e.at('v1/configmaps'), {
      headers: {
        'Impersonate-User': user,
        'Impersonate-Uid': uid,
        'Impersonate-Group': groups.join(','),
      },
    });
    expect(impersonated.status).toBe(403);
    const local = await ok(
      client.post(`/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews`, {
        kind: 'LocalSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        metadata: { namespace },
        spec: { resourceAttributes, user, groups, uid },
      }),
      201,
    );
    expect(local.status.allowed).toBe(false);
  },
);

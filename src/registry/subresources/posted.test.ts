import { beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster, testPod } from '../admission/testing.ts';
import { bind } from './binding.ts';
import { admitPosted } from './posted.ts';
import { requestToken } from './token.ts';

const GROUP = 'admissionregistration.k8s.io';
const EVICTION = {
  subresource: 'eviction',
  kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
  object: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } },
};

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster();
});

async function deny(resource: string, messageExpression: string): Promise<void> {
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: [resource] };
  await cluster.create(GROUP, 'validatingadmissionpolicies', {
    metadata: { name: 'policy' },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'false', messageExpression }],
    },
  } as KubeObject);
  await cluster.create(GROUP, 'validatingadmissionpolicybindings', {
    metadata: { name: 'binding' },
    spec: { policyName: 'policy', validationActions: ['Deny'] },
  } as KubeObject);
}
const DENIED = "is forbidden: ValidatingAdmissionPolicy 'policy' with binding 'binding' denied request:";
const SEEN =
  "request.operation + ' ' + request.subResource + ' ' + request.kind.kind + ' ' + object.kind + ' ' + request.options.kind";

const evict = () =>
  refusal(admitPosted(cluster.ctx, resourceNamed('', 'pods'), NAMESPACE, 'p', EVICTION, {}));

describe('what is posted to a subresource', () => {
  it('is looked at by policies', async () => {
    expect(await evict()).toBe('not refused');
    await deny('pods/eviction', SEEN);
    expect(await evict()).toBe(`422 pods "p" ${DENIED} CREATE eviction Eviction Eviction CreateOptions`);
  });

  it('is as complete as what is answered', async () => {
    await deny('serviceaccounts/token', `${SEEN} + ' ' + string(object.spec.expirationSeconds)`);
    expect(await refusal(requestToken(cluster.ctx, NAMESPACE, 'default', {}))).toBe(
      `422 serviceaccounts "default" ${DENIED} CREATE token TokenRequest TokenRequest CreateOptions 3600`,
    );
  });

  it('is refused in a namespace that is going', async () => {
    const metadata = { name: NAMESPACE, deletionTimestamp: '2026-01-01T00:00:00Z' };
    await cluster.put('', 'namespaces', { metadata });
    expect(await evict()).toBe(
      `403 pods "p" is forbidden: unable to create new content in namespace ${NAMESPACE} because it is being terminated`,
    );
  });

  it('is all that policies see of a binding', async () => {
    await cluster.create('', 'pods', testPod('p', {}));
    await deny('pods/binding', 'string(object.target.name)');
    const binding = { metadata: { name: 'p' }, target: { name: 'n' } };
    const bound = await bind(cluster.ctx, NAMESPACE, 'p', binding);
    expect(bound.spec!.nodeName).toBe('n');
  });
});

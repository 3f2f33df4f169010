import { expect, it } from 'vitest';
import type { ValidatingAdmissionPolicy } from '../apimachinery/types/admissionregistration.v1.gen.ts';
import { BUILT_IN } from '../apis/catalog.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { startCluster } from './testing.ts';
import { typeWarnings, validatingPolicyStatusController } from './validating-policy-status.ts';

const POLICIES: ResourceName = ['admissionregistration.k8s.io', 'validatingadmissionpolicies'];

const policy = (expression: string, apiGroups = ['apps']): ValidatingAdmissionPolicy & KubeObject => ({
  metadata: { name: 'p' },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups, apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments', 'pods/status'] },
      ],
    },
    validations: [{ expression }],
  },
});

it('tells of fields that a kind does not have', () => {
  expect(typeWarnings(policy('object.spec.replicas > 1'), BUILT_IN)).toEqual([]);
  expect(typeWarnings(policy('object.spec.replicants > 1'), BUILT_IN)).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning:
        "apps/v1, Kind=Deployment: compilation failed: ERROR: <input>:1:12: undefined field 'replicants'\n | object.spec.replicants > 1\n | ...........^\n",
    },
  ]);
});

it('says nothing where a rule means more than it names', () => {
  expect(typeWarnings(policy('object.nonsense', ['*']), BUILT_IN)).toEqual([]);
});

it('keeps what it found in the status, with the generation it is about', async () => {
  const cluster = await startCluster({ controllers: [validatingPolicyStatusController] });
  await cluster.client.create(POLICIES, '', policy('object.spec.replicants > 1'));
  await cluster.settle();
  const found = await cluster.client.get<ValidatingAdmissionPolicy & KubeObject>(POLICIES, '', 'p');
  expect(found!.status).toMatchObject({
    observedGeneration: 1,
    typeChecking: { expressionWarnings: [{ fieldRef: 'spec.validations[0].expression' }] },
  });
  await cluster.client.update<KubeObject>(POLICIES, '', 'p', (object) => ({
    ...object,
    spec: policy('object.spec.replicas > 1').spec,
  }));
  await cluster.settle();
  const checked = await cluster.client.get<ValidatingAdmissionPolicy & KubeObject>(POLICIES, '', 'p');
  expect(checked!.status).toEqual({ observedGeneration: 2, typeChecking: {} });
});

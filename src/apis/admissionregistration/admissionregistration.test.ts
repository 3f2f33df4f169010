import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type {
  MutatingAdmissionPolicy,
  MutatingWebhook,
  ValidatingAdmissionPolicy,
  ValidatingWebhook,
} from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import {
  defaultMutatingAdmissionPolicy,
  defaultMutatingWebhookConfiguration,
  defaultPolicyBinding,
  defaultValidatingAdmissionPolicy,
} from './defaults.ts';
import { mutatingWebhookConfigurations } from './mutating-webhook-configuration.ts';
import { paramKindCell, paramRefCell } from './policy-cells.ts';
import {
  validateMutatingAdmissionPolicy,
  validateValidatingAdmissionPolicy,
  validateValidatingAdmissionPolicyBinding,
} from './policy-validation.ts';
import {
  validateMutatingWebhookConfiguration,
  validateMutatingWebhookConfigurationUpdate,
} from './webhook-validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const RULE = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };

const webhook = (change: Partial<MutatingWebhook> = {}): MutatingWebhook => ({
  name: 'check.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://example.com/check' },
  rules: [{ ...RULE }],
  ...change,
});

describe('webhooks', () => {
  it('get their defaults', () => {
    const webhooks = [webhook({ clientConfig: { service: { name: 's', namespace: 'n' } } })];
    defaultMutatingWebhookConfiguration({ webhooks });
    expect(webhooks[0]).toMatchObject({
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      reinvocationPolicy: 'Never',
      clientConfig: { service: { port: 443 } },
      rules: [{ scope: '*' }],
    });
    expect(validateMutatingWebhookConfiguration({ webhooks })).toEqual([]);
  });

  it.each<[Partial<ValidatingWebhook>, string[]]>([
    [
      { name: 'check' },
      [
        'webhooks[0].name: Invalid value: "check": should be a domain with at least three segments separated by dots',
      ],
    ],
    [
      { sideEffects: 'Some' },
      ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    ],
    [
      { timeoutSeconds: 31 },
      ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
    ],
    [
      { clientConfig: {} },
      ['webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
    ],
    [
      { admissionReviewVersions: ['v2'] },
      [
        'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      { rules: [{ ...RULE, resources: ['pods/*', 'pods/status'] }] },
      [
        `webhooks[0].rules[0].resources[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status`,
      ],
    ],
    [
      { rules: [{ ...RULE, operations: ['*', 'CREATE'] }] },
      [
        `webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
      ],
    ],
    [
      { matchConditions: [{ name: 'a', expression: ' ' }] },
      ['webhooks[0].matchConditions[0].expression: Required value'],
    ],
  ])('%j', (change, errors) => {
    expect(texts(validateMutatingWebhookConfiguration({ webhooks: [webhook(change)] }))).toEqual(errors);
  });

  it('have names of their own', () => {
    expect(texts(validateMutatingWebhookConfiguration({ webhooks: [webhook(), webhook()] }))).toEqual([
      'webhooks[1].name: Duplicate value: "check.example.com"',
    ]);
  });

  it('may keep the names they share, and expressions that say nothing', () => {
    const conditions = { matchConditions: [{ name: 'a', expression: ' ' }] };
    const old = { webhooks: [webhook(conditions), webhook()] };
    expect(validateMutatingWebhookConfigurationUpdate(old, old)).toEqual([]);
    const unique = { webhooks: [webhook()] };
    expect(
      texts(validateMutatingWebhookConfigurationUpdate({ webhooks: [webhook(), webhook()] }, unique)),
    ).toEqual(['webhooks[1].name: Duplicate value: "check.example.com"']);
  });

  it('warn of names that belong to files', () => {
    const { warningsOnCreate, warningsOnUpdate } = mutatingWebhookConfigurations.strategy;
    const object = { metadata: { name: 'a.static.k8s.io' } };
    expect(warningsOnCreate!(object, {} as StrategyContext)).toHaveLength(1);
    expect(warningsOnUpdate!(object, object, {} as StrategyContext)).toHaveLength(1);
    expect(warningsOnCreate!({ metadata: { name: 'a' } }, {} as StrategyContext)).toEqual([]);
  });

  it('count as generations', () => {
    const { strategy } = mutatingWebhookConfigurations;
    const ctx = {} as StrategyContext;
    const old = { metadata: { name: 'x' }, webhooks: [webhook()] };
    strategy.prepareForCreate!(old, ctx);
    const object = { metadata: { name: 'x', generation: 1 }, webhooks: [webhook({ timeoutSeconds: 5 })] };
    strategy.prepareForUpdate!(object, old, ctx);
    expect([old.metadata, object.metadata]).toMatchObject([{ generation: 1 }, { generation: 2 }]);
  });
});

describe('policies', () => {
  const validating = (spec: ValidatingAdmissionPolicy['spec'] = {}): ValidatingAdmissionPolicy => {
    const policy = {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: { resourceRules: [{ ...RULE }] },
        validations: [{ expression: 'true' }],
        ...spec,
      },
    };
    defaultValidatingAdmissionPolicy(policy);
    return policy;
  };

  it.each<[ValidatingAdmissionPolicy['spec'], string[]]>([
    [{}, []],
    [
      { failurePolicy: 'Maybe' },
      ['spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"'],
    ],
    [{ matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    [
      { validations: [{ expression: '', reason: 'Odd' }] },
      [
        'spec.validations[0].expression: Required value: expression is not specified',
        'spec.validations[0].reason: Unsupported value: "Odd": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
      ],
    ],
    [
      { paramKind: { apiVersion: 'a/b/c', kind: 'X' } },
      ['spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
    ],
    [
      { variables: [{ name: 'in', expression: '1' }] },
      ['spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier'],
    ],
  ])('validate: %j', (spec, errors) => {
    expect(texts(validateValidatingAdmissionPolicy(validating(spec)))).toEqual(errors);
  });

  it('mutate in one way at a time', () => {
    const policy: MutatingAdmissionPolicy = {
      spec: {
        matchConstraints: { resourceRules: [{ ...RULE }] },
        mutations: [{ patchType: 'JSONPatch', applyConfiguration: { expression: 'x' } }],
        reinvocationPolicy: 'Never',
      },
    };
    defaultMutatingAdmissionPolicy(policy);
    expect(texts(validateMutatingAdmissionPolicy(policy))).toEqual([
      'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
      'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
    ]);
  });

  it('are bound with parameters and actions', () => {
    const binding = {
      spec: {
        policyName: 'p',
        paramRef: { parameterNotFoundAction: 'Deny' },
        validationActions: ['Deny', 'Warn'],
      },
    };
    defaultPolicyBinding(binding);
    expect(binding.spec.paramRef).toEqual({ parameterNotFoundAction: 'Deny' });
    expect(texts(validateValidatingAdmissionPolicyBinding(binding))).toEqual([
      'spec.paramRef: Required value: one of name or selector must be specified',
      'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ]);
  });

  it('print their parameters', () => {
    expect(paramKindCell({ apiVersion: 'g/v1', kind: 'K' })).toBe('g/v1/K');
    expect(paramKindCell(undefined)).toBe('<unset>');
    expect(paramRefCell({ namespace: 'n', name: 'x' })).toBe('n/x');
    expect(paramRefCell({ name: 'x' })).toBe('*/x');
    expect(paramRefCell({ selector: { matchLabels: { a: 'b' } } })).toBe(
      '&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}',
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { RoleBinding } from '../../apimachinery/types/rbac.v1.gen.ts';
import { bindingCells, defaultBinding, RBAC_GROUP } from './binding.ts';
import {
  validateBindingUpdate,
  validateClusterRole,
  validateClusterRoleBinding,
  validateRbacName,
  validateRole,
  validateRoleBinding,
} from './validation.ts';

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const roleRef = { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: 'view' };

describe('names', () => {
  it('are path segments', () => {
    expect(validateRbacName('system:node')).toEqual([]);
    expect(validateRbacName('a/b')).toEqual(["may not contain '/'"]);
  });
});

describe('rules', () => {
  it.each([
    [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }, []],
    [
      { apiGroups: [''], resources: ['pods'], verbs: [] },
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      { verbs: ['get'] },
      [
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
    ],
    [{ apiGroups: [''], resources: ['a', 'b'], resourceNames: ['x'], verbs: ['get'] }, []],
    [
      { nonResourceURLs: ['/healthz'], verbs: ['get'] },
      [
        'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs',
      ],
    ],
  ])('of a Role: %j', (rule, errors) => {
    expect(texts(validateRole({ rules: [rule] }))).toEqual(errors);
  });

  it('of a ClusterRole speak of resources or of URLs', () => {
    expect(validateClusterRole({ rules: [{ nonResourceURLs: ['*'], verbs: ['*'] }] })).toEqual([]);
    const both = { nonResourceURLs: ['*'], resources: ['pods'], verbs: ['*'] };
    expect(texts(validateClusterRole({ rules: [both] }))).toEqual([
      'rules[0].nonResourceURLs: Invalid value: ["*"]: rules cannot apply to both regular resources and non-resource URLs',
    ]);
  });

  it('are aggregated by selectors', () => {
    expect(texts(validateClusterRole({ aggregationRule: {} }))).toEqual([
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ]);
  });
});

describe('bindings', () => {
  it('get their API groups', () => {
    const binding: RoleBinding = {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'jane' },
        { kind: 'ServiceAccount', name: 'sa', namespace: 'n' },
      ],
    };
    defaultBinding(binding);
    expect(binding.roleRef.apiGroup).toBe(RBAC_GROUP);
    expect(binding.subjects).toEqual([
      { kind: 'User', name: 'jane', apiGroup: RBAC_GROUP },
      { kind: 'ServiceAccount', name: 'sa', namespace: 'n' },
    ]);
  });

  it.each([
    [{ kind: 'User', name: '', apiGroup: RBAC_GROUP }, ['subjects[0].name: Required value']],
    [{ kind: 'ServiceAccount', name: 'sa' }, ['subjects[0].namespace: Required value']],
    [
      { kind: 'Robot', name: 'r2' },
      ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
    ],
  ])('name subjects: %j', (subject, errors) => {
    expect(texts(validateClusterRoleBinding({ roleRef, subjects: [subject] }))).toEqual(errors);
  });

  it('of a namespace may grant cluster roles, but not the other way round', () => {
    expect(validateRoleBinding({ roleRef })).toEqual([]);
    expect(texts(validateClusterRoleBinding({ roleRef: { ...roleRef, kind: 'Role' } }))).toEqual([
      'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ]);
  });

  it('keep their role', () => {
    expect(validateBindingUpdate({ roleRef }, { roleRef: { ...roleRef } })).toEqual([]);
    expect(texts(validateBindingUpdate({ roleRef: { ...roleRef, name: 'edit' } }, { roleRef }))).toEqual([
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef',
    ]);
  });

  it('print who gets what', () => {
    const subjects = [
      { kind: 'User', name: 'a' },
      { kind: 'User', name: 'b' },
      { kind: 'ServiceAccount', name: 'sa', namespace: 'n' },
    ];
    expect(bindingCells({ metadata: { name: 'x' }, roleRef, subjects }, 0)).toEqual([
      'x',
      'ClusterRole/view',
      '<unknown>',
      'a, b',
      '',
      'n/sa',
    ]);
  });
});

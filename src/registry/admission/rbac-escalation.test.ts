import { beforeEach, describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { resourceNamed } from '../../apis/resources.ts';
import { create } from '../create.ts';
import { guaranteedUpdate } from '../update.ts';
import { NAMESPACE, refusal, type TestCluster, testCluster } from './testing.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READ: PolicyRule = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
const WRITE: PolicyRule = { apiGroups: [''], resources: ['pods'], verbs: ['delete', 'get'] };
const ALL: PolicyRule = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
const ALL_PATHS: PolicyRule = { nonResourceURLs: ['*'], verbs: ['*'] };
const eve = { username: 'eve', groups: ['devs'] };

let cluster: TestCluster;
const role = (name: string, rules: PolicyRule[], rest: KubeObject = {}): KubeObject => ({
  metadata: { name },
  rules,
  ...rest,
});
const binding = (name: string, kind: string, of: string): KubeObject => ({
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind, name: of },
  subjects: [{ kind: 'User', apiGroup: RBAC, name: 'bob' }],
});
const define = (resource: string) => resourceNamed(RBAC, resource);
/** As eve. */
const make = (resource: string, object: KubeObject) =>
  refusal(create({ ...cluster.ctx, user: eve }, define(resource), NAMESPACE, object));
const change = (resource: string, name: string, how: (object: Stored) => KubeObject) =>
  refusal(guaranteedUpdate({ ...cluster.ctx, user: eve }, define(resource), NAMESPACE, name, how));

/** Gives eve rules in the whole cluster. */
async function give(name: string, ...rules: PolicyRule[]): Promise<void> {
  await cluster.put(RBAC, 'clusterroles', role(name, rules));
  const subjects = [{ kind: 'User', name: 'eve' }];
  await cluster.put(RBAC, 'clusterrolebindings', { ...binding(name, 'ClusterRole', name), subjects });
}

beforeEach(async () => {
  cluster = await testCluster();
  await give('eve', READ);
});

const WORDS =
  'user "eve" (groups=["devs"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}';

describe('a role', () => {
  it('gives what its author has', async () => {
    expect(await make('roles', role('r', [READ]))).toBe('not refused');
    expect(await make('clusterroles', role('r', [READ]))).toBe('not refused');
  });

  it('gives nothing else', async () => {
    expect(await make('roles', role('r', [WRITE]))).toBe(`403 roles.${RBAC} "r" is forbidden: ${WORDS}`);
    expect(await make('clusterroles', role('r', [WRITE]))).toBe(
      `403 clusterroles.${RBAC} "r" is forbidden: ${WORDS}`,
    );
    expect(await make('roles', { metadata: { generateName: 'r-' }, rules: [WRITE] })).toBe(
      `403 roles.${RBAC} is forbidden: ${WORDS}`,
    );
  });

  it('is refused before it is checked', async () => {
    expect(
      await make('roles', role('r', [{ ...WRITE, resourceNames: ['a'], resources: ['a', 'b'] }])),
    ).toMatch(/^403 /);
  });

  it('gives anything when its author may escalate it', async () => {
    await give('escalator', { apiGroups: [RBAC], resources: ['roles'], verbs: ['escalate'] });
    expect(await make('roles', role('r', [WRITE]))).toBe('not refused');
    expect(await make('clusterroles', role('r', [WRITE]))).toMatch(/^403 /);
  });

  it('may be escalated by name, once it is there', async () => {
    const only = { apiGroups: [RBAC], resources: ['roles'], resourceNames: ['r'], verbs: ['escalate'] };
    await give('escalator', only);
    expect(await make('roles', role('r', [WRITE]))).toMatch(/^403 /);
    await cluster.create(RBAC, 'roles', role('r', [READ]));
    expect(await change('roles', 'r', (object) => ({ ...object, rules: [WRITE] }))).toBe('not refused');
  });

  it('of somebody mightier is not changed by a weaker one, but for what the garbage collector changes', async () => {
    await cluster.create(RBAC, 'roles', role('r', [WRITE]));
    const relabel = (object: Stored) => ({
      ...object,
      metadata: { ...object.metadata, labels: { a: 'b' } },
    });
    const finalize = (object: Stored) => ({
      ...object,
      metadata: { ...object.metadata, finalizers: ['a.io/b'] },
    });
    expect(await change('roles', 'r', relabel)).toBe(`403 roles.${RBAC} "r" is forbidden: ${WORDS}`);
    expect(await change('roles', 'r', finalize)).toBe('not refused');
  });

  it('aggregates by the will of those alone who have everything', async () => {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    expect(await make('clusterroles', role('r', [], { aggregationRule }))).toBe(
      `403 clusterroles.${RBAC} "r" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
    );
    await give('everything', ALL, ALL_PATHS);
    expect(await make('clusterroles', role('r', [], { aggregationRule }))).toBe('not refused');
  });
});

describe('a binding', () => {
  beforeEach(async () => {
    await cluster.create(RBAC, 'clusterroles', role('strong', [WRITE]));
    await cluster.create(RBAC, 'roles', role('weak', [READ]));
  });

  it('gives what its author has', async () => {
    expect(await make('rolebindings', binding('b', 'Role', 'weak'))).toBe('not refused');
  });

  it.each(['rolebindings', 'clusterrolebindings'])('gives nothing else: %s', async (resource) => {
    expect(await make(resource, binding('b', 'ClusterRole', 'strong'))).toBe(
      `403 ${resource}.${RBAC} "b" is forbidden: ${WORDS}`,
    );
  });

  it('gives a role that its author may bind', async () => {
    const only = {
      apiGroups: [RBAC],
      resources: ['clusterroles'],
      resourceNames: ['strong'],
      verbs: ['bind'],
    };
    await give('binder', only);
    expect(await make('clusterrolebindings', binding('b', 'ClusterRole', 'strong'))).toBe('not refused');
  });

  it('needs a role', async () => {
    expect(await make('rolebindings', binding('b', 'Role', 'nope'))).toBe(
      `404 rolebindings.${RBAC} "nope" not found`,
    );
    expect(await make('rolebindings', binding('b', 'Robot', 'nope'))).toMatch(/^422 /);
  });

  it('gets no more subjects from who could not have made it', async () => {
    await cluster.create(RBAC, 'rolebindings', binding('b', 'ClusterRole', 'strong'));
    expect(await change('rolebindings', 'b', (object) => ({ ...object, subjects: [] }))).toBe(
      `403 rolebindings.${RBAC} "b" is forbidden: ${WORDS}`,
    );
  });

  it('is made by an administrator without questions', async () => {
    expect(await refusal(cluster.create(RBAC, 'rolebindings', binding('b', 'Role', 'nope')))).toBe(
      'not refused',
    );
  });
});

describe('what is permitted', () => {
  it('is proved when it is written, so that a role taken away meanwhile gives nothing more', async () => {
    const other = cluster.other();
    // This server remembers the roles of before.
    expect(await make('roles', role('first', [READ]))).toBe('not refused');
    await other.remove(RBAC, 'clusterrolebindings', '', 'eve');
    expect(await make('roles', role('second', [READ]))).toMatch(/^403 /);
  });

  it('is looked up again before it is refused', async () => {
    expect(await make('roles', role('r', [WRITE]))).toMatch(/^403 /);
    const other = cluster.other();
    await other.put(RBAC, 'clusterroles', role('eve', [READ, WRITE]));
    expect(await make('roles', role('r', [WRITE]))).toBe('not refused');
  });
});

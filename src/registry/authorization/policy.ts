/**
 * The roles and bindings of a cluster, as far as a request needs them, and the rules they give to a user.
 * Source: kubernetes pkg/registry/rbac/validation/rule.go, plugin/pkg/auth/authorizer/rbac/rbac.go.
 */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { notFound } from '../../apimachinery/status.ts';
import type { PolicyRule, RoleRef, Subject } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { UserInfo } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { objectKey } from '../../storage/keys.ts';
import { type Attributes, type Decision, isSuperuser } from './attributes.ts';
import { ruleAllows } from './rules.ts';

export const RBAC = 'rbac.authorization.k8s.io';

type Objects = readonly Stored[];

/** All of a cluster, and of one namespace; both empty for a request at the cluster scope. Ordered by name. */
export interface PolicyObjects {
  readonly clusterRoles: Objects;
  readonly clusterRoleBindings: Objects;
  readonly namespace: string;
  readonly roles: Objects;
  readonly roleBindings: Objects;
}

const ACCOUNT = 'system:serviceaccount:';

/** How a binding names a subject, in the words of a user or of a group; undefined: nobody. */
function subjectId(subject: Subject, namespace: string): string | undefined {
  switch (subject.kind) {
    case 'User':
      return `u${subject.name}`;
    case 'Group':
      return `g${subject.name}`;
    case 'ServiceAccount': {
      // Whoever binds in a namespace means its accounts, unless told.
      const home = subject.namespace || namespace;
      return home ? `u${ACCOUNT}${home}:${subject.name}` : undefined;
    }
    default:
      return undefined;
  }
}

/** Which bindings are for a subject, by their places. Made once for each list that was read. */
const indexes = new WeakMap<Objects, ReadonlyMap<string, readonly number[]>>();
const namesOf = new WeakMap<Objects, ReadonlyMap<string, Stored>>();

function indexOf(bindings: Objects): ReadonlyMap<string, readonly number[]> {
  const known = indexes.get(bindings);
  if (known) return known;
  const index = new Map<string, number[]>();
  for (const [place, { subjects, metadata }] of bindings.entries()) {
    for (const subject of (subjects ?? []) as Subject[]) {
      const id = subjectId(subject, metadata.namespace ?? '');
      if (id === undefined) continue;
      const places = index.get(id);
      if (!places) index.set(id, [place]);
      else if (places.at(-1) !== place) places.push(place);
    }
  }
  indexes.set(bindings, index);
  return index;
}

function byName(objects: Objects): ReadonlyMap<string, Stored> {
  let names = namesOf.get(objects);
  if (!names) {
    names = new Map(objects.map((object) => [object.metadata.name!, object]));
    namesOf.set(objects, names);
  }
  return names;
}

/** The bindings that are for a user, in their order. */
function bindingsFor(bindings: Objects, { username, groups }: UserInfo): Stored[] {
  if (bindings.length === 0) return [];
  const index = indexOf(bindings);
  const places = new Set(index.get(`u${username}`));
  for (const group of groups) for (const place of index.get(`g${group}`) ?? []) places.add(place);
  return [...places].sort((a, b) => a - b).map((place) => bindings[place]!);
}

/** Source of a permission, as reviews name it. */
function describe(binding: Stored, { username, groups }: UserInfo): string {
  const { name, namespace = '' } = binding.metadata;
  const subject: Subject = binding.subjects.find((one: Subject) => {
    const id = subjectId(one, namespace);
    return id !== undefined && (id[0] === 'u' ? id.slice(1) === username : groups.includes(id.slice(1)));
  });
  const shown =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || namespace}` : subject.name;
  const kind = namespace ? 'RoleBinding' : 'ClusterRoleBinding';
  const { roleRef } = binding;
  return `${kind} ${goQuote(namespace ? `${name}/${namespace}` : name!)} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${subject.kind} ${goQuote(shown)}`;
}

/** `[a, b]` for several different errors, the error itself for one: how Go's aggregates read. */
export function aggregateMessages(messages: readonly string[]): string {
  const different = [...new Set(messages)];
  return different.length === 1 ? different[0]! : `[${different.join(', ')}]`;
}

interface Grant {
  readonly binding: Stored;
  readonly rules: readonly PolicyRule[];
}

export interface Rules {
  readonly rules: readonly PolicyRule[];
  /** What could not be found on the way. */
  readonly errors: readonly string[];
}

export class Policy {
  readonly #objects: PolicyObjects;

  constructor(objects: PolicyObjects) {
    this.#objects = objects;
  }

  /** The rules of the role that a binding in a namespace ('': a ClusterRoleBinding) names; undefined: there is none. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const { clusterRoles, roles } = this.#objects;
    const role = byName(kind === 'ClusterRole' ? clusterRoles : namespace ? roles : []).get(name);
    return role && (role.rules ?? []);
  }

  /** Gives each binding of a user with its rules, those of the cluster first, until `visit` answers true. */
  #visit(user: UserInfo, errors: string[], visit: (grant: Grant) => boolean): void {
    const { clusterRoleBindings, roleBindings, namespace } = this.#objects;
    for (const [bindings, where] of [
      [clusterRoleBindings, ''],
      [roleBindings, namespace],
    ] as const) {
      for (const binding of bindingsFor(bindings, user)) {
        const { kind, name } = binding.roleRef as RoleRef;
        const rules = this.rulesOf({ kind, name }, where);
        if (!rules) errors.push(notFound({ group: RBAC, resource: kind.toLowerCase() }, name).message);
        else if (visit({ binding, rules })) return;
      }
    }
  }

  /** All rules a user has at the cluster scope and in the namespace of this policy. */
  rulesFor(user: UserInfo): Rules {
    const errors: string[] = [];
    const rules: PolicyRule[] = [];
    this.#visit(user, errors, (grant) => {
      for (const rule of grant.rules) rules.push(rule);
      return false;
    });
    return { rules, errors };
  }

  /** The attributes' namespace must be that of this policy. */
  authorize(attributes: Attributes): Decision {
    const { user } = attributes;
    if (isSuperuser(user)) return { allowed: true, reason: '', keys: [] };
    const errors: string[] = [];
    let found: Stored | undefined;
    this.#visit(user, errors, ({ binding, rules }) => {
      if (!rules.some((rule) => ruleAllows(rule, attributes))) return false;
      found = binding;
      return true;
    });
    if (found) {
      return { allowed: true, reason: `RBAC: allowed by ${describe(found, user)}`, keys: keysOf(found) };
    }
    const reason = errors.length > 0 ? `RBAC: ${aggregateMessages(errors)}` : '';
    return { allowed: false, reason, keys: [] };
  }
}

/** The keys of a binding and of its role. */
function keysOf({ metadata: { name, namespace = '' }, roleRef }: KubeObject & Stored): string[] {
  const ofRole: [string, string] =
    roleRef.kind === 'ClusterRole' ? ['clusterroles', ''] : ['roles', namespace];
  return [
    objectKey(RBAC, namespace ? 'rolebindings' : 'clusterrolebindings', namespace, name!),
    objectKey(RBAC, ofRole[0], ofRole[1], roleRef.name),
  ];
}

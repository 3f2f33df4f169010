/** What RoleBindings and ClusterRoleBindings share: defaults and table form. */
import type { ClusterRoleBinding, RoleBinding, Subject } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { Cell, Column } from '../definition.ts';
import { AGE, NAME, age, column, nameOf, wideColumn } from '../printing.ts';

export type Binding = RoleBinding | ClusterRoleBinding;

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The API group of a kind of subject when the client names none. */
const SUBJECT_GROUPS: Readonly<Record<string, string>> = { User: RBAC_GROUP, Group: RBAC_GROUP };

/** Source: kubernetes pkg/apis/rbac/v1/defaults.go. */
export function defaultBinding(binding: Binding): void {
  if (binding.roleRef && !binding.roleRef.apiGroup) binding.roleRef.apiGroup = RBAC_GROUP;
  for (const subject of binding.subjects ?? []) {
    const group = SUBJECT_GROUPS[subject.kind];
    if (!subject.apiGroup && group !== undefined) subject.apiGroup = group;
  }
}

export const BINDING_COLUMNS: readonly Column[] = [
  NAME,
  column('Role', 'Kind and name of the role that is granted'),
  AGE,
  wideColumn('Users', 'Users the role is granted to'),
  wideColumn('Groups', 'Groups the role is granted to'),
  wideColumn('ServiceAccounts', 'Service accounts the role is granted to'),
];

export function bindingCells(binding: Binding, now: number): Cell[] {
  const named = (kind: string, text: (subject: Subject) => string): string =>
    (binding.subjects ?? [])
      .filter((subject) => subject.kind === kind)
      .map(text)
      .join(', ');
  return [
    nameOf(binding),
    `${binding.roleRef?.kind ?? ''}/${binding.roleRef?.name ?? ''}`,
    age(binding, now),
    named('User', (subject) => subject.name),
    named('Group', (subject) => subject.name),
    named('ServiceAccount', (subject) => `${subject.namespace ?? ''}/${subject.name}`),
  ];
}

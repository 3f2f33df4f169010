/**
 * Which names a CustomResourceDefinition may use: no two of a group use the same.
 * Source: apiextensions-apiserver pkg/controller/status/naming_controller.go.
 */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';

type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

export interface Naming {
  /** What is accepted: of what is not, what was accepted before. */
  readonly names: CustomResourceDefinitionNames;
  readonly condition: Condition;
}

/** The names the other definitions of the group have been given. */
function takenBy(others: readonly CustomResourceDefinition[]): {
  resources: Set<string>;
  kinds: Set<string>;
} {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of others) {
    const { plural, singular, shortNames, kind, listKind } = status?.acceptedNames ?? {};
    for (const name of [plural, singular, ...(shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

/** `others`: the other definitions of the same group. */
export function acceptNames(
  { spec, status }: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): Naming {
  const { resources, kinds } = takenBy(others);
  const wanted = spec.names;
  const names: CustomResourceDefinitionNames = { ...(status?.acceptedNames ?? { kind: '', plural: '' }) };
  // Of several conflicts the last one is told.
  let conflict: { reason: string; message: string } | undefined;
  const settle = (
    field: 'plural' | 'singular' | 'kind' | 'listKind',
    taken: ReadonlySet<string>,
    reason: string,
  ): void => {
    const name = wanted[field] ?? '';
    if (name !== (names[field] ?? '') && taken.has(name)) {
      conflict = { reason, message: `${JSON.stringify(name)} is already in use` };
    } else if (name) names[field] = name;
    else if (field === 'singular' || field === 'listKind') delete names[field];
  };
  settle('plural', resources, 'PluralConflict');
  settle('singular', resources, 'SingularConflict');
  const own = new Set(names.shortNames ?? []);
  const refused = (wanted.shortNames ?? []).filter((name) => !own.has(name) && resources.has(name));
  if (refused.length > 0) {
    const texts = refused.map((name) => `${JSON.stringify(name)} is already in use`);
    conflict = {
      reason: 'ShortNamesConflict',
      message: texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`,
    };
  } else if (wanted.shortNames?.length) names.shortNames = wanted.shortNames;
  else delete names.shortNames;
  settle('kind', kinds, 'KindConflict');
  settle('listKind', kinds, 'ListKindConflict');
  if (wanted.categories?.length) names.categories = wanted.categories;
  else delete names.categories;
  return {
    names,
    condition: conflict
      ? { type: 'NamesAccepted', status: 'False', ...conflict }
      : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
  };
}

/**
 * Selectors of an access review. Roles know none, so only what cannot be understood of them is told.
 * Source: kubernetes pkg/registry/authorization/util/helpers.go.
 */
import { parseFieldSelector } from '../../apimachinery/fields.ts';
import { requirement } from '../../apimachinery/label-requirement.ts';
import { parseSelector } from '../../apimachinery/labels.ts';
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  ResourceAttributes,
} from '../../apimachinery/types/authorization.v1.gen.ts';

type Requirements = NonNullable<FieldSelectorAttributes['requirements']>;

const understands = (attempt: () => unknown): boolean => {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
};

const FIELD_OPERATORS = new Set(['In', 'NotIn']);
const LABEL_OPERATORS = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;

const isFieldRequirement = ({ operator, values }: Requirements[number]): boolean =>
  FIELD_OPERATORS.has(operator) && values?.length === 1;

function isLabelRequirement({ key, operator, values }: Requirements[number]): boolean {
  if (!Object.hasOwn(LABEL_OPERATORS, operator)) return false;
  return understands(() =>
    requirement(key, LABEL_OPERATORS[operator as keyof typeof LABEL_OPERATORS], values ?? []),
  );
}

/** How much of a selector is lost: `ignored`, `partially ignored`, or nothing. */
function loss(
  selector: FieldSelectorAttributes | LabelSelectorAttributes | undefined,
  parse: (text: string) => unknown,
  isKnown: (one: Requirements[number]) => boolean,
): string | undefined {
  if (!selector) return undefined;
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '') return understands(() => parse(rawSelector)) ? undefined : 'ignored';
  const known = requirements.filter(isKnown).length;
  if (known === requirements.length) return undefined;
  return known > 0 ? 'partially ignored' : 'ignored';
}

/** What is said of the selectors in status.evaluationError. */
export function selectorErrors({ fieldSelector, labelSelector }: ResourceAttributes): string[] {
  const lost = {
    fieldSelector: loss(fieldSelector, parseFieldSelector, isFieldRequirement),
    labelSelector: loss(labelSelector, parseSelector, isLabelRequirement),
  };
  return Object.entries(lost).flatMap(([name, how]) =>
    how ? [`spec.resourceAttributes.${name} ${how} due to parse error`] : [],
  );
}

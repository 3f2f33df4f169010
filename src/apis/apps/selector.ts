/**
 * Selectors of workloads: their validation against the pod template and their text forms.
 * Source: kubernetes pkg/apis/apps/validation/validation.go, apimachinery pkg/apis/meta/v1/helpers.go.
 */
import { child, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import {
  formatSelector,
  fromLabelSelector,
  fromSet,
  isEverything,
  matches,
  type Selector,
} from '../../apimachinery/labels.ts';
import type { PodTemplateSpec } from '../../apimachinery/types/core.v1.gen.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.v1.gen.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { labelSelectorForm, sortedMap } from '../meta-forms.ts';

const SELECTOR_MISMATCH = '`selector` does not match template `labels`';

/** The selector, or undefined when it is not valid. A missing one selects nothing. */
export function parsedSelector(selector: LabelSelector | null | undefined): Selector | undefined {
  try {
    return fromLabelSelector(selector);
  } catch {
    return undefined;
  }
}

/** Whether a selector has no term at all. */
export const isEmptySelector = (selector: LabelSelector): boolean =>
  Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0) === 0;

/**
 * Checks `spec.selector`: there, well-formed, not empty.
 * @param kind the kind that upstream's text about an empty selector names.
 */
export function validateSelector(
  selector: LabelSelector | null | undefined,
  path: string,
  kind: string,
): FieldError[] {
  if (!selector) return [required(path)];
  const errors = validateLabelSelector(selector, path);
  if (isEmptySelector(selector)) {
    errors.push(invalid(path, labelSelectorForm(selector), `empty selector is invalid for ${kind}`));
  }
  return errors;
}

/** The selector must be valid and select the template's pods; an empty selector selects all. */
export function validateSelects(
  selector: LabelSelector | null | undefined,
  template: PodTemplateSpec,
  path: string,
  detail: string,
): FieldError[] {
  const parsed = parsedSelector(selector);
  if (!parsed) return [invalid(child(path, 'selector'), labelSelectorForm(selector), detail)];
  const labels = template.metadata?.labels;
  if (isEverything(parsed) || matches(parsed, labels)) return [];
  return [mismatch(labels, child(path, 'template'))];
}

/** The refusal of a pod template that the selector does not select. */
export const mismatch = (labels: Record<string, string> | undefined, template: string): FieldError =>
  invalid(child(template, 'metadata', 'labels'), labels && sortedMap(labels), SELECTOR_MISMATCH);

/** A selector as tables show it: `app=web`, `<none>`, `<error>`. */
export function formatLabelSelector(selector: LabelSelector | null | undefined): string {
  const parsed = parsedSelector(selector);
  return parsed ? formatSelector(parsed) || '<none>' : '<error>';
}

/** Labels as tables show them: `a=1,b=2` or `<none>`. */
export const formatLabels = (labels: Record<string, string> | undefined): string =>
  formatSelector(fromSet(labels)) || '<none>';

/** A selector in its text form, as in status.selector of a Scale; '' when it is not valid. */
export function selectorText(selector: LabelSelector | null | undefined): string {
  const parsed = parsedSelector(selector);
  return parsed ? formatSelector(parsed) : '';
}

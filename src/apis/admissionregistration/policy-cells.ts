/** Cells of admission policies and their bindings. Source: kubernetes pkg/printers/internalversion/printers.go. */
import type { ParamKind, ParamRef } from '../../apimachinery/types/admissionregistration.v1.gen.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.v1.gen.ts';

/** `group/version/Kind`, or `<unset>`. */
export const paramKindCell = (paramKind: ParamKind | undefined): string =>
  paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>';

/** `namespace/name`, with a star for whatever namespace the request has; a selector; `<unset>` without either. */
export function paramRefCell(paramRef: ParamRef | undefined): string {
  if (paramRef?.name) return `${paramRef.namespace || '*'}/${paramRef.name}`;
  return paramRef?.selector ? goSelector(paramRef.selector) : '<unset>';
}

/** A selector as Go's generated String method writes it, which is what the column shows. */
function goSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`)
    .join('');
  const expressions = matchExpressions
    .map(
      ({ key, operator, values = [] }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
    )
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}

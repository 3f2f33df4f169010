/** Cells of admission policies and their bindings. Source: kubernetes pkg/printers/internalversion/printers.go. */
import { goSelector } from '../../apimachinery/go-selector.ts';
import type { ParamKind, ParamRef } from '../../apimachinery/types/admissionregistration.v1.gen.ts';

/** `group/version/Kind`, or `<unset>`. */
export const paramKindCell = (paramKind: ParamKind | undefined): string =>
  paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>';

/** `namespace/name`, with a star for whatever namespace the request has; a selector; `<unset>` without either. */
export function paramRefCell(paramRef: ParamRef | undefined): string {
  if (paramRef?.name) return `${paramRef.namespace || '*'}/${paramRef.name}`;
  return paramRef?.selector ? goSelector(paramRef.selector) : '<unset>';
}

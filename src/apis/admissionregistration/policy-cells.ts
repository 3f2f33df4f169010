/** Cells of admission policies and their bindings. */
import type { ParamKind, ParamRef } from '../../apimachinery/types/admissionregistration.v1.gen.ts';

/** `group/version/Kind`, or `<unset>`. */
export const paramKindCell = (paramKind: ParamKind | undefined): string =>
  paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>';

/** The name of the parameters, with their namespace where one is given; `<unset>` without parameters. */
export function paramRefCell(paramRef: ParamRef | undefined): string {
  if (!paramRef) return '<unset>';
  return paramRef.namespace ? `${paramRef.namespace}/${paramRef.name ?? ''}` : (paramRef.name ?? '');
}

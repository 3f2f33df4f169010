/**
 * Rules for metadata.ownerReferences.
 * Source: kubernetes/apimachinery pkg/api/validation/objectmeta.go.
 */
import { child, type FieldError, invalid } from '../field-error.ts';
import type { OwnerReference } from '../types/meta.v1.gen.ts';

/** The reference with its fields in Go's order, as messages show it. */
const shown = ({
  apiVersion = '',
  kind = '',
  name = '',
  uid = '',
  controller,
  blockOwnerDeletion,
}: OwnerReference) => ({
  apiVersion,
  kind,
  name,
  uid,
  ...(controller === undefined ? {} : { controller }),
  ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }),
});

/** `[group, version]`; both empty when the text is no apiVersion. */
function splitApiVersion(text: string): [group: string, version: string] {
  const parts = text.split('/');
  if (parts.length === 1) return ['', text];
  return parts.length === 2 ? [parts[0]!, parts[1]!] : ['', ''];
}

function validateOwnerReference(reference: OwnerReference, path: string): FieldError[] {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const errors: FieldError[] = [];
  const [group, version] = splitApiVersion(apiVersion);
  if (version === '')
    errors.push(invalid(child(path, 'apiVersion'), apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalid(child(path, 'kind'), kind, 'must not be empty'));
  if (name === '') errors.push(invalid(child(path, 'name'), name, 'must not be empty'));
  if (uid === '') errors.push(invalid(child(path, 'uid'), uid, 'must not be empty'));
  // Events come and go too fast to own anything.
  if (group === '' && version === 'v1' && kind === 'Event') {
    errors.push(invalid(path, shown(reference), '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

/** Of controllers beyond the first so many are told, each with the whole list: thousands would fill the memory. */
const MAX_TOLD = 8;

/** Upstream puts all errors at the list, without an index. */
export function validateOwnerReferences(
  references: readonly OwnerReference[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  let told = 0;
  for (const reference of references ?? []) {
    errors.push(...validateOwnerReference(reference, path));
    if (reference.controller !== true) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller === '') controller = name;
    else if (told++ < MAX_TOLD) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(invalid(path, references!.map(shown), detail));
    }
  }
  return errors;
}

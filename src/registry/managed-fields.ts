/** Who owns which field. Source: apiserver pkg/endpoints/handlers/fieldmanager; the rules stand in apimachinery/fieldmanager. */
import { type FieldSet, fromPaths } from '../apimachinery/fieldmanager/field-set.ts';
import {
  apply,
  keepTimesOfNoop,
  updateManagedFields,
  type Write,
} from '../apimachinery/fieldmanager/manager.ts';
import { struct } from '../apimachinery/schema/table.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { apiVersionOf } from '../apis/resources.ts';

/** What the main resource resets, and what each subresource does: nobody owns a field through an endpoint that drops it. */
const MAIN_RESETS = fromPaths(['f:status']);
const RESETS: Readonly<Record<string, FieldSet>> = {
  status: fromPaths(['f:spec'], ['f:metadata']),
  finalize: fromPaths(['f:status']),
  approval: fromPaths(['f:spec']),
  scale: fromPaths(['f:status']),
  binding: fromPaths(['f:metadata']),
  ephemeralcontainers: fromPaths(['f:status'], ['f:metadata']),
  resize: fromPaths(['f:status'], ['f:metadata']),
};

function writeOf(definition: ResourceDefinition, manager: string, subresource: string, now: number): Write {
  const hasStatus = definition.subresources?.some(({ name }) => name === 'status');
  const ignore = subresource ? RESETS[subresource] : hasStatus ? MAIN_RESETS : undefined;
  return {
    schema: struct(definition.typeName),
    apiVersion: apiVersionOf(definition),
    kind: definition.kind,
    manager,
    now: formatTime(now),
    ...(subresource ? { subresource } : {}),
    ...(ignore ? { ignore } : {}),
  };
}

/** Records a write that is no apply in metadata.managedFields, in place. `old` undefined: a creation. `now` in ms. */
export function recordUpdate(
  definition: ResourceDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
  manager: string | undefined,
  subresource: string,
  now: number,
): void {
  const entries = updateManagedFields(old, object, writeOf(definition, manager ?? '', subresource, now));
  if (entries) object.metadata!.managedFields = entries;
  else delete object.metadata!.managedFields;
}

/** The object after an apply, not defaulted yet. @throws StatusError 400, 409, 500. */
export function applied(
  definition: ResourceDefinition,
  old: Stored | undefined,
  object: KubeObject,
  manager: string,
  subresource: string,
  now: number,
  force: boolean,
): KubeObject {
  return apply(old, object, writeOf(definition, manager, subresource, now), force) as KubeObject;
}

/** An update that changed nothing but the times of its entries keeps the old ones, in place. */
export function settleTimes(object: KubeObject, old: KubeObject): void {
  const settled = keepTimesOfNoop(old, object) as KubeObject;
  if (settled !== object) object.metadata = settled.metadata!;
}

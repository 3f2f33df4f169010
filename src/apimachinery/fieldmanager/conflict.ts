import { StatusError } from '../status.ts';
import { paths } from './field-set.ts';
import { type ManagerId, managerIdentifier } from './managed-fields.ts';
import { printPath } from './path-element.ts';
import type { Conflict } from './updater.ts';

/**
 * The 409 of an apply that would change what others own.
 * Source: kubernetes/apimachinery pkg/util/managedfields/internal/conflict.go. Upstream's order of managers among the
 * causes is random; here it is that of the message.
 */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const groups = conflicts
    .map(({ manager, fields }) => ({
      id: managerIdentifier(manager),
      name: printManager(manager),
      fields: paths(fields).map(printPath),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const causes = groups.flatMap(({ name, fields }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${name}`, field })),
  );
  const [first] = causes;
  const message =
    causes.length === 1
      ? `Apply failed with 1 conflict: ${first!.message}: ${first!.field}`
      : `Apply failed with ${causes.length} conflicts: ${groups
          .flatMap(({ name, fields }) => [`conflicts with ${name}:`, ...fields.map((field) => `- ${field}`)])
          .join('\n')}`;
  return new StatusError(409, 'Conflict', message, { causes });
}

function printManager({ manager, operation, apiVersion, subresource }: ManagerId): string {
  const name =
    JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

/**
 * ControllerRevision: a snapshot of what a DaemonSet or a StatefulSet was.
 * Source: kubernetes pkg/apis/apps/validation/validation.go, pkg/registry/apps/controllerrevision/strategy.go,
 * pkg/printers/internalversion/printers.go.
 */
import { type FieldError, required } from '../../apimachinery/field-error.ts';
import type { ControllerRevision } from '../../apimachinery/types/apps.v1.gen.ts';
import { checkNonNegative } from '../core/field-rules.ts';
import { ALL_VERBS, define } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { immutable } from './validation.ts';

const validate = ({ revision }: ControllerRevision): FieldError[] => checkNonNegative(revision, 'revision');

function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [required('data', 'data is mandatory')];
  if (typeof data === 'object' && !Array.isArray(data)) return [];
  return [required('data', 'data must be a valid JSON object')];
}

/** `daemonset.apps/web` of the owner that is the controller, or `<none>`. */
function controllerOf({ metadata }: ControllerRevision): string {
  const owner = metadata?.ownerReferences?.find((reference) => reference.controller);
  if (!owner) return '<none>';
  const [group, version] = owner.apiVersion.split('/');
  const kind = version === undefined ? owner.kind : `${owner.kind}.${group}`;
  return `${kind.toLowerCase()}/${owner.name}`;
}

export const controllerRevisions = define<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  resource: 'controllerrevisions',
  singular: 'controllerrevision',
  kind: 'ControllerRevision',
  namespaced: true,
  verbs: ALL_VERBS,
  typeName: 'apps.v1.ControllerRevision',
  strategy: {
    default(revision) {
      revision.revision ??= 0;
    },
    validate: (revision) => [...validate(revision), ...validateData(revision.data)],
    validateUpdate: (revision, old) => [...validate(revision), ...immutable('data', revision.data, old.data)],
  },
  printer: {
    columns: [
      NAME,
      column('Controller', 'Object that the revision belongs to'),
      column('Revision', 'Number of the revision'),
      AGE,
    ],
    cells: (revision, now) => [
      nameOf(revision),
      controllerOf(revision),
      Number(revision.revision ?? 0),
      age(revision, now),
    ],
  },
});

/** Namespace. Source: kubernetes pkg/registry/core/namespace/strategy.go. */
import { at, type FieldError, invalid } from '../../apimachinery/field-error.ts';
import type { Namespace } from '../../apimachinery/types/core.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { validateNamespaceName } from '../../apimachinery/validation/names.ts';
import { define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';

import { invalidEach } from './field-rules.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';
/** Held while the namespace still has contents. */
export const NAMESPACE_FINALIZER = 'kubernetes';

/** Every namespace can be selected by its name. A namespace with generateName has none yet. */
function labelWithName(object: Namespace): void {
  const metadata = object.metadata;
  if (!metadata?.name || metadata.labels?.[NAME_LABEL] === metadata.name) return;
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}

const STANDARD_FINALIZERS = [NAMESPACE_FINALIZER, 'orphan', 'foregroundDeletion'];

function checkFinalizer(name: string, path: string): FieldError[] {
  const errors = invalidEach(path, name, isQualifiedName(name));
  if (!name.includes('/') && !STANDARD_FINALIZERS.includes(name)) {
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    errors.push(invalid(path, name, detail));
  }
  return errors;
}

const validateFinalizers = (object: Namespace): FieldError[] =>
  (object.spec?.finalizers ?? []).flatMap((name) => checkFinalizer(name, 'spec.finalizers'));

/** The phase follows from whether the namespace is being deleted. */
function validateStatus({ metadata, status }: Namespace): FieldError[] {
  const deleting = Boolean(metadata?.deletionTimestamp);
  const expected = deleting ? 'Terminating' : 'Active';
  if (status?.phase === expected) return [];
  const detail = `may only be '${expected}' if \`deletionTimestamp\` is ${deleting ? 'not ' : ''}empty`;
  return [invalid('status.Phase', status?.phase ?? '', detail)];
}

/**
 * The `finalize` subresource: of the update it takes spec.finalizers and metadata, and keeps the status.
 * Source: kubernetes pkg/registry/core/namespace/strategy.go (namespaceFinalizeStrategy).
 */
export const namespaceFinalize = {
  prepareForUpdate: keepStatus as (object: Namespace, old: Namespace) => void,
  validateUpdate: (object: Namespace): FieldError[] =>
    (object.spec?.finalizers ?? []).flatMap((name, i) => checkFinalizer(name, at('spec.finalizers', i))),
};

export const namespaces = define<Namespace>({
  group: '',
  version: 'v1',
  resource: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  shortNames: ['ns'],
  typeName: 'core.v1.Namespace',
  subresources: [{ name: 'finalize', verbs: ['update'], kind: 'Namespace' }, statusOf('Namespace')],
  strategy: {
    generation: 'none',
    default(object) {
      labelWithName(object);
      object.status = { ...object.status, phase: object.status?.phase || 'Active' };
    },
    prepareForCreate(object) {
      object.status = { phase: 'Active' };
      const finalizers = object.spec?.finalizers ?? [];
      if (!finalizers.includes(NAMESPACE_FINALIZER)) {
        object.spec = { ...object.spec, finalizers: [...finalizers, NAMESPACE_FINALIZER] };
      }
    },
    prepareForUpdate(object, old) {
      keepSpec(object, old);
      keepStatus(object, old);
    },
    canonicalize: labelWithName,
    validateName: validateNamespaceName,
    validate: validateFinalizers,
    validateUpdate: validateFinalizers,
    status: { validateUpdate: validateStatus },
    heldBy: (object) => object.spec?.finalizers ?? [],
    deletionStarted(object) {
      object.status = { ...object.status, phase: 'Terminating' };
    },
  },
  selectableFields: { 'status.phase': (object) => object.status?.phase ?? '' },
  printer: {
    columns: [NAME, column('Status', 'Active, or Terminating while it is emptied'), AGE],
    cells: (object, now) => [nameOf(object), object.status?.phase ?? '', age(object, now)],
  },
});

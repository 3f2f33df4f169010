/** Namespace. Source: kubernetes pkg/registry/core/namespace/strategy.go. */
import type { Namespace } from '../../apimachinery/types/core.v1.gen.ts';
import { define, statusOf } from '../definition.ts';
import { AGE, age, column, NAME, nameOf } from '../printing.ts';
import { keepSpec, keepStatus } from '../strategy.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';
/** Held while the namespace still has contents. */
export const NAMESPACE_FINALIZER = 'kubernetes';

/** Every namespace can be selected by its name. A namespace with generateName has none yet. */
function labelWithName(object: Namespace): void {
  const metadata = object.metadata;
  if (!metadata?.name || metadata.labels?.[NAME_LABEL] === metadata.name) return;
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}

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

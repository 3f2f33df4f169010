/**
 * dataSource and dataSourceRef of a claim: two fields for one thing.
 * Source: kubernetes pkg/api/persistentvolumeclaim/util.go.
 */
import type { PersistentVolumeClaimSpec } from '../../apimachinery/types/core.v1.gen.ts';

/**
 * Brings both in step. dataSource knows claims and snapshots only: anything else in it is dropped, as it always was,
 * unless the stored claim has a source. Sources in another namespace (CrossNamespaceVolumeDataSource) are off.
 */
export function normalizeDataSources(spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
  if (!old?.dataSource && !old?.dataSourceRef && !spec.dataSourceRef && !isClaimOrSnapshot(spec)) {
    delete spec.dataSource;
  }
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) spec.dataSourceRef = pick(dataSource);
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) spec.dataSource = pick(dataSourceRef);
}

function isClaimOrSnapshot({ dataSource }: PersistentVolumeClaimSpec): boolean {
  if (!dataSource) return false;
  const { kind } = dataSource;
  const apiGroup = dataSource.apiGroup ?? '';
  return (
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
  );
}

const pick = ({ apiGroup, kind, name }: { apiGroup?: string | null; kind: string; name: string }) => ({
  ...(apiGroup === undefined ? {} : { apiGroup }),
  kind,
  name,
});

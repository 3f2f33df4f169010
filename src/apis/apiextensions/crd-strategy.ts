/** Source: kubernetes/apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go. */
import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { keepStatus } from '../strategy.ts';

export function prepareCRD(crd: CustomResourceDefinition): void {
  crd.status = { acceptedNames: { kind: '', plural: '' }, conditions: [] };
  rememberStoredVersion(crd);
}

export function prepareCRDUpdate(crd: CustomResourceDefinition, old: CustomResourceDefinition): void {
  keepStatus(crd, old);
  rememberStoredVersion(crd);
}

/** Objects may have been stored in every version that ever was the storage version. */
function rememberStoredVersion(crd: CustomResourceDefinition): void {
  const version = crd.spec?.versions?.find((one) => one.storage)?.name;
  const stored = crd.status?.storedVersions ?? [];
  if (version === undefined || stored.includes(version)) return;
  crd.status = { ...crd.status, storedVersions: [...stored, version] };
}

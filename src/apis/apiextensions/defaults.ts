/** Source: kubernetes/apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  ServiceReference,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';

export function defaultCRD(crd: CustomResourceDefinition): void {
  const { spec } = crd;
  if (!spec) return;
  if (spec.names) defaultNames(spec.names);
  spec.conversion ??= { strategy: 'None' };
  const service: ServiceReference | undefined = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
  const stored = crd.status?.storedVersions ?? [];
  const version = spec.versions?.find((one) => one.storage)?.name;
  if (stored.length === 0 && version) crd.status = { ...crd.status, storedVersions: [version] };
}

function defaultNames(names: CustomResourceDefinitionNames): void {
  if (!names.singular && names.kind) names.singular = names.kind.toLowerCase();
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
}

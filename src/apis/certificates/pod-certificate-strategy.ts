/** Source: kubernetes pkg/apis/certificates/v1/defaults.go, pkg/printers/internalversion/printers.go. */
import type { PodCertificateRequest } from '../../apimachinery/types/certificates.v1.gen.ts';

const DAY_SECONDS = 86_400;

export function defaultPodCertificateRequest(request: PodCertificateRequest): void {
  if (request.spec) request.spec.maxExpirationSeconds ??= DAY_SECONDS;
}

/** `Issued`, `Denied`, `Failed` or, while nobody has decided, `Pending`. */
export function podCertificateState(request: PodCertificateRequest): string {
  const conditions = request.status?.conditions ?? [];
  return (
    ['Denied', 'Failed', 'Issued'].find((type) => conditions.some((one) => one.type === type)) ?? 'Pending'
  );
}

/**
 * Names that are kept for configurations of the server's own files, which there are none of here.
 * Source: kubernetes pkg/apis/admissionregistration/validation/static_suffix.go.
 */
import type { KubeObject } from '../object.ts';

const SUFFIX = '.static.k8s.io';

export const staticNameWarnings = ({ metadata }: KubeObject): string[] =>
  metadata?.name?.endsWith(SUFFIX)
    ? [
        `metadata.name: names ending with "${SUFFIX}" are reserved for static manifest-based configurations and cannot be managed via the API`,
      ]
    : [];

/**
 * Files of one volume that would lie on or below each other.
 * Source: kubernetes pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths).
 */
import type { Volume, VolumeProjection } from '../../apimachinery/types/core.v1.gen.ts';

interface File {
  readonly path: string;
  /** What the file is of; '' where the volume has one source. */
  readonly source: string;
}

const quote = (text: string): string => JSON.stringify(text);

export function overlappingPathWarnings(volumes: readonly Volume[]): string[] {
  return volumes.flatMap((volume) => {
    const { name, configMap, secret, downwardAPI, projected } = volume;
    const warn = (what: string, files: readonly File[]): string[] =>
      overlaps(files).map((text) => `volume ${quote(name)} (${what}): overlapping paths: ${text}`);
    return [
      ...(configMap ? warn(`ConfigMap ${quote(configMap.name ?? '')}`, filesOf(configMap.items, '')) : []),
      ...(secret ? warn(`Secret ${quote(secret.secretName ?? '')}`, filesOf(secret.items, '')) : []),
      ...(downwardAPI ? warn('DownwardAPI', filesOf(downwardAPI.items, '')) : []),
      ...(projected ? projectedWarnings(name, projected.sources ?? []) : []),
    ];
  });
}

/** Source by source, as upstream does: one without anything has its warning in its place. */
function projectedWarnings(name: string, sources: readonly VolumeProjection[]): string[] {
  const warnings: string[] = [];
  const files: File[] = [];
  for (const source of sources) {
    if (Object.keys(source).length === 0) {
      warnings.push(`volume ${quote(name)} (Projected) has no sources provided`);
      continue;
    }
    for (const file of projectedFiles(source)) {
      for (const text of addFile(files, file)) {
        warnings.push(`volume ${quote(name)} (Projected): overlapping paths: ${text}`);
      }
    }
  }
  return warnings;
}

const filesOf = (items: readonly { path?: string }[] | null | undefined, source: string): File[] =>
  (items ?? []).map(({ path = '' }) => ({ path, source }));

function projectedFiles(source: VolumeProjection): File[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (configMap?.items) return filesOf(configMap.items, `ConfigMap ${quote(configMap.name ?? '')}`);
  if (secret?.items) return filesOf(secret.items, `Secret ${quote(secret.name ?? '')}`);
  if (downwardAPI?.items) return filesOf(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken) return filesOf([serviceAccountToken], 'ServiceAccountToken');
  if (clusterTrustBundle) {
    const name = clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? '';
    return filesOf([clusterTrustBundle], `ClusterTrustBundle ${quote(name)}`);
  }
  const { certificateChainPath, keyPath, credentialBundlePath } = podCertificate ?? {};
  return [
    ...(certificateChainPath ? [{ path: certificateChainPath, source: 'PodCertificate chain' }] : []),
    ...(keyPath ? [{ path: keyPath, source: 'PodCertificate key' }] : []),
    ...(credentialBundlePath
      ? [{ path: credentialBundlePath, source: 'PodCertificate credential bundle' }]
      : []),
  ];
}

function overlaps(files: readonly File[]): string[] {
  const known: File[] = [];
  return files.flatMap((file) => addFile(known, file));
}

/** Adds a file to those before it; a text for each of them that it overlaps. */
function addFile(known: File[], { path, source }: File): string[] {
  const file = { path: path.replace(/\/+$/, ''), source };
  const found =
    file.path === ''
      ? []
      : known.filter((one) => one.path !== '' && (isBelow(one, file) || isBelow(file, one)));
  known.push(file);
  return found.map((one) => `${show(file)} with ${show(one)}`);
}

const isBelow = (one: File, other: File): boolean => `${one.path}/`.startsWith(`${other.path}/`);
const show = ({ path, source }: File): string => (source === '' ? quote(path) : `${quote(path)} (${source})`);

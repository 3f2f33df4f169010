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
  const files = new Files();
  for (const source of sources) {
    if (Object.keys(source).length === 0) {
      warnings.push(`volume ${quote(name)} (Projected) has no sources provided`);
      continue;
    }
    for (const file of projectedFiles(source)) {
      for (const text of files.add(file)) {
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
  const known = new Files();
  return files.flatMap((file) => known.add(file));
}

/** Of so many the answer shows some: thousands of files at one place overlap by the million. */
const MAX_WARNINGS = 1000;

/** A directory, with the files that are at it, and those at it or below. */
interface Place {
  readonly at: number[];
  readonly within: number[];
  readonly names: Map<string, Place>;
}
const newPlace = (): Place => ({ at: [], within: [], names: new Map() });

class Files {
  readonly #files: File[] = [];
  readonly #root = newPlace();
  #told = 0;

  /** Adds a file to those before it; a text for each of them that it overlaps. */
  add({ path, source }: File): string[] {
    const file = { path: path.replace(/\/+$/, ''), source };
    if (file.path === '') return [];
    const index = this.#files.push(file) - 1;
    const found: number[] = [];
    let place = this.#root;
    for (const name of file.path.split('/')) {
      for (const one of place.at) found.push(one);
      let next = place.names.get(name);
      if (!next) {
        next = newPlace();
        place.names.set(name, next);
      }
      if (place !== this.#root) place.within.push(index);
      place = next;
    }
    for (const one of place.within) found.push(one);
    place.at.push(index);
    place.within.push(index);
    const told = found.sort((a, b) => a - b).slice(0, MAX_WARNINGS - this.#told);
    this.#told += told.length;
    return told.map((one) => `${show(file)} with ${show(this.#files[one]!)}`);
  }
}

const show = ({ path, source }: File): string => (source === '' ? quote(path) : `${quote(path)} (${source})`);

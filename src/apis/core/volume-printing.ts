/** How access modes and storage classes of volumes and claims are printed. */
const MODES: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** `RWO,RWX`: known modes, each once, in a fixed order. Source: kubernetes pkg/apis/core/helper/helpers.go. */
export const accessModes = (modes: readonly string[] | undefined): string =>
  MODES.filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** The storage class of a volume or a claim: the old annotation wins over the field. */
export const storageClassOf = (object: {
  metadata?: { annotations?: Record<string, string> };
  spec?: { storageClassName?: string };
}): string => object.metadata?.annotations?.[CLASS_ANNOTATION] ?? object.spec?.storageClassName ?? '';

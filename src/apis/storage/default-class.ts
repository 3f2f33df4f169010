/** Which class is used where none is named. Source: kubernetes pkg/apis/storage/util/helpers.go. */
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';

const ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** Whether a StorageClass is marked as the default one. */
export const isDefaultClass = (metadata: ObjectMeta | undefined): boolean =>
  ANNOTATIONS.some((annotation) => metadata?.annotations?.[annotation] === 'true');

/**
 * Between a version that is served and the one that is stored. Sources: apiextensions-apiserver
 * pkg/apiserver/conversion (nop_converter.go, webhook_converter.go), pkg/apiserver/customresource_handler.go.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { StatusError } from '../../apimachinery/status.ts';
import type { GroupVersionKind } from '../../apimachinery/structural/types.ts';
import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import type { KubeObject } from '../object.ts';
import type { Coercion } from './coercion.ts';

export interface Conversion {
  /** A copy. */
  toStored(object: KubeObject): KubeObject;
  /** Changes the object, and answers it. */
  fromStored(object: KubeObject): KubeObject;
}

/**
 * Without a webhook nothing is renamed or moved, but each version keeps only what its schema knows; defaults are those
 * of the stored version, since only what is decoded gets some.
 */
export function conversionOf(
  crd: CustomResourceDefinition,
  gvk: GroupVersionKind,
  stored: { readonly version: string; readonly coercion: Coercion },
  own: Coercion,
): Conversion {
  if (crd.spec.conversion?.strategy === 'Webhook') {
    return {
      toStored: () => refuse(gvk),
      fromStored: () => refuse({ ...gvk, version: stored.version }),
    };
  }
  return {
    toStored(object) {
      const copy = deepCopy(object);
      stored.coercion.prune(copy);
      return copy;
    },
    fromStored(object) {
      stored.coercion.prune(object);
      stored.coercion.default(object);
      own.prune(object);
      return object;
    },
  };
}

/** @param gvk of the object that should have been converted. */
function refuse({ group, version, kind }: GroupVersionKind): never {
  throw new StatusError(
    500,
    '',
    `conversion webhook for ${group}/${version}, Kind=${kind} failed: webhooks are not called by this server`,
  );
}

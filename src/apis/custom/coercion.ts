/**
 * Objects brought to the schema of a version: when a client sends them, when they are stored, when they are read.
 * Source: apiextensions-apiserver pkg/apiserver/customresource_handler.go (unstructuredSchemaCoercer,
 * crdConversionRESTOptionsGetter).
 */
import {
  applyDefaults,
  pruneDefaults,
  pruneNonNullableNulls,
} from '../../apimachinery/structural/defaulting.ts';
import { coerceObjectMeta, coerceOwnMetadata } from '../../apimachinery/structural/object-meta.ts';
import { prune } from '../../apimachinery/structural/prune.ts';
import { DecodeError } from '../../apimachinery/serializer/unknown-fields.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import type { KubeObject } from '../object.ts';

/** All work in place. */
export interface Coercion {
  /**
   * An object as a client sent it: unknown fields go, nulls that mean nothing too, defaults come. What an apply made
   * keeps its nulls. Answers what a strict reader reports (`unknown field "spec.foo"`).
   * @throws DecodeError for metadata that cannot be read.
   */
  admit(object: KubeObject, how?: { applied?: boolean }): string[];
  /** Fields that the schema does not know go, and nulls; what was stored already is never refused. */
  prune(object: KubeObject): void;
  default(object: KubeObject): void;
}

/** @param preserves unknown fields stay, whatever the schema says. */
export function coercionOf(props: JSONSchemaProps | undefined, preserves: boolean): Coercion {
  let pruned: JSONSchemaProps | undefined;
  /** With defaults that hold only what the schema knows. */
  const defaults = (): JSONSchemaProps | undefined => {
    if (!props || preserves) return props;
    pruned ??= pruneDefaults(props);
    return pruned;
  };
  const pruneFields = (object: KubeObject, applied = false): string[] => {
    if (preserves) return [];
    const unknown = prune(object, props, { root: true });
    if (!applied) pruneNonNullableNulls(object, defaults());
    return unknown;
  };
  return {
    admit(object, { applied } = {}) {
      const unknown = coerceOwnMetadata(object);
      unknown.push(...pruneFields(object, applied));
      const embedded = coerceObjectMeta(object, props, { root: false });
      if (embedded.error) throw new DecodeError(`${embedded.error.field}: ${embedded.error.message}`);
      applyDefaults(object, defaults());
      return [...unknown, ...embedded.unknown];
    },
    prune(object) {
      pruneFields(object);
      coerceObjectMeta(object, props, { root: false, dropInvalid: true });
    },
    default: (object) => applyDefaults(object, defaults()),
  };
}

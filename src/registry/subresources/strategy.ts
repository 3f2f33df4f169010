/** What an update through the main resource or a subresource may change. */
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.v1.gen.ts';
import type { ResourceDefinition, StrategyContext } from '../../apis/definition.ts';
import type { KubeObject } from '../../apis/object.ts';
import type { View } from '../admission/plugin.ts';

export interface UpdateStrategy {
  /** Absent: the main resource. */
  readonly subresource?: string;
  /** What policies see instead of the object. */
  readonly view?: View;
  /** Whether a change of the desired state through it raises metadata.generation. */
  readonly countsGeneration: boolean;
  /** Puts back what may not change. */
  prepare(definition: ResourceDefinition, object: KubeObject, old: KubeObject, ctx: StrategyContext): void;
  validate(
    definition: ResourceDefinition,
    object: KubeObject,
    old: KubeObject,
    ctx: StrategyContext,
  ): FieldError[];
}

export const MAIN: UpdateStrategy = {
  countsGeneration: true,
  prepare: ({ strategy }, object, old, ctx) => strategy.prepareForUpdate?.(object, old, ctx),
  validate: ({ strategy }, object, old, ctx) => {
    const { validate, validateUpdate } = strategy;
    return validateUpdate ? validateUpdate(object, old, ctx) : (validate?.(object, ctx) ?? []);
  },
};

/** What a client may write into metadata. Source: apimachinery pkg/apis/meta/v1/meta.go (ResetObjectMetaForStatus). */
const CLIENTS_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

function keepMetadata(object: KubeObject, old: KubeObject, fields: readonly (keyof ObjectMeta)[]): void {
  for (const field of fields) {
    const value = old.metadata?.[field];
    if (value === undefined) delete object.metadata![field];
    else Object.assign(object.metadata!, { [field]: value });
  }
}

/** Everything but status and metadata stays as it is. */
export const STATUS: UpdateStrategy = {
  subresource: 'status',
  countsGeneration: false,
  prepare({ strategy }, object, old, ctx) {
    for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
      if (key === 'status' || key === 'metadata' || key === 'apiVersion' || key === 'kind') continue;
      if (old[key] === undefined) delete object[key];
      else object[key] = old[key];
    }
    const { keptMetadata = [] } = strategy.status ?? {};
    keepMetadata(object, old, keptMetadata === 'all' ? CLIENTS_METADATA : keptMetadata);
    strategy.status?.prepareForUpdate?.(object, old, ctx);
  },
  validate: ({ strategy }, object, old, ctx) => strategy.status?.validateUpdate?.(object, old, ctx) ?? [],
};

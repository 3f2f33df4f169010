/**
 * What is the same for all custom resources.
 * Source: apiextensions-apiserver pkg/registry/customresource (strategy.go, status_strategy.go, validator.go).
 */
import { type FieldError, type FieldErrorType, invalid } from '../../apimachinery/field-error.ts';
import { hasRules, validateRules } from '../../apimachinery/structural/cel-rules.ts';
import { validateListTypes } from '../../apimachinery/structural/list-type.ts';
import { validateObjectMeta } from '../../apimachinery/structural/object-meta.ts';
import { validateScalePaths } from '../../apimachinery/structural/scale.ts';
import { validateUpdate, validateValue } from '../../apimachinery/structural/validate.ts';
import type {
  CustomResourceSubresourceScale,
  JSONSchemaProps,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { isQualifiedName } from '../../apimachinery/validation/content.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { validateObjectMeta as validateMeta } from '../../apimachinery/validation/object-meta.ts';
import type { Strategy, StrategyContext } from '../definition.ts';
import type { KubeObject } from '../object.ts';

export interface CustomStrategyOptions {
  readonly props: JSONSchemaProps | undefined;
  readonly gvk: { readonly group: string; readonly version: string; readonly kind: string };
  readonly namespaced: boolean;
  /** Whether there is a status subresource. */
  readonly hasStatus: boolean;
  readonly scale?: CustomResourceSubresourceScale;
  default(object: KubeObject): void;
}

export function customStrategy(options: CustomStrategyOptions): Strategy {
  const { props, hasStatus, scale } = options;
  return {
    default: options.default,
    generation: 'spec',
    allowUnconditionalUpdate: false,
    prepareForCreate(object) {
      if (hasStatus) delete object.status;
    },
    prepareForUpdate(object, old) {
      if (!hasStatus) return;
      if (old.status === undefined) delete object.status;
      else object.status = old.status;
    },
    validate: (object, ctx) =>
      withRules(object, undefined, options, ctx, [
        ...validateValue(object, props),
        ...validateScalePaths(object, scale),
        ...validateObjectMeta(object, props, { root: false }),
        ...validateListTypes(object, props),
      ]),
    validateUpdate: (object, old, ctx) =>
      withRules(object, old, options, ctx, [
        ...validateUpdate(object, old, props),
        ...validateScalePaths(object, scale),
        ...validateObjectMeta(object, props, { root: false }),
        ...ratchetedListTypes(object, old, props),
      ]),
    status: {
      keptMetadata: 'all',
      validateUpdate(object, old, ctx) {
        const statusProps = props?.properties?.status;
        const errors =
          object.status === undefined || !statusProps
            ? []
            : validateUpdate(object.status, old.status, statusProps, 'status');
        return withRules(object, old, options, ctx, [
          ...errors,
          ...validateScalePaths(object, scale, { spec: false }),
          ...ratchetedListTypes(object, old, props),
        ]);
      },
    },
    warningsOnCreate: (object) => finalizerWarnings(object, undefined),
    warningsOnUpdate: (object, old) => finalizerWarnings(object, old),
  };
}

/** What keeps rules from being looked at: an object that is not of the shape they speak of. */
const BLOCKING: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
] as const);
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

function withRules(
  object: KubeObject,
  old: KubeObject | undefined,
  { props, namespaced }: CustomStrategyOptions,
  { warn }: StrategyContext,
  errors: FieldError[],
): FieldError[] {
  if (!hasRules(props)) return errors;
  // The registry reports what is wrong with metadata.
  const metadata = validateMeta(object.metadata ?? {}, {
    namespaced,
    validateName: nameIsDNSSubdomain,
    path: 'metadata',
  });
  if ([...metadata, ...errors].some(({ type }) => BLOCKING.has(type))) {
    return [...errors, invalid('<nil>', null, NOT_CHECKED)];
  }
  return [...errors, ...validateRules(object, old, props, warn)];
}

/** What was wrong already may stay so. */
function ratchetedListTypes(
  object: KubeObject,
  old: KubeObject,
  props: JSONSchemaProps | undefined,
): FieldError[] {
  const errors = validateListTypes(object, props);
  return errors.length > 0 && validateListTypes(old, props).length > 0 ? [] : errors;
}

const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** A hint for each finalizer that is new and has no domain. */
function finalizerWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const known = new Set(old?.metadata?.finalizers ?? []);
  const added = [...new Set(object.metadata?.finalizers ?? [])].filter((one) => !known.has(one)).sort();
  return added.flatMap((name) => {
    const at = `metadata.finalizers: ${JSON.stringify(name)}`;
    const warnings = isQualifiedName(name).map((message) => `${at}: ${message}`);
    if (name.includes('/') || STANDARD_FINALIZERS.has(name)) return warnings;
    const including = name.includes('.') ? ' including a path (/)' : '';

    return [
      ...warnings,
      `${at}: prefer a domain-qualified finalizer name${including} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}

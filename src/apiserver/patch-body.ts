/** The body of a PATCH, by its media type. Source: apiserver pkg/endpoints/handlers/patch.go. */
import { forbidden } from '../apimachinery/field-error.ts';
import { parseYaml } from '../apimachinery/serializer/yaml.ts';
import { badRequest, invalid, unsupportedMediaType } from '../apimachinery/status.ts';
import type { KubeObject } from '../apis/object.ts';
import { applyConfiguration } from '../registry/apply.ts';
import { PATCH_TYPES, patch } from '../registry/patch.ts';
import type { Outcome, UpdateOptions } from '../registry/update.ts';
import { checkApplied, checkPatched, expectedOf, parsePatch, readBody } from './body.ts';
import type { Handling } from './handlers/handling.ts';
import type { FieldValidation, WriteParameters } from './options.ts';

export const APPLY = 'application/apply-patch+yaml';

export interface ReadPatch {
  apply(options: UpdateOptions): Promise<Outcome>;
}

/** @throws StatusError 400, 413, 415, 422. */
export async function readPatch(h: Handling, parameters: WriteParameters): Promise<ReadPatch> {
  const { definition, info, ctx } = h;
  const mediaType = (h.request.headers.get('Content-Type') ?? '').split(';')[0]!.trim();
  // What is merged by strategies has to have some: custom resources have none.
  const types = Object.entries(PATCH_TYPES).filter(([, one]) => !definition.custom || one !== 'strategic');
  const type = types.find(([name]) => name === mediaType)?.[1];
  if (!type && mediaType !== APPLY) {
    const accepted = [...types.map(([name]) => name), APPLY].join(', ');
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    );
  }
  if (type && parameters.force !== undefined) {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      forbidden('force', 'may not be specified for non-apply patch'),
    ]);
  }
  const bytes = await readBody(h.request);
  const expected = expectedOf(definition);
  if (!type) {
    const object = parseConfiguration(bytes, parameters.fieldValidation, ctx.warnings);
    const check = (merged: KubeObject): KubeObject =>
      checkApplied(merged, expected, parameters.fieldValidation, ctx.warnings);
    return {
      apply: (options) =>
        applyConfiguration(ctx, definition, info.namespace, info.name, object, check, {
          ...options,
          force: parameters.force ?? false,
          managerGiven: isManagerGiven(h),
        }),
    };
  }
  const reports: string[] = [];
  const body = parsePatch(bytes, type, reports);
  const source = { type, body, reports };
  // A patch that is tried again warns once.
  const warned = ctx.warnings.length;
  const check = (object: KubeObject): KubeObject => {
    ctx.warnings.length = warned;
    return checkPatched(object, expected, parameters.fieldValidation, ctx.warnings, source);
  };
  return {
    apply: (options) => patch(ctx, definition, info.namespace, info.name, type, body, check, options),
  };
}

/** Whether the client named its field manager, which apply requires. */
export const isManagerGiven = (h: Handling): boolean => (h.query.get('fieldManager') ?? '') !== '';

/** The configuration an apply patch carries. @throws StatusError 400. */
export function parseConfiguration(
  bytes: Uint8Array,
  fieldValidation: FieldValidation,
  warnings: string[],
): KubeObject {
  let object: unknown;
  let twice: readonly string[];
  try {
    const parsed = parseYaml(new TextDecoder().decode(bytes));
    object = parsed.value;
    twice = parsed.duplicates;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
  if (twice.length > 0 && fieldValidation !== 'Ignore') {
    const told = `error converting YAML to JSON: ${twice.join('\n  ')}`;
    if (fieldValidation === 'Strict') throw badRequest(`error strict decoding patch: ${told}`);
    warnings.push(told);
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw badRequest('error decoding YAML: the configuration must be an object');
  }
  const { metadata } = object as KubeObject;
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null)) {
    throw badRequest('error decoding YAML: metadata must be an object');
  }
  return object as KubeObject;
}

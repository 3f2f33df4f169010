/** The body of a PATCH, by its media type. Source: apiserver pkg/endpoints/handlers/patch.go. */
import { forbidden } from '../apimachinery/field-error.ts';
import { parseYaml } from '../apimachinery/serializer/yaml.ts';
import { badRequest, invalid, unsupportedMediaType } from '../apimachinery/status.ts';
import type { KubeObject } from '../apis/object.ts';
import { applyConfiguration } from '../registry/apply.ts';
import { PATCH_TYPES, patch } from '../registry/patch.ts';
import type { Outcome, UpdateOptions } from '../registry/update.ts';
import { checkPatched, expectedOf, parsePatch, readBody } from './body.ts';
import type { Handling } from './handlers/handling.ts';
import type { WriteParameters } from './options.ts';

export const APPLY = 'application/apply-patch+yaml';

export interface ReadPatch {
  apply(options: UpdateOptions): Promise<Outcome>;
}

/** @throws StatusError 400, 413, 415, 422. */
export async function readPatch(h: Handling, parameters: WriteParameters): Promise<ReadPatch> {
  const { definition, info, ctx } = h;
  const mediaType = (h.request.headers.get('Content-Type') ?? '').split(';')[0]!.trim();
  const type = PATCH_TYPES[mediaType];
  if (!type && mediaType !== APPLY) {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${[...Object.keys(PATCH_TYPES), APPLY].join(', ')}`,
    );
  }
  if (type && parameters.force !== undefined) {
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      forbidden('force', 'may not be specified for non-apply patch'),
    ]);
  }
  const bytes = await readBody(h.request);
  const expected = expectedOf(definition);
  const check = (object: KubeObject): KubeObject =>
    checkPatched(object, expected, parameters.fieldValidation, ctx.warnings);
  if (!type) {
    const object = parseConfiguration(bytes);
    return {
      apply: (options) =>
        applyConfiguration(ctx, definition, info.namespace, info.name, object, check, {
          ...options,
          force: parameters.force ?? false,
          managerGiven: isManagerGiven(h),
        }),
    };
  }
  const body = parsePatch(bytes);
  return {
    apply: (options) => patch(ctx, definition, info.namespace, info.name, type, body, check, options),
  };
}

/** Whether the client named its field manager, which apply requires. */
export const isManagerGiven = (h: Handling): boolean => (h.query.get('fieldManager') ?? '') !== '';

/** The configuration an apply patch carries. @throws StatusError 400. */
export function parseConfiguration(bytes: Uint8Array): KubeObject {
  let object: unknown;
  try {
    object = parseYaml(new TextDecoder().decode(bytes)).value;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
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

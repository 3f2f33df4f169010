/** The body of a PATCH, by its media type. Source: apiserver pkg/endpoints/handlers/patch.go. */
import { kindText } from '../apimachinery/fieldmanager/manager.ts';
import { parseYaml, warningsOfReport } from '../apimachinery/serializer/yaml.ts';
import { badRequest, unsupportedMediaType } from '../apimachinery/status.ts';
import type { KubeObject } from '../apis/object.ts';
import { get } from '../registry/get.ts';
import { applyConfiguration } from '../registry/apply.ts';
import { PATCH_TYPES, patch } from '../registry/patch.ts';
import type { Outcome, UpdateOptions } from '../registry/update.ts';
import { checkApplied, checkPatched, type Expected, expectedOf, parsePatch, readBody } from './body.ts';
import type { Handling } from './handlers/handling.ts';
import type { FieldValidation, WriteParameters } from './options.ts';

export const APPLY = 'application/apply-patch+yaml';

/** In the order that refusals list them in. */
export const PATCH_MEDIA_TYPES: readonly string[] = [...Object.keys(PATCH_TYPES), APPLY];

/** What is merged by strategies has to have some: custom resources have none. */
const CUSTOM_MEDIA_TYPES = PATCH_MEDIA_TYPES.filter((type) => PATCH_TYPES[type] !== 'strategic');

/** The media type of a PATCH, without parameters. @throws StatusError 415. */
export function patchMediaType({ request, definition }: Handling): string {
  const accepted = definition.custom ? CUSTOM_MEDIA_TYPES : PATCH_MEDIA_TYPES;
  const type = (request.headers.get('Content-Type') ?? '').split(';', 1)[0]!;
  if (accepted.includes(type)) return type;
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export interface ReadPatch {
  apply(options: UpdateOptions): Promise<Outcome>;
}

/** @throws StatusError 400, 413, 415, 422. */
export async function readPatch(h: Handling, parameters: WriteParameters): Promise<ReadPatch> {
  const { definition, info, ctx } = h;
  const type = PATCH_TYPES[patchMediaType(h)];
  const bytes = await readBody(h.request);
  const expected = expectedOf(definition);
  if (!type) {
    const object = parseConfiguration(bytes, expected, parameters.fieldValidation, ctx.warnings);
    const check = (merged: KubeObject): KubeObject =>
      checkApplied(merged, expected, parameters.fieldValidation, ctx.warnings, object);
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
  const body = await readable(h, () => parsePatch(bytes, type, reports));
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

/** Upstream reads the object first: one that is not there is told before what is wrong with its patch. */
async function readable<T>({ ctx, definition, info }: Handling, read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    await get(ctx, definition, info.namespace, info.name);
    throw error;
  }
}

/** Whether the client named its field manager, which apply requires. */
export const isManagerGiven = (h: Handling): boolean => (h.query.get('fieldManager') ?? '') !== '';

/** A configuration says of what it is one. Source: apimachinery pkg/util/managedfields/internal/versioncheck.go. */
function checkType(configuration: KubeObject, expected: Expected): void {
  const { apiVersion, kind } = configuration;
  if (apiVersion === expected.apiVersion && kind === expected.kind) return;
  throw badRequest(`invalid object type: ${kindText({ apiVersion, kind })}`);
}

/** The configuration an apply patch carries. @throws StatusError 400. */
export function parseConfiguration(
  bytes: Uint8Array,
  expected: Expected,
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
    throw badRequest(`error decoding YAML: error converting YAML to JSON: ${(error as Error).message}`);
  }
  if (twice.length > 0 && fieldValidation !== 'Ignore') {
    if (fieldValidation === 'Strict') {
      throw badRequest(`error strict decoding YAML: error converting YAML to JSON: ${twice.join('\n')}`);
    }
    warnings.push(...twice.flatMap(warningsOfReport));
  }
  if ((typeof object !== 'object' && object !== undefined) || Array.isArray(object)) {
    const type = Array.isArray(object) ? 'array' : typeof object === 'boolean' ? 'bool' : typeof object;
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    );
  }
  const configuration = (object ?? {}) as KubeObject;
  checkType(configuration, expected);
  return configuration;
}

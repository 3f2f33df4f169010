/** Request bodies: bounded, decoded, and of the kind the path is for. */
import { type FieldError, invalid as invalidField } from '../apimachinery/field-error.ts';
import { describeConfiguration, kindText } from '../apimachinery/fieldmanager/manager.ts';
import { goJSON } from '../apimachinery/fieldmanager/path-element.ts';
import { goValue } from '../apimachinery/patch/go-format.ts';
import { JSON_PATCH } from '../apimachinery/patch/json-patch.ts';
import type { Schema } from '../apimachinery/schema/schema.ts';
import { struct } from '../apimachinery/schema/table.ts';
import { decodeBody, type GroupVersionKind } from '../apimachinery/serializer/decode.ts';
import { hasDuplicates, parseJson } from '../apimachinery/serializer/json.ts';
import { strictFieldErrors } from '../apimachinery/serializer/strict-fields.ts';
import { DecodeError, normalize } from '../apimachinery/serializer/unknown-fields.ts';
import type { CustomResource, ResourceDefinition } from '../apis/definition.ts';
import { apiVersionOf, findKind } from '../apis/resources.ts';
import { hasStruct } from '../apimachinery/schema/table.ts';
import {
  badRequest,
  internalError,
  invalid,
  requestEntityTooLarge,
  StatusError,
} from '../apimachinery/status.ts';
import type { KubeObject } from '../apis/object.ts';
import type { PatchType } from '../registry/patch.ts';
import type { FieldValidation } from './options.ts';

/** 3 MiB, as kube-apiserver's --max-request-bytes. */
export const MAX_BODY = 3 * 1024 * 1024;

/** Of a body that is too large so much is read and dropped: many clients read no answer while they still write. */
const MAX_DROPPED = 4 * MAX_BODY;

/** @throws StatusError 413. Keeps no more than the limit. */
export async function readBody(request: Request): Promise<Uint8Array> {
  const declared = Number(request.headers.get('Content-Length') ?? 0);
  if (declared > MAX_DROPPED) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
      else if (size > MAX_DROPPED) break;
      else chunks.length = 0;
    }
  } catch {
    // The client is gone: no fault of ours to be logged.
    throw badRequest('unexpected EOF');
  }
  if (size > MAX_BODY) throw tooLarge();
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

const tooLarge = () => requestEntityTooLarge(`Request entity too large: limit is ${MAX_BODY}`);

export interface Expected {
  readonly apiVersion: string;
  readonly kind: string;
  readonly typeName: string;
  readonly custom?: CustomResource;
  /** What is wrong is told without what the body is for. */
  readonly plainErrors?: boolean;
  /** Where upstream's scheme of kinds is made, when it is not that of all. */
  readonly scheme?: string;
  /** Other group versions the kind may come in. */
  readonly accepts?: (group: string, version: string) => boolean;
}

/** What the main resource and status of a definition take. */
export const expectedOf = (definition: ResourceDefinition): Expected => ({
  apiVersion: apiVersionOf(definition),
  kind: definition.kind,
  typeName: definition.typeName,
  ...(definition.custom ? { custom: definition.custom } : {}),
});

/** By what a body of the kind is read. */
const bodySchemaOf = ({ custom, typeName }: Expected): Schema => custom?.body ?? struct(typeName);

/**
 * The object of a body, which must be of the expected kind.
 * @throws StatusError 400, 413, 415.
 */
export async function readObject<T extends KubeObject = KubeObject>(
  request: Request,
  expected: Expected,
  fieldValidation: FieldValidation,
  warnings: string[],
): Promise<T> {
  return decodeObject(await readBody(request), request, expected, fieldValidation, warnings);
}

/** As readObject, of a body that has been read. */
export function decodeObject<T extends KubeObject = KubeObject>(
  bytes: Uint8Array,
  request: Request,
  expected: Expected,
  fieldValidation: FieldValidation,
  warnings: string[],
): T {
  const decoded = decodeBody(bytes, request.headers.get('Content-Type'), {
    defaultGVK: gvkOf(expected),
    schemaFor: (gvk) => schemaOf(gvk, expected),
    fieldValidation,
    ...(expected.custom ? { admitFields: expected.custom.admitFields } : {}),
    ...(expected.accepts ? { accepts: expected.accepts } : {}),
    ...(expected.plainErrors ? { plainErrors: true } : {}),
    ...(expected.scheme ? { scheme: expected.scheme } : {}),
  });
  warnings.push(...decoded.warnings);
  return decoded.object as T;
}

const gvkOf = ({ apiVersion, kind }: Expected): GroupVersionKind => {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion, kind }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
};

/** The schema of the expected kind, or of another the server has, so that it can be refused by name. */
function schemaOf({ group, version, kind }: GroupVersionKind, expected: Expected): Schema | undefined {
  const apiVersion = group ? `${group}/${version}` : version;
  if (kind === expected.kind && (apiVersion === expected.apiVersion || expected.accepts?.(group, version))) {
    return bodySchemaOf(expected);
  }
  const other = findKind(apiVersion, kind);
  if (other) return struct(other.typeName);
  const items = kind.endsWith('List') ? findKind(apiVersion, kind.slice(0, -'List'.length)) : undefined;
  if (items && hasStruct(`${items.typeName}List`)) return struct(`${items.typeName}List`);
  const meta = `meta.v1.${kind}`;
  return hasStruct(meta) ? struct(meta) : undefined;
}

/** Of what may have any field. */
const ANYTHING: Schema = { type: 'raw' };

/** The JSON of a patch; what a strict reader finds wrong with it is added to `reports`. @throws StatusError 400. */
export function parsePatch(bytes: Uint8Array, type: PatchType, reports: string[]): unknown {
  try {
    const parsed = parseJson(bytes);
    if (type === 'json') {
      const errors = strictFieldErrors(parsed.text, JSON_PATCH);
      reports.push(...errors.map((one) => `json patch ${one}`));
    } else if (hasDuplicates(parsed)) reports.push(...strictFieldErrors(parsed.text, ANYTHING));
    return parsed.value;
  } catch (error) {
    // A strategic patch is read by another decoder, which says no more.
    const before = type === 'strategic' ? '' : 'error decoding patch: ';
    throw badRequest(`${before}${(error as Error).message}`);
  }
}

/** Of what a patch made, a refusal shows so many characters. */
const MAX_SHOWN = 4096;

/** The patch that made an object, which a refusal shows. */
export interface PatchSource {
  readonly type: PatchType;
  readonly body: unknown;
  /** What is wrong with the patch itself, to a strict reader. */
  readonly reports: readonly string[];
}

/**
 * Looks at an object that a patch made as it would at a body: kind, unknown fields, wrong types; brings it to normal form.
 * @throws StatusError 422 that shows a strategic patch itself, and of others what they made, as upstream decodes that.
 */
export function checkPatched(
  object: KubeObject,
  expected: Expected,
  fieldValidation: FieldValidation,
  warnings: string[],
  source: PatchSource,
): KubeObject {
  // Normalizing drops what a refusal has to show.
  const made = source.type === 'strategic' ? '' : JSON.stringify(object);
  const refuse = (message: string): StatusError => {
    const shown = source.type === 'strategic' ? goValue(source.body) : goJSON(JSON.parse(made));
    const cut = shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}...` : shown;
    return invalid({ group: '', kind: '' }, '', [invalidField('patch', cut, message)]);
  };
  // A strategic patch is put into a value of the kind, which stays of the kind whatever the patch says.
  if (source.type !== 'strategic') {
    const wrong = wrongType(object);
    if (wrong) throw refuse(wrong);
    if (expected.custom)
      checkCustomType(object, expected, () => refuse(missingKind(goJSON(JSON.parse(made)))));
    else {
      const other = otherKind(object, expected);
      if (other) throw refuse(other);
    }
  }
  // What is no string is refused with the other values that do not fit.
  for (const field of ['apiVersion', 'kind'] as const) {
    if (typeof (object[field] ?? '') === 'string') object[field] = expected[field];
  }
  let unknown: string[];
  try {
    unknown = normalize(object, bodySchemaOf(expected));
    if (expected.custom) unknown.push(...expected.custom.admitFields(object));
  } catch (error) {
    // It is a map that is put into that value; what others made is decoded.
    const alone = source.type === 'strategic' && error instanceof DecodeError ? error.alone : undefined;
    throw refuse(alone ?? (error as Error).message);
  }
  const reports = [...source.reports, ...unknown];
  if (reports.length > 0 && fieldValidation === 'Strict') {
    throw refuse(`strict decoding error: ${reports.join(', ')}`);
  }
  if (fieldValidation === 'Warn') warnings.push(...reports);
  return object;
}

/** Why no type can be read from what a patch made; undefined when one can. */
function wrongType(object: KubeObject): string | undefined {
  for (const field of ['apiVersion', 'kind'] as const) {
    const value: unknown = object[field] ?? '';
    if (typeof value === 'string') continue;
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go struct field .${field} of type string`;
  }
  const { apiVersion = '' } = object;
  return apiVersion.split('/').length > 2 ? `unexpected GroupVersion string: ${apiVersion}` : undefined;
}

const missingKind = (json: string): string => `Object 'Kind' is missing in '${json}'`;

/**
 * Refuses a custom resource that a patch made into something else: upstream finds that when it validates it.
 * Source: apiextensions-apiserver pkg/registry/customresource/validator.go (ValidateTypeMeta).
 */
function checkCustomType(object: KubeObject, expected: Expected, withoutKind: () => StatusError): void {
  const { kind, apiVersion, metadata } = object;
  if (!kind) throw withoutKind();
  if (!apiVersion) {
    throw internalError(`Object 'apiVersion' is missing in 'object has no apiVersion field'`);
  }
  const errors: FieldError[] = [];
  if (kind !== expected.kind) errors.push(invalidField('kind', kind, `must be ${expected.kind}`));
  if (apiVersion !== expected.apiVersion) {
    errors.push(invalidField('apiVersion', apiVersion, `must be ${expected.apiVersion}`));
  }
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  if (errors.length > 0) throw invalid({ group, kind }, metadata?.name ?? '', errors);
}

/** Why what a patch made is not of the kind; undefined when it is. */
function otherKind(object: KubeObject, expected: Expected): string | undefined {
  const gvk = gvkOf({
    ...expected,
    apiVersion: object.apiVersion || expected.apiVersion,
    kind: object.kind || expected.kind,
  });
  const { apiVersion = expected.apiVersion } = object;
  if (apiVersion === expected.apiVersion && gvk.kind === expected.kind) return undefined;
  return findKind(apiVersion, gvk.kind)
    ? `converting (${gvk.version}.${gvk.kind}) to (${gvkOf(expected).group.split('.', 1)[0] || 'core'}.${expected.kind}): unknown conversion`
    : `no kind ${JSON.stringify(gvk.kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
}

/**
 * Looks at an object that an apply of `configuration` made, and brings it to normal form.
 * @throws StatusError 400; 500 for a value that its type cannot hold, as upstream.
 */
export function checkApplied(
  object: KubeObject,
  expected: Expected,
  fieldValidation: FieldValidation,
  warnings: string[],
  configuration: KubeObject,
): KubeObject {
  checkKind(object, expected);
  let reports: string[];
  try {
    reports = normalize(object, bodySchemaOf(expected));
    // The schema has judged the configuration; what it takes as a whole loses unknown fields without a word.
    expected.custom?.admitFields(object, { applied: true });
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof DecodeError)) throw badRequest(`unable to decode the patched object: ${message}`);
    const { apiVersion, kind } = expected;
    const what = describeConfiguration({ metadata: configuration.metadata }, expected);
    throw new StatusError(
      500,
      '',
      `failed to convert new object (${what}) to proper version: unable to convert unstructured object to ${kindText({ apiVersion, kind })}: ${error.alone ?? message}`,
    );
  }
  if (reports.length > 0 && fieldValidation === 'Strict') {
    throw badRequest(`strict decoding error: ${reports.join(', ')}`);
  }
  if (fieldValidation === 'Warn') warnings.push(...reports);
  return object;
}

/** @throws StatusError 400 when the object says it is something else. */
function checkKind(object: KubeObject, { apiVersion, kind }: Expected): void {
  if (object.apiVersion && object.apiVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (object.kind && object.kind !== kind) {
    throw badRequest(`the kind in the data (${object.kind}) does not match the expected kind (${kind})`);
  }
}

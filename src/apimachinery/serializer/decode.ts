/**
 * Request bodies to objects: the media types that writes may have, and upstream's words for what is wrong with them.
 * Sources: kubernetes/apiserver pkg/endpoints/handlers (create.go, rest.go), kubernetes/apimachinery
 * pkg/runtime/serializer (json, protobuf).
 */
import { decode as decodeMessage } from '../protobuf/decode.ts';
import { decodeEnvelope } from '../protobuf/envelope.ts';
import { ProtobufError } from '../protobuf/wire.ts';
import type { Schema } from '../schema/schema.ts';
import { invalid as invalidField } from '../field-error.ts';
import { canonicalJSON } from '../hash.ts';
import { badRequest, invalid, unsupportedMediaType, type StatusError } from '../status.ts';
import { hasDuplicates, JsonError, type ParsedJson, parseJson } from './json.ts';
import { strictFieldErrors } from './strict-fields.ts';
import { DecodeError, normalize } from './unknown-fields.ts';
import { parseYaml, YamlError, warningsOfReport } from './yaml.ts';

type Json = Record<string, unknown>;

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The `fieldValidation` parameter of a write; upstream's default is Warn. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface DecodeOptions {
  /** What the endpoint takes: stands in for an apiVersion or kind that the body leaves out. */
  readonly defaultGVK: GroupVersionKind;
  /** The schema of a kind the server has, built-in or custom; undefined for others. */
  readonly schemaFor: (gvk: GroupVersionKind) => Schema | undefined;
  readonly fieldValidation: FieldValidation;
  /**
   * Group versions that are taken besides the default one: DeleteOptions come in that of the resource, too.
   * Their kind must be the default's.
   */
  readonly accepts?: (group: string, version: string) => boolean;
  /** Where upstream's scheme of the kinds it would take is made; default: that of all kinds. */
  readonly scheme?: string;
  /** What is wrong is told as the decoder has it, without what the body is for: upstream does so for options. */
  readonly plainErrors?: boolean;
  /**
   * For a custom resource, which upstream reads into a map: it says itself of which kind it is, has no protobuf, and is
   * brought to its schema by this: unknown fields go, defaults come. Answers what a strict reader reports.
   * @throws DecodeError for what cannot be read.
   */
  readonly admitFields?: (object: Json) => readonly string[];
}

export interface Decoded {
  /** The object in normal form (see `normalize`), with apiVersion and kind. */
  readonly object: Json;
  readonly gvk: GroupVersionKind;
  /** With Warn: a text for each `Warning: 299` header. */
  readonly warnings: readonly string[];
}

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

/** `apps/v1`, or `v1` of the group without a name. */
export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `${group}/${version}` : version;

/**
 * Decodes the body of a create or update.
 * @param contentType the header as it came; none means JSON.
 * @throws StatusError 415 for another media type, 400 for a body that is not the object it should be, and with
 *   Strict for unknown or duplicate fields.
 */
export function decodeBody(bytes: Uint8Array, contentType: string | null, options: DecodeOptions): Decoded {
  const expected = options.defaultGVK;
  const mediaType = contentType ? mediaTypeOf(contentType) : JSON_TYPE;
  const protobuf = options.schemaFor(expected)?.typeName !== undefined;
  if (mediaType === PROTOBUF_TYPE && protobuf) return fromProtobuf(bytes, options);
  if (mediaType !== JSON_TYPE && mediaType !== YAML_TYPE) {
    // Upstream lists protobuf for custom resources, too, and breaks off the connection of those who send it.
    const listed = protobuf || (options.admitFields && mediaType !== PROTOBUF_TYPE);
    const accepted = [JSON_TYPE, YAML_TYPE, ...(listed ? [PROTOBUF_TYPE] : [])].join(', ');
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    );
  }
  const yaml = mediaType === YAML_TYPE;
  return options.admitFields ? fromUntyped(bytes, yaml, options) : fromText(bytes, yaml, options);
}

/** One parameter of a media type. */
const PARAMETER = /^\s*[^\s"(),/:;<=>?@[\\\]{}]+=(?:[^\s"(),/:;<=>?@[\\\]{}]+|"(?:[^"\\]|\\.)*")\s*$/;

/** Without parameters, in lower case; '' when they are none. Source: Go mime (ParseMediaType). */
function mediaTypeOf(header: string): string {
  const [type = '', ...parameters] = header.split(';');
  if (parameters.at(-1)?.trim() === '') parameters.pop();
  return parameters.every((one) => PARAMETER.test(one)) ? type.trim().toLowerCase() : '';
}

const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

interface ReadText {
  readonly value: unknown;
  /** Absent for YAML. */
  readonly json: ParsedJson | undefined;
  /** What a strict reader says of YAML. */
  readonly reports: string[];
}

function readText(bytes: Uint8Array, yaml: boolean, options: DecodeOptions): ReadText {
  return recognized(bytes, options, () => {
    if (!yaml) {
      const json = parseJson(bytes);
      return { value: json.value, json, reports: [] };
    }
    const parsed = parseYaml(utf8.decode(bytes));
    const strict = options.fieldValidation !== 'Ignore';
    return { value: parsed.value, json: undefined, reports: strict ? [...parsed.duplicates] : [] };
  });
}

function fromText(bytes: Uint8Array, yaml: boolean, options: DecodeOptions): Decoded {
  const strict = options.fieldValidation !== 'Ignore';
  const { value, json, reports } = readText(bytes, yaml, options);
  const gvk = recognized(bytes, options, () => interpret(value, options.defaultGVK));
  return handled(gvk, options, (schema) => {
    const object = value === null ? {} : (value as Json);
    // A text with a field twice is read again, as the errors come in its order.
    const inOrder = strict && json && hasDuplicates(json) ? strictFieldErrors(json.text, schema) : undefined;
    object.apiVersion = apiVersionOf(gvk);
    object.kind = gvk.kind;
    const unknown = normalize(object, schema);
    if (inOrder) reports.push(...inOrder);
    else if (strict) reports.push(...unknown);
    return { object, reports };
  });
}

/** Of which all fields are known. */
const UNTYPED: Schema = { type: 'struct', fields: new Map(), preserveUnknownFields: true };

function fromUntyped(bytes: Uint8Array, yaml: boolean, options: DecodeOptions): Decoded {
  const { defaultGVK, fieldValidation } = options;
  const strict = fieldValidation !== 'Ignore';
  const { value, json, reports } = readText(bytes, yaml, options);
  const given = recognized(bytes, options, () => interpret(value, { group: '', version: '', kind: '' }));
  if (given.kind === '') throw withoutKind(bytes, yaml ? canonicalJSON(value) : undefined, options);
  const isSame = given.group === defaultGVK.group && given.version === defaultGVK.version;
  if (!isSame) throw otherVersion(given, defaultGVK);
  const object = value as Json;
  if (given.kind !== defaultGVK.kind) {
    const name = (object.metadata as Json | null | undefined)?.name;
    throw invalid(given, typeof name === 'string' ? name : '', [
      invalidField('kind', given.kind, `must be ${defaultGVK.kind}`),
    ]);
  }
  return handled(given, options, () => {
    if (strict && json && hasDuplicates(json)) reports.push(...strictFieldErrors(json.text, UNTYPED));
    const unknown = options.admitFields!(object);
    if (strict) reports.push(...unknown);
    return { object, reports };
  });
}

/**
 * A strict reader finds that there is no kind after it has read, any other one while it does.
 * @param json of a body that is YAML.
 */
function withoutKind(bytes: Uint8Array, json: string | undefined, options: DecodeOptions): StatusError {
  const { defaultGVK, fieldValidation } = options;
  const missing = (text: string): string => `Object 'Kind' is missing in '${text}'`;
  if (fieldValidation !== 'Ignore') return unrecognized(bytes, defaultGVK, missing(utf8.decode(bytes)));
  return refusal(defaultGVK, options, missing(json ?? utf8.decode(bytes)));
}

const otherVersion = (given: GroupVersionKind, expected: GroupVersionKind): StatusError =>
  badRequest(
    `the API version in the data (${apiVersionOf(given)}) does not match the expected API version (${apiVersionOf(expected)})`,
  );

function fromProtobuf(bytes: Uint8Array, options: DecodeOptions): Decoded {
  const { defaultGVK } = options;
  const envelope = recognized(bytes, options, () => decodeEnvelope(bytes));
  const { group, version } = recognized(bytes, options, () => parseApiVersion(envelope.apiVersion));
  const gvk = {
    group: version ? group : defaultGVK.group,
    version: version || defaultGVK.version,
    kind: envelope.kind || defaultGVK.kind,
  };
  return handled(gvk, options, (schema) => {
    const object = decodeMessage(schema, envelope.raw, { kind: gvk.kind, apiVersion: apiVersionOf(gvk) });
    normalize(object, schema);
    return { object, reports: [] };
  });
}

/** What the body's apiVersion and kind say, with those of the endpoint for what is missing. */
function interpret(value: unknown, fallback: GroupVersionKind): GroupVersionKind {
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw new JsonError(`json: cannot unmarshal ${type} into Go value of type ${FIND_KIND}`);
  }
  const apiVersion = textOf(value as Json | null, 'apiVersion');
  const kind = textOf(value as Json | null, 'kind') || fallback.kind;
  const { group, version } = parseApiVersion(apiVersion);
  if (version !== '') return { group, version, kind };
  if (group === '' || group === fallback.group) return { ...fallback, kind };
  return { group, version, kind };
}

/** Upstream decodes into a nameless struct and shows it. */
const FIND_KIND =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function textOf(object: Json | null, field: string): string {
  const value = object?.[field] ?? '';
  if (typeof value === 'string') return value;
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new JsonError(`json: cannot unmarshal ${type} into Go struct field .${field} of type string`);
}

/** @throws DecodeError when there is more than one slash. */
function parseApiVersion(text: string): { group: string; version: string } {
  if (text === '' || text === '/') return { group: '', version: '' };
  const parts = text.split('/');
  if (parts.length > 2) throw new DecodeError(`unexpected GroupVersion string: ${text}`);
  return parts.length === 2 ? { group: parts[0]!, version: parts[1]! } : { group: '', version: text };
}

/** Runs what happens before the kind is known. */
function recognized<T>(bytes: Uint8Array, { defaultGVK, plainErrors }: DecodeOptions, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const message =
      error instanceof JsonError
        ? `couldn't get version/kind; json parse error: ${error.message}`
        : known(error);
    throw plainErrors ? badRequest(message) : unrecognized(bytes, defaultGVK, message);
  }
}

const unrecognized = (bytes: Uint8Array, { kind }: GroupVersionKind, message: string): StatusError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${message} (${summary(bytes)})`);

/** @param gvk what the body says it is. */
const refusal = (
  gvk: GroupVersionKind,
  { defaultGVK, plainErrors }: DecodeOptions,
  message: string,
): StatusError =>
  badRequest(
    plainErrors
      ? message
      : `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${defaultGVK.kind}: ${message}`,
  );

/** Runs what happens once the kind is known, and judges whether the endpoint takes the kind. */
function handled(
  gvk: GroupVersionKind,
  options: DecodeOptions,
  run: (schema: Schema) => { object: Json; reports: readonly string[] },
): Decoded {
  const { defaultGVK, schemaFor, fieldValidation, accepts, plainErrors } = options;
  const refuse = (message: string): StatusError => refusal(gvk, options, message);
  const same = gvk.group === defaultGVK.group && gvk.version === defaultGVK.version;
  const accepted = same || (accepts?.(gvk.group, gvk.version) ?? false);
  const schema = schemaFor(accepted && gvk.kind === defaultGVK.kind ? defaultGVK : gvk);
  if (!schema) {
    throw refuse(
      `no kind "${gvk.kind}" is registered for version "${apiVersionOf(gvk)}" in scheme "${options.scheme ?? SCHEME}"`,
    );
  }
  let result: { object: Json; reports: readonly string[] };
  try {
    result = run(schema);
  } catch (error) {
    throw refuse(known(error));
  }
  if (gvk.kind !== defaultGVK.kind) {
    const from = `${gvk.version}.${gvk.kind}`;
    throw refuse(
      `converting (${from}) to (${plainErrors ? defaultGVK.version : internalPackage(defaultGVK)}.${defaultGVK.kind}): unknown conversion`,
    );
  }
  if (result.reports.length > 0 && fieldValidation === 'Strict') {
    throw refuse(`strict decoding error: ${result.reports.join(', ')}`);
  }
  if (!accepted) throw otherVersion(gvk, defaultGVK);
  return { object: result.object, gvk, warnings: result.reports.flatMap(warningsOfReport) };
}

/** Where upstream's scheme of all kinds is made. */
const SCHEME = 'pkg/api/legacyscheme/scheme.go:30';

/** Go's name of the package with a group's internal types. */
const internalPackage = ({ group }: GroupVersionKind): string => group.split('.', 1)[0] || 'core';

/** The message of an error that a body can cause; others are ours and go on. */
function known(error: unknown): string {
  if (error instanceof DecodeError || error instanceof YamlError || error instanceof ProtobufError)
    return error.message;
  throw error;
}

/** The start of a body, as text if it looks like JSON, else in hexadecimal. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const start = bytes.subarray(0, 30);
  const shown =
    bytes[0] === 0x7b
      ? utf8.decode(start)
      : [...start].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length > start.length ? `${shown} ...` : shown;
}

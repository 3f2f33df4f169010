/**
 * Metadata of resources embedded in a custom resource (`x-kubernetes-embedded-resource`).
 * Source: apiextensions-apiserver pkg/apiserver/schema/objectmeta.
 */
import { deepCopy } from '../deep-copy.ts';
import { at, child, type FieldError, invalid, required } from '../field-error.ts';
import { struct } from '../schema/table.ts';
import { MAX_STRICT_ERRORS } from '../serializer/strict-fields.ts';
import { DecodeError, normalize } from '../serializer/unknown-fields.ts';
import type { ObjectMeta } from '../types/meta.v1.gen.ts';
import { isDNS1035Label } from '../validation/content.ts';
import { nameIsPathSegment } from '../validation/names.ts';
import { validateObjectMeta as validateMeta } from '../validation/object-meta.ts';
import { asResource } from './prune.ts';
import { fieldOf, isObject, itemsOf, type Json, type JSONSchemaProps, valuesOf } from './types.ts';

export interface Coerced {
  /** What cannot be read; the object is then half done. */
  readonly error?: FieldError;
  /** `unknown field "spec.template.metadata.foo"`, sorted by path. */
  readonly unknown: string[];
}

interface Options {
  /** The object is a resource itself: its own metadata counts, too. */
  readonly root: boolean;
  /** Drops malformed fields instead of refusing them: for objects that are stored already. */
  readonly dropInvalid?: boolean;
  readonly path?: string;
}

/** A place with an object, in document order. */
function visit(
  value: unknown,
  props: JSONSchemaProps | undefined,
  path: string,
  see: (object: Json, props: JSONSchemaProps, path: string) => void,
): void {
  if (props === undefined) return;
  if (Array.isArray(value)) {
    const items = itemsOf(props);
    if (!items) return;
    for (const [i, item] of value.entries()) visit(item, items, at(path, i), see);
  } else if (isObject(value)) {
    see(value, props, path);
    const values = valuesOf(props);
    for (const key of Object.keys(value)) {
      const inner = value[key];
      if (typeof inner !== 'object' || inner === null) continue;
      const declared = fieldOf(props, key);
      if (declared) visit(inner, declared, child(path, key), see);
      else if (values) visit(inner, values, at(path, key), see);
    }
  }
}

/** Whether a schema has embedded resources anywhere: most have none, and need no walk. */
const embeds = new WeakMap<JSONSchemaProps, boolean>();
function embedsResources(props: JSONSchemaProps | undefined): boolean {
  if (props === undefined) return false;
  let known = embeds.get(props);
  if (known === undefined) {
    known =
      props['x-kubernetes-embedded-resource'] === true ||
      embedsResources(itemsOf(props)) ||
      embedsResources(valuesOf(props)) ||
      Object.values(props.properties ?? {}).some(embedsResources);
    embeds.set(props, known);
  }
  return known;
}

/** Brings embedded metadata into the form of an ObjectMeta, in place, and drops what such one does not have. */
export function coerceObjectMeta(
  object: Json,
  props: JSONSchemaProps | undefined,
  { root, dropInvalid = false, path = '' }: Options,
): Coerced {
  if (!root && !embedsResources(props)) return { unknown: [] };
  const unknown: string[] = [];
  let error: FieldError | undefined;
  visit(object, root ? asResource(props) : props, path, (resource, schema, here) => {
    if (error || !schema['x-kubernetes-embedded-resource']) return;
    for (const key of ['apiVersion', 'kind']) {
      if (!Object.hasOwn(resource, key) || typeof resource[key] === 'string') continue;
      if (dropInvalid) delete resource[key];
      else error ??= invalid(child(here, key), resource[key], 'must be a string');
    }
    if (error || !Object.hasOwn(resource, 'metadata')) return;
    const metadata = child(here, 'metadata');
    try {
      const read = readMetadata(resource.metadata, dropInvalid);
      if (!read) return;
      resource.metadata = read.metadata;
      for (const one of read.unknown) unknown.push(`${metadata}.${one}`);
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem;
      error = invalid(metadata, resource.metadata, problem.message);
    }
  });
  const texts = [...new Set(unknown)].sort().slice(0, MAX_STRICT_ERRORS);
  const result = { unknown: texts.map((one) => `unknown field "${one}"`) };
  return error ? { ...result, error } : result;
}

/**
 * Brings an object's own metadata into the form of an ObjectMeta, in place. Answers `unknown field "metadata.foo"` of each
 * field that such one does not have, sorted. @throws DecodeError for what cannot be read.
 */
export function coerceOwnMetadata(object: Json): string[] {
  if (!Object.hasOwn(object, 'metadata')) return [];
  const { metadata } = object;
  const own = metadata === null ? {} : checkedObject(metadata);
  object.metadata = own;
  const { unknown } = normalized(own);
  return unknown
    .sort()
    .slice(0, MAX_STRICT_ERRORS)
    .map((one) => `unknown field "metadata.${one}"`);
}

function checkedObject(value: unknown): Json {
  if (isObject(value)) return value;
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new DecodeError(`json: cannot unmarshal ${type} into Go value of type v1.ObjectMeta`);
}

interface Read {
  readonly metadata: Json;
  readonly unknown: string[];
}

/** A copy in the form of an ObjectMeta; undefined for what is none at all and may stay. */
function readMetadata(value: unknown, dropInvalid: boolean): Read | undefined {
  if (value === null) return { metadata: {}, unknown: [] };
  if (dropInvalid && !isObject(value)) return undefined;
  const given = checkedObject(value);
  try {
    return normalized(deepCopy(given));
  } catch (error) {
    if (!dropInvalid || !(error instanceof DecodeError)) throw error;
  }
  const all: Read = { metadata: {}, unknown: [] };
  for (const [key, field] of Object.entries(given)) {
    try {
      const one = normalized({ [key]: deepCopy(field) });
      Object.assign(all.metadata, one.metadata);
      all.unknown.push(...one.unknown);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  }
  return all;
}

function normalized(metadata: Json): Read {
  const reports = normalize(metadata, struct('meta.v1.ObjectMeta'));
  return {
    metadata,
    unknown: reports.map((report) => JSON.parse(report.slice('unknown field '.length)) as string),
  };
}

/**
 * Rules for apiVersion, kind and metadata of embedded resources.
 * @param options.root the object's own, too; those of whole objects are checked by the registry.
 */
export function validateObjectMeta(
  object: unknown,
  props: JSONSchemaProps | undefined,
  { root, path = '' }: Pick<Options, 'root' | 'path'>,
): FieldError[] {
  if (!root && !embedsResources(props)) return [];
  const errors: FieldError[] = [];
  visit(object, root ? asResource(props) : props, path, (resource, schema, here) => {
    if (schema['x-kubernetes-embedded-resource']) errors.push(...validateResource(resource, here));
  });
  return errors;
}

function validateResource(resource: Json, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { apiVersion, kind } = resource;
  const problem = (field: string, detail: string): void => {
    errors.push(invalid(child(path, field), resource[field], detail));
  };
  if (apiVersion === undefined) errors.push(required(child(path, 'apiVersion')));
  else if (typeof apiVersion !== 'string') problem('apiVersion', 'must be a string');
  else if (apiVersion === '') problem('apiVersion', 'must not be empty');
  else if (apiVersion !== '/' && apiVersion.split('/').length > 2) {
    problem('apiVersion', `unexpected GroupVersion string: ${apiVersion}`);
  }
  if (kind === undefined) errors.push(required(child(path, 'kind')));
  else if (typeof kind !== 'string') problem('kind', 'must be a string');
  else if (kind === '') problem('kind', 'must not be empty');
  else {
    const messages = isDNS1035Label(kind.toLowerCase());
    const but = 'may have mixed case, but should otherwise match: ';
    if (messages.length > 0) problem('kind', but + messages.join(','));
  }
  if (resource.metadata !== undefined) errors.push(...validateMetadata(resource.metadata, path));
  return errors;
}

function validateMetadata(value: unknown, path: string): FieldError[] {
  const metadataPath = child(path, 'metadata');
  try {
    const metadata: ObjectMeta = readMetadata(value, false)?.metadata ?? {};
    return validateMeta(
      // A name is not asked for.
      { ...metadata, name: metadata.name || 'fakename' },
      { namespaced: !!metadata.namespace, validateName: nameIsPathSegment, path: metadataPath },
    );
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [invalid(metadataPath, value, error.message)];
  }
}

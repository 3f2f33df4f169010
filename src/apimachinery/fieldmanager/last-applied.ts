import { getOwn, isObject, type JSONObject } from '../patch/values.ts';
import { compare } from './compare.ts';
import { difference, EMPTY_SET, type FieldSet } from './field-set.ts';
import { parseExact } from '../serializer/int64.ts';
import { goJSON } from './path-element.ts';
import { toFieldSet, TypedError } from './typed.ts';
import type { View } from './updater.ts';
import { validateApplied } from './validate.ts';

/**
 * The annotation of client-side apply, for objects that move from it to server-side apply by kubectl.
 * Source: kubernetes/apimachinery pkg/util/managedfields/internal/lastappliedmanager.go and lastappliedupdater.go.
 */

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** All annotations of an object, names and values, in bytes. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

function annotationsOf(object: JSONObject): JSONObject | undefined {
  const metadata = getOwn(object, 'metadata');
  const annotations = isObject(metadata) ? getOwn(metadata, 'annotations') : undefined;
  return isObject(annotations) ? annotations : undefined;
}

/**
 * What client-side apply set and is still so: kubectl may take it over without a conflict.
 * @returns the empty set when there is no annotation, or none that can be used.
 */
export function lastAppliedFields(live: JSONObject, view: View): FieldSet {
  const text = annotationsOf(live)?.[LAST_APPLIED];
  if (typeof text !== 'string' || text === '') return EMPTY_SET;
  try {
    const applied: unknown = parseExact(text);
    if (!isObject(applied) || applied.apiVersion !== view.apiVersion) return EMPTY_SET;
    validateApplied(applied, view.schema);
    const { changed, removed } = compare(applied, live, view.schema);
    return difference(difference(toFieldSet(applied, view.schema), changed), removed);
  } catch (error) {
    if (error instanceof TypedError || error instanceof SyntaxError) return EMPTY_SET;
    throw error;
  }
}

/**
 * The object with the annotation brought up to what was applied, when it has one; too large a one is dropped.
 * @returns the object itself where there is nothing to do; it is not mutated.
 */
export function syncLastApplied(object: JSONObject, applied: JSONObject): JSONObject {
  const annotations = annotationsOf(object);
  if (!annotations?.[LAST_APPLIED]) return object;
  const value = `${goJSON(withoutLastApplied(applied))}\n`;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  const next: JSONObject = { ...annotations, [LAST_APPLIED]: value };
  const metadata = object.metadata as JSONObject;
  return {
    ...object,
    metadata: { ...metadata, annotations: bytes(next) > MAX_ANNOTATIONS_BYTES ? others : next },
  };
}

/** The object as it is applied, without the annotation itself. */
function withoutLastApplied(object: JSONObject): JSONObject {
  const annotations = annotationsOf(object);
  if (!annotations) return object;
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return { ...object, metadata: { ...(object.metadata as JSONObject), annotations: others } };
}

const encoder = new TextEncoder();
const bytes = (annotations: JSONObject): number =>
  Object.entries(annotations).reduce(
    (sum, [name, value]) => sum + encoder.encode(name).length + encoder.encode(String(value)).length,
    0,
  );

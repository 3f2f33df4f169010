import { badRequest } from '../status.ts';
import { jsonKind } from './go-format.ts';
import { getOwn, hasOwn, isObject, type JSONObject, setOwn } from './values.ts';

/**
 * JSON merge patch (RFC 7386) as gopkg.in/evanphx/json-patch v4 (merge.go) applies it. It differs from the RFC in one
 * habit that is kept: nulls are also pruned from objects inside a list that the patch brings.
 */

/**
 * Merges a patch that a client sent into an object.
 * @param document an object; not mutated. The result shares what the patch did not touch.
 * @param patch the parsed body; not mutated.
 * @throws StatusError 400 when the patch is not an object.
 */
export function applyMergePatch(document: JSONObject, patch: unknown): JSONObject {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(patch)) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return mergeObjects(document, patch);
}

function mergeObjects(document: JSONObject, patch: JSONObject): JSONObject {
  let merged = document;
  for (const key of Object.keys(patch)) {
    const before = getOwn(document, key);
    const after = mergeValue(before, patch[key]);
    if (after === before && (after !== undefined || !hasOwn(document, key))) continue;
    if (merged === document) merged = { ...document };
    if (after === undefined) delete merged[key];
    else setOwn(merged, key, after);
  }
  return merged;
}

/** The merged value; undefined removes the key. */
function mergeValue(before: unknown, patch: unknown): unknown {
  if (patch === null) return undefined;
  if (!isObject(before)) return withoutNulls(patch);
  return isObject(patch) ? mergeObjects(before, patch) : patch;
}

/** The value without nulls in its objects; those that are items of lists stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: JSONObject = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== null) setOwn(kept, key, withoutNulls(value[key]));
  }
  return kept;
}

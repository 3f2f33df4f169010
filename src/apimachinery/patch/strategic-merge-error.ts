import { badRequest, StatusError } from '../status.ts';
import { goType, goValue } from './go-format.ts';
import { isObject, type JSONObject } from './values.ts';

/**
 * The refusals of a strategic merge patch: texts of kubernetes/apimachinery pkg/util/mergepatch/errors.go, codes of
 * interpretStrategicMergePatchError in kubernetes/apiserver pkg/endpoints/handlers/patch.go. What that function does not
 * know goes out there as a 500 without a reason; it is the client's mistake, and a 400 here.
 */

export const badPrimitiveList = (): StatusError => badRequest('invalid patch format of primitive list');
export const badRetainKeys = (): StatusError => badRequest('invalid patch format of retainKeys');
export const badSetElementOrder = (): StatusError =>
  badRequest('invalid patch format of setElementOrder list');
export const listOfLists = (): StatusError =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** Any other fault of a patch. */
export const unmergeable = (message: string): StatusError => badRequest(message);

export const noMergeKey = (item: JSONObject, mergeKey: string): StatusError =>
  unmergeable(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
export const badDirective = (directive: unknown, item: JSONObject): StatusError =>
  unmergeable(`unknown patch type: ${goValue(directive)} in map: ${goValue(item)}`);

/** The value as an object. */
export function asObject(value: unknown): JSONObject {
  if (isObject(value)) return value;
  throw unmergeable(`expected a map[string]interface {}, but received a ${goType(value)}`);
}
/** The value as a list. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw unmergeable(`expected a []interface {}, but received a ${goType(value)}`);
}

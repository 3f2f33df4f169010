/**
 * Parsed JSON as the patches see it. A key is data, never a name of the language: `__proto__` sent by a client is an
 * own property like any other, so everything is read with `getOwn` and written with `setOwn`.
 */

export type JSONObject = { [key: string]: unknown };

/** Whether the value is a JSON object: neither null, nor an array, nor a scalar. */
export const isObject = (value: unknown): value is JSONObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const hasOwn = (object: JSONObject, key: string): boolean => Object.hasOwn(object, key);

/** The own property, or undefined: never one that is inherited from Object.prototype. */
export const getOwn = (object: JSONObject, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Sets an own property; a plain assignment to `__proto__` would replace the prototype instead. */
export function setOwn(object: JSONObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

/** Equality of two JSON values: objects without regard to the order of their keys, numbers by value. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let i = 0; i < left.length; i++) if (!jsonEqual(left[i], right[i])) return false;
    return true;
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !jsonEqual(left[key], right[key])) return false;
  }
  return true;
}

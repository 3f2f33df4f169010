/** One step of a path, `value.key` or `value[key]` (cel-go interpreter/attributes.go, refQualify). */

import { CelError } from './errors.ts';
import { display, typeName } from './text.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  StructValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';

/** How Go names a value that can be no key. */
function goType(key: Value): string {
  if (key === null) return 'types.Null';
  if (key instanceof ListValue) return '*types.baseList';
  if (key instanceof MapValue) return '*types.baseMap';
  if (key instanceof OptionalValue) return '*types.Optional';
  if (key instanceof Timestamp) return 'types.Timestamp';
  if (key instanceof Duration) return 'types.Duration';
  if (key instanceof TypeValue) return '*types.Type';
  return key instanceof Uint8Array ? 'types.Bytes' : typeName(key);
}

function listIndex(key: Value): number {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (typeof key === 'number') {
    if (Number.isInteger(key)) return key;
    throw new CelError(`unsupported index value ${display(key)} in list`);
  }
  throw new CelError(`unsupported index type '${typeName(key)}' in list`);
}

/**
 * The value at a key; when `optional`, undefined where there is none, else a CelError (`no such key: a`,
 * `index out of bounds: 5`).
 */
export function qualify(value: Value, key: Value, optional: boolean): Value | undefined {
  if (typeof key === 'object' && !(key instanceof Uint)) {
    throw new CelError(`invalid qualifier type: ${goType(key)}`);
  }
  if (value instanceof MapValue) {
    const found = value.find(key);
    if (found === undefined && !optional) throw new CelError(`no such key: ${display(key)}`);
    return found;
  }
  if (value instanceof ListValue) {
    const index = listIndex(key);
    if (index >= 0 && index < value.size()) return value.at(index);
    if (optional) return undefined;
    throw new CelError(`index out of bounds: ${display(key)}`);
  }
  if (value instanceof StructValue && typeof key === 'string') {
    const found = value.get(key);
    if (found === undefined && !optional) throw new CelError(`no such key: ${key}`);
    return found;
  }
  if (optional && !(value instanceof OpaqueValue)) return undefined;
  throw new CelError(`no such key: ${display(key)}`);
}

/**
 * The stored form of an object: JSON whose first field is metadata, without resourceVersion, apiVersion and kind.
 * The revision of the row is the resourceVersion, so both are put in as text when the object leaves storage and a
 * list of thousands is never parsed.
 */
import { parseExact, stringifyExact } from '../apimachinery/serializer/int64.ts';
import type { KubeObject, Stored } from '../apis/object.ts';

const START = '{"metadata":{';
/** Ends a text with integers beyond 2^53, which are parsed with more care than those of all others. */
const LARGE = ' ';

/** The stored form of an object. */
export function encodeStored(object: KubeObject): string {
  const { apiVersion: _a, kind: _k, metadata, ...rest } = object;
  const { resourceVersion: _r, ...meta } = metadata ?? {};
  // Put together by hand: JSON.stringify would place fields with numbers for names before the metadata.
  const { text, large } = stringifyExact(rest);
  const value = `{"metadata":${JSON.stringify(meta)}${text === '{}' ? '}' : `,${text.slice(1)}`}`;
  return large ? value + LARGE : value;
}

/** `{"kind":"Pod","apiVersion":"v1",`, what stands before the metadata of an object on its own. */
export function typeHead(apiVersion: string, kind: string): string {
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
}

/** The JSON of an object from its stored form; `head` from typeHead, or `{` inside a typed list. */
export function decodeText(value: string, revision: number, head: string): string {
  const rest = value.slice(START.length);
  const comma = rest.startsWith('}') ? '' : ',';
  return `${head}"metadata":{"resourceVersion":"${revision}"${comma}${rest}`;
}

/** The value of a stored text: the object without type and resourceVersion. */
export const parseStored = (value: string): any =>
  value.endsWith(LARGE) ? parseExact(value) : JSON.parse(value);

/** The object from its stored form. */
export function decodeStored<T extends KubeObject = KubeObject>(
  value: string,
  revision: number,
  type?: { apiVersion: string; kind: string },
): Stored<T> {
  const parsed = parseStored(value);
  parsed.metadata.resourceVersion = String(revision);
  return type ? { kind: type.kind, apiVersion: type.apiVersion, ...parsed } : parsed;
}

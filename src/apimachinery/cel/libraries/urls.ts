/** `url('https://example.com')` (apiserver pkg/cel/library/urls.go). */

import { ArrayList, makeMap } from '../collections.ts';
import type { Library } from '../environment.ts';
import { noSuchOverload } from '../equality.ts';
import { CelError } from '../errors.ts';
import {
  formatURL,
  type GoURL,
  parseQuery,
  parseRequestURI,
  parseURL,
  splitHost,
  URLError,
} from '../go-url.ts';
import { boolType, type CelType, listType, mapType, stringType } from '../types.ts';
import { OpaqueValue, type Value } from '../values.ts';
import { fn, member, overload, unary } from './declare.ts';

export const urlType: CelType = { kind: 'struct', name: 'kubernetes.URL', params: [] };

class URLValue extends OpaqueValue {
  readonly url: GoURL;

  constructor(url: GoURL) {
    super();
    this.url = url;
  }

  get type(): CelType {
    return urlType;
  }

  equals(other: Value): boolean {
    if (!(other instanceof URLValue)) throw noSuchOverload();
    return formatURL(this.url) === formatURL(other.url);
  }
}

function toURL(text: string): URLValue {
  try {
    // The first refuses what is not absolute, the second reads the fragment.
    parseRequestURI(text);
    return new URLValue(parseURL(text));
  } catch (error) {
    if (!(error instanceof URLError)) throw error;
    throw new CelError(`URL parse error during conversion from string: ${error.message}`);
  }
}

function isURL(text: string): boolean {
  try {
    parseRequestURI(text);
    return true;
  } catch (error) {
    if (error instanceof URLError) return false;
    throw error;
  }
}

const query = (url: GoURL) =>
  makeMap([...parseQuery(url.rawQuery)].map(([name, values]) => [name, new ArrayList(values)] as const));

const getter = (name: string, id: string, result: CelType, get: (url: GoURL) => Value) =>
  fn(
    name,
    member(
      id,
      [urlType],
      result,
      unary<URLValue>(({ url }) => get(url)),
    ),
  );

export const urlsLibrary: Library = {
  name: 'kubernetes.urls',
  types: [urlType],
  functions: [
    fn('url', overload('string_to_url', [stringType], urlType, unary(toURL))),
    fn('isURL', overload('is_url_string', [stringType], boolType, unary(isURL))),
    getter('getScheme', 'url_get_scheme', stringType, (url) => url.scheme),
    getter('getHost', 'url_get_host', stringType, (url) => url.host),
    getter('getHostname', 'url_get_hostname', stringType, (url) => splitHost(url.host).hostname),
    getter('getPort', 'url_get_port', stringType, (url) => splitHost(url.host).port),
    getter('getEscapedPath', 'url_get_escaped_path', stringType, (url) => url.escapedPath),
    getter('getQuery', 'url_get_query', mapType(stringType, listType(stringType)), query),
  ],
};

/**
 * The query of a request as Go reads it: a pair with a semicolon or with an escape that is none is as if it were not
 * there. Source: Go net/url (URL.Query), on whose values all of upstream's parameters are read.
 */
const UNREADABLE = /;|%(?![0-9a-fA-F]{2})/;

export function parseQuery(search: string): URLSearchParams {
  if (!UNREADABLE.test(search)) return new URLSearchParams(search);
  const pairs = search.replace(/^\?/, '').split('&');
  return new URLSearchParams(pairs.filter((pair) => !UNREADABLE.test(pair)).join('&'));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A path with its escapes undone, all at once, so that an escaped slash divides segments as any other. Bytes that are
 * no UTF-8 become U+FFFD. Undefined for a path that Go's server does not take: then it asks no handler.
 */
export function decodePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  const bytes = encoder.encode(path);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0x25) {
      bytes[length++] = Number.parseInt(String.fromCharCode(bytes[i + 1]!, bytes[i + 2]!), 16);
      i += 2;
    } else bytes[length++] = bytes[i]!;
  }
  return decoder.decode(bytes.subarray(0, length));
}

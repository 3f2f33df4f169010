/** URLs as Go parses them (net/url), with its texts for what is wrong. */

import { parseAddress } from './netip.ts';

export interface GoURL {
  readonly scheme: string;
  /** With port and brackets, unescaped. */
  readonly host: string;
  /** As written, without `?`. */
  readonly rawQuery: string;
  readonly escapedPath: string;
  readonly fragment: string;
  /** What is behind the scheme of a URL without a leading slash. */
  readonly opaque: string;
  readonly user: string;
}

/** A text that is no URL; the message is Go's. */
export class URLError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Characters that stand for themselves in a host, besides letters, digits and `-_.~`. */
const HOST = /[^\x80-\uffffA-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Removes %-escapes. Throws for one that is none. */
function unescapeText(text: string, host = false, plus = false): string {
  const wrong = /%(?![0-9a-fA-F]{2})/.exec(text);
  if (wrong !== null) throw new URLError(`invalid URL escape "${text.slice(wrong.index, wrong.index + 3)}"`);
  if (host) {
    const ascii = /%[0-7][0-9a-fA-F]/.exec(text.replaceAll('%25', ''));
    if (ascii !== null) throw new URLError(`invalid URL escape "${ascii[0]}"`);
    const bad = HOST.exec(text.replace(/%[0-9a-fA-F]{2}/g, ''));
    if (bad !== null) throw new URLError(`invalid character ${JSON.stringify(bad[0])} in host name`);
  }
  const spaced = plus ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  const bytes: number[] = [];
  for (let at = 0; at < spaced.length; ) {
    if (spaced[at] === '%') {
      bytes.push(Number.parseInt(spaced.slice(at + 1, at + 3), 16));
      at += 3;
      continue;
    }
    const character = String.fromCodePoint(spaced.codePointAt(at)!);
    for (const byte of encoder.encode(character)) bytes.push(byte);
    at += character.length;
  }
  return decoder.decode(Uint8Array.from(bytes));
}

function schemeOf(text: string): [scheme: string, rest: string] {
  if (text.startsWith(':')) throw new URLError('missing protocol scheme');
  const match = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text);
  return match === null ? ['', text] : [match[1]!.toLowerCase(), text.slice(match[0].length)];
}

const validPort = (text: string) => /^(:\d*)?$/.test(text);

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new URLError('invalid IP-literal');
  if (open === 0) {
    const close = host.lastIndexOf(']');
    if (close < 0) throw new URLError("missing ']' in host");
    const port = host.slice(close + 1);
    if (!validPort(port)) throw new URLError(`invalid port ${JSON.stringify(port)} after host`);
    const name = unescapeText(host.slice(1, close), true);
    const address = parseAddress(name);
    if ('error' in address) throw new URLError(`invalid host: ${address.error}`);
    if (!name.includes(':')) throw new URLError('invalid IP-literal');
    return `[${name}]${port}`;
  }
  const first = host.indexOf(':');
  if (first >= 0) {
    const strict = scheme === 'http' || scheme === 'https';
    const port = host.slice(strict ? first : host.lastIndexOf(':'));
    if (!validPort(port)) throw new URLError(`invalid port ${JSON.stringify(port)} after host`);
  }
  return unescapeText(host, true);
}

function parseAuthority(scheme: string, authority: string): { user: string; host: string } {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new URLError('net/url: invalid userinfo');
  unescapeText(user);
  return { user, host };
}

/** A path that is written validly stays as it is; anything else is escaped anew. */
function escapePath(path: string): string {
  unescapeText(path);
  if (/^[A-Za-z0-9\-_.~$&+,/:;=@!'()*%[\]]*$/.test(path)) return path;
  return [...encoder.encode(unescapeText(path))]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~$&+,/:;=@]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function parse(text: string, viaRequest: boolean): GoURL {
  const url = { scheme: '', host: '', rawQuery: '', escapedPath: '', fragment: '', opaque: '', user: '' };
  if (CONTROL.test(text)) throw new URLError('net/url: invalid control character in URL');
  if (text === '' && viaRequest) throw new URLError('empty url');
  if (text === '*') return { ...url, escapedPath: '*' };
  const [scheme, behind] = schemeOf(text);
  const question = behind.indexOf('?');
  const rawQuery = question < 0 ? '' : behind.slice(question + 1);
  let rest = question < 0 ? behind : behind.slice(0, question);
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...url, scheme, rawQuery, opaque: rest };
    if (viaRequest) throw new URLError('invalid URI for request');
    if (rest.split('/')[0]!.includes(':')) {
      throw new URLError('first path segment in URL cannot contain colon');
    }
  }
  let [host, user] = ['', ''];
  if (rest.startsWith('//') && (scheme !== '' || (!viaRequest && !rest.startsWith('///')))) {
    const slash = rest.indexOf('/', 2);
    ({ user, host } = parseAuthority(scheme, slash < 0 ? rest.slice(2) : rest.slice(2, slash)));
    rest = slash < 0 ? '' : rest.slice(slash);
  }
  return { ...url, scheme, rawQuery, host, user, escapedPath: escapePath(rest) };
}

const named = (text: string, parsed: () => GoURL): GoURL => {
  try {
    return parsed();
  } catch (error) {
    if (!(error instanceof URLError)) throw error;
    throw new URLError(`parse ${JSON.stringify(text)}: ${error.message}`);
  }
};

/** url.ParseRequestURI: an absolute URL or path. Throws a URLError. */
export const parseRequestURI = (text: string): GoURL => named(text, () => parse(text, true));

/** url.Parse: any reference, with a fragment. Throws a URLError. */
export function parseURL(text: string): GoURL {
  const hash = text.indexOf('#');
  const before = hash < 0 ? text : text.slice(0, hash);
  const url = named(before, () => parse(before, false));
  return hash < 0
    ? url
    : {
        ...url,
        fragment: named(text, () => ({ ...url, fragment: unescapeText(text.slice(hash + 1)) })).fragment,
      };
}

/** Host and port; a host in brackets without them. */
export function splitHost(host: string): { hostname: string; port: string } {
  const colon = host.lastIndexOf(':');
  const hasPort = colon >= 0 && validPort(host.slice(colon));
  const name = hasPort ? host.slice(0, colon) : host;
  const bare = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return { hostname: bare, port: hasPort ? host.slice(colon + 1) : '' };
}

/** Values of the query by name; what cannot be read is left out. */
export function parseQuery(query: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const equals = part.indexOf('=');
    try {
      const name = unescapeText(equals < 0 ? part : part.slice(0, equals), false, true);
      const value = unescapeText(equals < 0 ? '' : part.slice(equals + 1), false, true);
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    } catch (error) {
      if (!(error instanceof URLError)) throw error;
    }
  }
  return values;
}

/** The whole again, in Go's normal form. */
export function formatURL(url: GoURL): string {
  const user = url.user === '' ? '' : `${url.user}@`;
  const authority = url.host === '' && url.user === '' ? '' : `//${user}${url.host}`;
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const query = url.rawQuery === '' ? '' : `?${url.rawQuery}`;
  const fragment = url.fragment === '' ? '' : `#${url.fragment}`;
  return `${scheme}${url.opaque || `${authority}${url.escapedPath}`}${query}${fragment}`;
}

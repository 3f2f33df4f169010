/** Source: Go's net/url ParseRequestURI. */

const HOST_WITH_PORT = /^[^:]*(?::\d*)?$/;
/** Characters that a host may have besides percent-encoded ones. */
const HOST = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\u0080-\u{10ffff}]|%[0-9a-fA-F]{2})*$/u;
const USERINFO = /^(?:[A-Za-z0-9\-._:~!$&'()*+,;=@]|%[0-9a-fA-F]{2})*$/;
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;

/** Whether the text is an absolute URI or an absolute path. */
export function isRequestURI(text: string): boolean {
  if (text === '' || CONTROL.test(text)) return false;
  if (text === '*') return true;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0] ?? '';
  if (scheme === '' && text.startsWith(':')) return false;
  let rest = text.slice(scheme.length);
  const query = rest.indexOf('?');
  if (query >= 0) rest = rest.slice(0, query);
  // `mailto:someone` is opaque: nothing in it is looked at.
  if (!rest.startsWith('/')) return scheme !== '';
  if (scheme !== '' && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = rest.slice(2, slash < 0 ? undefined : slash);
    if (!isAuthority(authority)) return false;
    rest = slash < 0 ? '' : rest.slice(slash);
  }
  return !BAD_ESCAPE.test(rest);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !USERINFO.test(authority.slice(0, at))) return false;
  const host = authority.slice(at + 1);
  if (!host.startsWith('[')) return HOST_WITH_PORT.test(host) && HOST.test(host);
  const close = host.lastIndexOf(']');
  if (close < 0 || !/^(?::\d*)?$/.test(host.slice(close + 1))) return false;
  const zone = host.indexOf('%25');
  const address = zone >= 0 ? host.slice(1, zone) : host.slice(1, close);
  return HOST.test(address) && (zone < 0 || !BAD_ESCAPE.test(host.slice(zone, close)));
}

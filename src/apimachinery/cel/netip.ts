/** Addresses and prefixes as Go's net/netip reads them: strictly, and with its texts for what is wrong. */

import { type IP, parseIP } from '../ip.ts';

export type Parsed<T> = T | { readonly error: string };

const quote = (text: string) => JSON.stringify(text);

function ipv4Problem(text: string): [message: string, at?: string] {
  let [value, digits, fields] = [0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character >= '0' && character <= '9') {
      if (digits === 1 && value === 0) return ['IPv4 field has octet with leading zero'];
      value = value * 10 + Number(character);
      digits++;
      if (value > 255) return ['IPv4 field has value >255'];
    } else if (character === '.') {
      if (index === 0 || index === text.length - 1 || text[index - 1] === '.') {
        return ['IPv4 field must have at least one digit', text.slice(index)];
      }
      if (fields === 3) return ['IPv4 address too long'];
      fields++;
      [value, digits] = [0, 0];
    } else {
      return ['unexpected character', text.slice(index)];
    }
  }
  return ['IPv4 address too short'];
}

/** What is wrong with a text that has a colon; undefined when nothing is. */
function ipv6Problem(text: string): [message: string, at?: string] | undefined {
  let rest = text;
  let gap = rest.startsWith('::');
  if (gap) rest = rest.slice(2);
  if (gap && rest === '') return undefined;
  let groups = 0;
  while (groups < 8) {
    const digits = /^[0-9a-fA-F]*/.exec(rest)![0];
    if (digits.length > 4) return ['each group must have 4 or less digits', rest];
    if (digits === '') return ['each colon-separated field must have at least one digit', rest];
    const behind = rest.slice(digits.length);
    if (behind.startsWith('.')) {
      if (!gap && groups !== 6) {
        return ['embedded IPv4 address must replace the final 2 fields of the address', rest];
      }
      if (groups > 6) return ['too many hex fields to fit an embedded IPv4 at the end of the address', rest];
      if (parseIP(rest) === undefined || /(^|\.)0\d/.test(rest)) return ipv4Problem(rest);
      groups += 2;
      rest = '';
      break;
    }
    groups++;
    rest = behind;
    if (rest === '') break;
    if (!rest.startsWith(':')) return ['unexpected character, want colon', rest];
    if (rest.length === 1) return ['colon must be followed by more characters', rest];
    rest = rest.slice(1);
    if (rest.startsWith(':')) {
      if (gap) return ['multiple :: in address', rest];
      gap = true;
      rest = rest.slice(1);
      if (rest === '') break;
    }
  }
  if (rest !== '') return ['trailing garbage after address', rest];
  if (groups < 8) return gap ? undefined : ['address string too short'];
  return gap ? ['the :: must expand to at least one field of zeros'] : undefined;
}

/** netip.ParseAddr. An address with a zone is one. */
export function parseAddress(text: string): Parsed<{ readonly ip: IP; readonly zone: string }> {
  const problem = ([message, at]: [string, string?]) => ({
    error: `ParseAddr(${quote(text)}): ${message}${at === undefined ? '' : ` (at ${quote(at)})`}`,
  });
  const first = /[.:%]/.exec(text)?.[0];
  if (first === undefined) return problem(['unable to parse IP']);
  if (first === '%') return problem(['missing IPv6 address']);
  const percent = first === ':' ? text.indexOf('%') : -1;
  const address = percent < 0 ? text : text.slice(0, percent);
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') return problem(['zone must be a non-empty string']);
  const ip = parseIP(address);
  if (first === ':') {
    const wrong = ipv6Problem(address);
    if (wrong !== undefined) return problem(wrong);
  } else if (ip === undefined || ip.leadingZeros) {
    return problem(ipv4Problem(address));
  }
  return ip === undefined ? problem(['unable to parse IP']) : { ip, zone };
}

/** netip.ParsePrefix: an address of any bits and the length of its prefix. */
export function parsePrefix(text: string): Parsed<{ readonly ip: IP; readonly bits: number }> {
  const problem = (message: string) => ({ error: `netip.ParsePrefix(${quote(text)}): ${message}` });
  const slash = text.lastIndexOf('/');
  if (slash < 0) return problem("no '/'");
  const address = parseAddress(text.slice(0, slash));
  if ('error' in address) return problem(address.error);
  if (address.zone !== '') return problem('IPv6 zones cannot be present in a prefix');
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,17})$/.test(digits)) return problem(`bad bits after slash: ${quote(digits)}`);
  const { ip } = address;
  const bits = Number(digits);
  if (bits > (ip.version === 4 && !ip.mapped ? 32 : 128)) return problem('prefix length out of range');
  return { ip, bits };
}

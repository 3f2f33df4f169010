/** IP families of addresses and ranges. Source: kubernetes/utils net/net.go (IsDualStackIPStrings, …). */
import { parseCIDR, parseIP } from '../../apimachinery/ip.ts';

export type IPFamily = 'IPv4' | 'IPv6';

const FAMILIES = { 4: 'IPv4', 6: 'IPv6' } as const;

/** The family of an address, or undefined when the text is no address. */
export function familyOfIP(text: string): IPFamily | undefined {
  const ip = parseIP(text);
  return ip && FAMILIES[ip.version];
}

/** The family of a range, or undefined when the text is no range. */
export function familyOfCIDR(text: string): IPFamily | undefined {
  const cidr = parseCIDR(text);
  return cidr && FAMILIES[cidr.ip.version];
}

/** Whether both families are among these; false when one of them is none. */
const isDualStack = (families: readonly (IPFamily | undefined)[]): boolean =>
  !families.includes(undefined) && families.includes('IPv4') && families.includes('IPv6');

export const isDualStackIPs = (texts: readonly string[]): boolean => isDualStack(texts.map(familyOfIP));
export const isDualStackCIDRs = (texts: readonly string[]): boolean => isDualStack(texts.map(familyOfCIDR));

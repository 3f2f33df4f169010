import { expect, it } from 'vitest';
import { familyOfCIDR, familyOfIP, isDualStackCIDRs, isDualStackIPs } from './ip-families.ts';

it('tells families apart', () => {
  expect(familyOfIP('1.2.3.4')).toBe('IPv4');
  expect(familyOfIP('::1')).toBe('IPv6');
  expect(familyOfIP('None')).toBeUndefined();
  expect(familyOfCIDR('1.2.3.0/24')).toBe('IPv4');
  expect(familyOfCIDR('1.2.3.0')).toBeUndefined();
  expect(isDualStackIPs(['1.2.3.4', '::1'])).toBe(true);
  expect(isDualStackIPs(['1.2.3.4', '1.2.3.5'])).toBe(false);
  expect(isDualStackIPs(['1.2.3.4', '::1', 'x'])).toBe(false);
  expect(isDualStackCIDRs(['1.2.3.0/24', '::/64'])).toBe(true);
  expect(isDualStackCIDRs(['1.2.3.0/24', '1.2.4.0/24'])).toBe(false);
});

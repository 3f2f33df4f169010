import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, formatCIDR, formatIP, network, parseCIDR, parseIP } from './ip.ts';

describe('IP', () => {
  it('comes back from its canonical form', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
        fc.bigInt({ min: 0n, max: 0xffffffffn }),
        (six, four) => {
          expect(parseIP(formatIP({ version: 4, value: four }))).toMatchObject({
            version: 4,
            value: four,
            mapped: false,
          });
          if (six >> 32n !== 0xffffn) {
            expect(parseIP(formatIP({ version: 6, value: six }))).toMatchObject({ version: 6, value: six });
          }
        },
      ),
    );
  });

  it('agrees with the platform on the canonical form of IPv6', () => {
    const group = fc.constantFrom('0', '0', '0', '1', 'ab', 'ffff');
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const text = groups.join(':');
        const ip = parseIP(text)!;
        if (ip.mapped) return;
        expect(`[${formatIP(ip)}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  it('refuses what is endless', () => {
    expect(parseIP(`${'0'.repeat(200)}::1`)).toBeUndefined();
  });
});

describe('CIDR', () => {
  it('clears the bits of the host', () => {
    expect(formatCIDR(parseCIDR('10.1.2.3/12')!)).toBe('10.0.0.0/12');
    expect(formatCIDR(parseCIDR('2001:db8::1:2/112')!)).toBe('2001:db8::1:0/112');
    expect(formatCIDR(parseCIDR('1.2.3.4/0')!)).toBe('0.0.0.0/0');
    expect(formatIP(network(parseCIDR('1.2.3.4/31')!))).toBe('1.2.3.4');
  });

  it('reads IPv4 within IPv6 as IPv4 unless the block is wider', () => {
    expect(formatCIDR(parseCIDR('::ffff:1.2.3.4/120')!)).toBe('1.2.3.0/24');
    expect(formatCIDR(parseCIDR('::ffff:1.2.3.4/64')!)).toBe('::/64');
  });

  it('contains addresses of its own version', () => {
    const block = parseCIDR('10.0.0.0/8')!;
    expect(contains(block, parseIP('10.255.0.1')!)).toBe(true);
    expect(contains(block, parseIP('11.0.0.1')!)).toBe(false);
    expect(contains(block, parseIP('::a00:1')!)).toBe(false);
    expect(contains(parseCIDR('0.0.0.0/0')!, parseIP('9.9.9.9')!)).toBe(true);
  });
});

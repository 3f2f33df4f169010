import { describe, expect, it } from 'vitest';
import { contains, formatCIDR, formatIP, parseCIDR, parseIP } from './ip.ts';

describe('parseIP and formatIP', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['010.000.000.005', '10.0.0.5'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:0:0:0:0:ffff', '2001:db8::ffff'],
    ['FE80:0:0:0:0:0:0:0abc', 'fe80::abc'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('%s is %s', (text, canonical) => {
    expect(formatIP(parseIP(text)!)).toBe(canonical);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    'a.b.c.d',
    '1.2.3.4 ',
    ':::',
    '1:2:3:4:5:6:7',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '1:2:3:4:5:6:7::8:9',
    '-1.2.3.4',
  ])('%j is no address', (text) => {
    expect(parseIP(text)).toBeUndefined();
  });

  it('says what strict parsers refuse', () => {
    expect(parseIP('010.0.0.1')!.leadingZeros).toBe(true);
    expect(parseIP('10.0.0.1')!.leadingZeros).toBe(false);
    expect(parseIP('0.0.0.0')!.leadingZeros).toBe(false);
    expect(parseIP('fe80:0:0:0:0:0:0:0abc')!.leadingZeros).toBe(false);
    expect(parseIP('::00001')!.leadingZeros).toBe(true);
    expect(parseIP('::ffff:01.2.3.4')!.leadingZeros).toBe(true);
    expect(parseIP('::ffff:1.2.3.4')).toMatchObject({ version: 4, mapped: true });
  });
});

describe('ranges', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.1/32', '10.0.0.1/32'],
    ['2001:db8::1/64', '2001:db8::/64'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
  ])('%s is %s', (text, canonical) => {
    expect(formatCIDR(parseCIDR(text)!)).toBe(canonical);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/a', '::/129', '10.0.0.0/-1', '/8'])(
    '%j is no range',
    (text) => {
      expect(parseCIDR(text)).toBeUndefined();
    },
  );

  it('contains its addresses only', () => {
    const cidr = parseCIDR('10.96.0.0/12')!;
    expect(contains(cidr, parseIP('10.96.0.0')!)).toBe(true);
    expect(contains(cidr, parseIP('10.111.255.255')!)).toBe(true);
    expect(contains(cidr, parseIP('10.112.0.0')!)).toBe(false);
    expect(contains(cidr, parseIP('::a60:0')!)).toBe(false);
  });
});

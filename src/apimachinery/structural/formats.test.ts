import { describe, expect, it } from 'vitest';
import { knowsFormat, stringFormat } from './formats.ts';

const good: Record<string, string[]> = {
  bsonobjectid: ['507f1f77bcf86cd799439011'],
  uri: ['http://a.b/c', '/a', 'mailto:x', 'http://[::1]:80/x', 'http://u:p@h/', '*', 'http:'],
  email: ['a@b', 'N <a@b.c>', '"q q"@b.c', 'a@[1.2.3.4]', 'a@b (c)', 'é@b.c'],
  hostname: ['a', 'a.bc', 'a-b.com', '😀.com'],
  ipv4: ['1.2.3.4', '01.2.3.4', '::ffff:1.2.3.4'],
  ipv6: ['::1', '::ffff:1.2.3.4'],
  cidr: ['1.2.3.4/8', '01.2.3.4/8', '::/0'],
  mac: ['01:23:45:67:89:ab', '01-23-45-67-89-ab', '0123.4567.89ab', '01:23:45:67:89:ab:cd:ef'],
  uuid: ['507f1f77-bcf8-6cd7-9943-9011507f1f77', '507F1F77bcf86cd799439011507f1f77'],
  uuid3: ['507f1f77-bcf8-3cd7-9943-9011507f1f77'],
  uuid4: ['507f1f77-bcf8-4cd7-9943-9011507f1f77'],
  uuid5: ['507f1f77-bcf8-5cd7-a943-9011507f1f77'],
  isbn: ['0321751043', '978-0321751041'],
  isbn10: ['0321751043', '0-8044-2957-X'],
  isbn13: ['978-0321751041'],
  creditcard: ['4111-1111-1111-1111'],
  ssn: ['111-22-3333', '111 22 3333'],
  hexcolor: ['#fff', 'ffffff'],
  rgbcolor: ['rgb(1,2,3)', 'rgb( 1 , 2 , 30 )'],
  byte: ['YQ==', 'YWFh'],
  password: ['', 'x'],
  date: ['2020-02-29'],
  duration: ['1h', '3 days', '5 s', '1 DAY', '2 hr', '1.5h3m'],
  'date-time': ['2020-01-01T00:00:00Z', '2020-01-01t00:00:00.1+01:00'],
  'k8s-short-name': ['a', 'a-b'],
  'k8s-long-name': ['a.b'],
};
const bad: Record<string, string[]> = {
  bsonobjectid: ['x'],
  uri: ['', 'a', 'http://a b', 'http://x:y/', '%zz', 'http://a/%zz', '1http://x', 'http://[::1'],
  email: ['a', 'a..b@c', 'a b@c', 'N <a@b', 'a@b,', '.a@b', 'a@b.', '(c) a@b', 'a@b ('],
  hostname: ['', '-a', 'a_b', `${'x'.repeat(64)}.com`, 'a..b', 'a.b', 'a.b-'],
  ipv4: ['::1', '1.2.3'],
  ipv6: ['1.2.3.4', 'fe80::1%eth0', '::ffff:01.2.3.4'],
  cidr: ['1.2.3.4/33', '1.2.3.4'],
  mac: ['01:23-45:67:89:ab', '01:23:45:67:89'],
  uuid: ['x'],
  uuid3: ['507f1f77-bcf8-6cd7-9943-9011507f1f77'],
  uuid4: ['507f1f77-bcf8-4cd7-7943-9011507f1f77'],
  uuid5: ['507f1f77-bcf8-4cd7-a943-9011507f1f77'],
  isbn: ['x'],
  isbn10: ['0321751044'],
  isbn13: ['978-0321751042'],
  creditcard: ['4111111111111112'],
  ssn: ['111223333'],
  hexcolor: ['#ffff'],
  rgbcolor: ['rgb(1,2,300)'],
  byte: ['', 'YQ=', 'Y'],
  date: ['2020-02-30', 'x'],
  duration: ['', '1x', '2 hrs', '99999999999999999999 s'],
  'date-time': ['2020-01-01', '2020-01-01T24:00:00Z'],
  'k8s-short-name': ['A', 'a.b', '-a'],
  'k8s-long-name': ['a..b', 'A'],
};
const cases = (table: Record<string, string[]>): [string, string][] =>
  Object.entries(table).flatMap(([format, texts]) => texts.map((text): [string, string] => [format, text]));

describe('formats', () => {
  it.each(cases(good))('%s: %j', (format, text) => {
    expect(stringFormat(format)?.(text)).toBe(true);
  });
  it.each(cases(bad))('%s: not %j', (format, text) => {
    expect(stringFormat(format)?.(text)).toBe(false);
  });
  it('are those of the type', () => {
    expect(knowsFormat('string', 'datetime')).toBe(true);
    expect(knowsFormat('', 'date-time')).toBe(true);
    expect(knowsFormat('string', 'int32')).toBe(false);
    expect(knowsFormat('integer', 'int32')).toBe(true);
    expect(knowsFormat('object', 'date')).toBe(false);
  });
});

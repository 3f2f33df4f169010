import { describe, expect, it } from 'vitest';
import {
  byteLength,
  isCIdentifier,
  isConfigMapKey,
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isHTTPHeaderName,
  isPathSegmentName,
  isPathSegmentPrefix,
  isQualifiedName,
  isRelaxedEnvVarName,
  isValidConditionReason,
  isValidGroupID,
  isValidLabelValue,
  isValidPercent,
  isValidPortName,
  isValidPortNum,
  isValidUserID,
  isWildcardDNS1123Subdomain,
} from './content.ts';

const long = (length: number) => 'a'.repeat(length);

/** Values that pass and values that do not, for each rule. */
const table: [string, (text: string) => string[], good: string[], bad: string[]][] = [
  [
    'isDNS1123Label',
    isDNS1123Label,
    ['a', '0', 'a-b', '1-2', long(63)],
    ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'ä', 'a\n', long(64)],
  ],
  [
    'isDNS1123Subdomain',
    isDNS1123Subdomain,
    ['a', 'a.b-c.0', long(253)],
    ['', '.a', 'a.', 'a..b', 'A.b', 'a.-b', 'a b', long(254)],
  ],
  [
    'isDNS1123SubdomainWithUnderscore',
    isDNS1123SubdomainWithUnderscore,
    ['_tcp.a', 'a_b.c'],
    ['__a', 'a_', 'A'],
  ],
  ['isDNS1035Label', isDNS1035Label, ['a', 'a1', 'a-1', long(63)], ['', '1a', 'a.b', 'a-', long(64)]],
  [
    'isWildcardDNS1123Subdomain',
    isWildcardDNS1123Subdomain,
    ['*.a.b', '*.a'],
    ['*', '*.*.a', 'a.*.b', '*a.b', 'a.b'],
  ],
  [
    'isQualifiedName',
    isQualifiedName,
    ['a', 'A.b_c-1', 'x.y/Name', `${long(253)}/${long(63)}`],
    ['', '/a', 'a/', 'a/b/c', 'A/b', '-a', 'a_', 'a b', long(64), `${long(254)}/a`],
  ],
  [
    'isValidLabelValue',
    isValidLabelValue,
    ['', 'a', 'A.1_b-c', long(63)],
    ['-', 'a.', '.a', 'a/b', 'a b', long(64)],
  ],
  ['isCIdentifier', isCIdentifier, ['a', '_', 'A_1'], ['', '1a', 'a-b', 'a.b']],
  [
    'isValidPortName',
    isValidPortName,
    ['http', 'a', '80a', 'a-1', long(15)],
    ['', '80', 'a--b', '-a', 'a-', 'A', 'a_b', long(16)],
  ],
  ['isValidPercent', isValidPercent, ['0%', '100%', '1234%'], ['', '%', '1', '-1%', '1.5%', '1%%']],
  ['isHTTPHeaderName', isHTTPHeaderName, ['X-Header', '1'], ['', 'a b', 'a:b', 'a_b']],
  [
    'isRelaxedEnvVarName',
    isRelaxedEnvVarName,
    ['1a', 'a b', '..', '~', ' '],
    ['', 'a=b', '=', 'ä', 'a\t', 'a\u007f'],
  ],
  [
    'isConfigMapKey',
    isConfigMapKey,
    ['a', '.a', 'A_b-c.d', long(253)],
    ['', '.', '..', '..a', 'a/b', 'a b', long(254)],
  ],
  [
    'isValidConditionReason',
    isValidConditionReason,
    ['A', 'Ready_', 'A,B', 'A:B'],
    ['', '1', 'A-B', 'A,', '_A'],
  ],
  ['isPathSegmentName', isPathSegmentName, ['', 'a', 'a:b', '...'], ['.', '..', 'a/b', 'a%b']],
  ['isPathSegmentPrefix', isPathSegmentPrefix, ['.', '..', 'a'], ['a/', '%']],
];

describe.each(table)('%s', (_, check, good, bad) => {
  it.each(good.map((text) => [text]))('accepts %j', (text) => expect(check(text)).toEqual([]));
  it.each(bad.map((text) => [text]))('refuses %j', (text) => expect(check(text)).not.toEqual([]));
});

describe('messages', () => {
  const label =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const cases: [string, string[], string[]][] = [
    [
      'subdomain',
      isDNS1123Subdomain('Web'),
      [
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'label',
      isDNS1123Label('Web'),
      [
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    ['label with dots', isDNS1123Label('a.b'), ['must not contain dots']],
    ['long label', isDNS1123Label(long(64)), ['must be no more than 63 characters']],
    [
      'label counted in bytes',
      isDNS1123Label('ä'.repeat(32)).slice(0, 1),
      ['must be no more than 63 characters'],
    ],
    [
      '1035 label',
      isDNS1035Label('1a'),
      [
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    ['empty key', isQualifiedName(''), ['name part must be non-empty', `name part ${label}`]],
    ['key without prefix', isQualifiedName('/a'), ['prefix part must be non-empty']],
    ['long key', isQualifiedName(long(64)), ['name part must be no more than 63 bytes']],
    [
      'key with two slashes',
      isQualifiedName('a/b/c'),
      [
        `a valid label key ${label} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      ],
    ],
    ['long label value', isValidLabelValue(long(64)), ['must be no more than 63 bytes']],
    [
      'label value',
      isValidLabelValue('a b'),
      [
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ],
    ],
    ['port', isValidPortNum(0), ['must be between 1 and 65535, inclusive']],
    ['user', isValidUserID(-1), ['must be between 0 and 2147483647, inclusive']],
    ['group', isValidGroupID(2 ** 31), ['must be between 0 and 2147483647, inclusive']],
    ['key ..', isConfigMapKey('..'), ["must not be '..'"]],
    ['key ..a', isConfigMapKey('..a'), ["must not start with '..'"]],
    [
      'percent',
      isValidPercent('x'),
      [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    ],
    ['path', isPathSegmentName('a/%'), ["may not contain '/'", "may not contain '%'"]],
    ['empty variable', isRelaxedEnvVarName(''), ['environment variable name must be non-empty']],
  ];
  it.each(cases)('%s', (_, messages, expected) => expect(messages).toEqual(expected));

  it('accepts whole ranges', () => {
    expect(isValidPortNum(1)).toEqual([]);
    expect(isValidPortNum(65535)).toEqual([]);
    expect(isValidUserID(0)).toEqual([]);
  });
});

describe('byteLength', () => {
  it('counts UTF-8', () => {
    expect([byteLength(''), byteLength('abc'), byteLength('ä'), byteLength('€'), byteLength('😀')]).toEqual([
      0, 3, 2, 3, 4,
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { compile, kubernetesEnvironment } from '../cel.ts';
import { display, typeName } from '../text.ts';
import { dynType } from '../types.ts';

/** A variable is dyn and bound to this JSON. */
type Variables = Record<string, unknown>;

function compiled(source: string, variables: Variables = {}) {
  const types = Object.fromEntries(Object.keys(variables).map((name) => [name, dynType]));
  return compile(source, kubernetesEnvironment().extend({ variables: types }));
}

const SCALARS = ['int', 'string', 'bool', 'double'];

function evaluated(source: string, variables: Variables): [string, number | undefined] {
  const result = compiled(source, variables);
  if (!result.ok) return [result.text, undefined];
  const outcome = result.program.evaluate(variables);
  if (!outcome.ok) return [`error: ${outcome.error.message}`, undefined];
  const type = typeName(outcome.value);
  return [SCALARS.includes(type) ? display(outcome.value) : type, outcome.cost];
}

/** Expression, variables, value (or the type of one that is no scalar) and cost, as Kubernetes 1.36 has them. */
const values: [string, Variables, string, number | undefined][] = [
  ["'%.2f'.format([12345.678])", {}, '12,345.68', 1],
  ["'%f'.format([1234567.5])", {}, '1,234,567.500000', 1],
  ["'%e'.format([12345.678])", {}, '1.234568×10⁰⁴', 1],
  ["'%.3e'.format([0.000012345])", {}, '1.234500×10⁻⁰⁵', 1],
  ["'%s'.format([1.5])", {}, '1.5', 1],
  ["'%s'.format([[1.5, 2.0]])", {}, '[1.500000, 2.000000]', 1],
  ["'%s'.format([{'a': 1.5}])", {}, '{"a":1.500000}', 1],
  ["'%d %s'.format([1, 'x'])", {}, '1 x', 1],
  [
    "'%d'.format([a])",
    { a: 'x' },
    'error: error during formatting: decimal clause can only be used on integers, was given string',
    undefined,
  ],
  [
    "'%q'.format(a)",
    { a: [1] },
    'error: could not parse formatting clause: unrecognized formatting clause "q"',
    undefined,
  ],
  ["'%d'.format(a)", { a: [] }, 'error: index 0 out of range', undefined],
  ["'%x %X %b %o'.format([255, 255, 5, 8])", {}, 'ff FF 101 10', 2],
  ["'%x'.format(['hello'])", {}, '68656c6c6f', 1],
  ["'%s'.format([timestamp('2024-01-01T00:00:00Z')])", {}, '2024-01-01T00:00:00Z', 1],
  [
    "'%s'.format([[timestamp('2024-01-01T00:00:00Z'), timestamp('2024-01-01T00:00:00Z')]])",
    {},
    '[timestamp("2024-01-01T00:00:00Z"), timestamp("2024-01-01T00:00:00Z")]',
    1,
  ],
  ["'%s'.format([duration('90s')])", {}, '90s', 1],
  ["'%s'.format([null])", {}, 'null', 1],
  ["'%s'.format([int])", {}, 'int', 1],
  ["'%s'.format([[int]])", {}, '[int]', 1],
  ["'%s'.format([{1: 'a', 2: 'b'}])", {}, '{1:"a", 2:"b"}', 1],
  ["'%f'.format(['NaN'])", {}, 'NaN', 1],
  ["'%f'.format([double('inf')])", {}, '∞', 1],
  ["'%e'.format([double('inf')])", {}, '     ∞', 1],
  ["'%f'.format([double('nan')])", {}, 'NaN', 1],
  ["'%e'.format([1.0])", {}, '1.000000×10⁰⁰', 1],
  ["'%e'.format([-123.456])", {}, '-1.234560×10⁰²', 1],
  ["'%f'.format([-123456.456])", {}, '-123,456.456000', 1],
  ["'abc'.matches(a)", { a: 'a(b' }, 'error: error parsing regexp: missing closing ): `a(b`', undefined],
  [
    "'abc'.find(a)",
    { a: 'a(b' },
    'error: Illegal regex: error parsing regexp: missing closing ): `a(b`',
    undefined,
  ],
  ["'abc'.find('b.')", {}, 'bc', 1],
  ["'abcabc'.findAll('b.', 1)", {}, 'list', 1],
  [
    "url('foo')",
    {},
    'error: URL parse error during conversion from string: parse "foo": invalid URI for request',
    undefined,
  ],
  ["url('')", {}, 'error: URL parse error during conversion from string: parse "": empty url', undefined],
  [
    "url('https://a b')",
    {},
    'error: URL parse error during conversion from string: parse "https://a b": invalid character " " in host name',
    undefined,
  ],
  [
    "url('https://a:b/')",
    {},
    'error: URL parse error during conversion from string: parse "https://a:b/": invalid port ":b" after host',
    undefined,
  ],
  ["url('https://user@[::1]:80/a b').getHost()", {}, '[::1]:80', 4],
  ["url('https://[::1]:80/a b').getHostname()", {}, '::1', 3],
  ["url('https://x/a b').getEscapedPath()", {}, '/a%20b', 3],
  ["isURL('/absolute')", {}, 'true', 1],
  ["isURL('../rel')", {}, 'false', 1],
  [
    "quantity('x')",
    {},
    "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    undefined,
  ],
  ["quantity('1Gi').asInteger()", {}, '1073741824', 2],
  ["quantity('1500m').asInteger()", {}, 'error: cannot convert value to integer', undefined],
  ["quantity('1500m').isInteger()", {}, 'false', 2],
  ["quantity('1.5').asApproximateFloat()", {}, '1.5', 2],
  ["quantity('1Gi').add(5).asInteger()", {}, '1073741829', 3],
  ["quantity('1Gi') == quantity('1024Mi')", {}, 'true', 3],
  ["sign(quantity('-1'))", {}, '-1', 2],
  ["quantity('1').add(quantity('2')).compareTo(quantity('3'))", {}, '0', 5],
  [
    "ip('1.2.3')",
    {},
    'error: IP Address "1.2.3" parse error during conversion from string: ParseAddr("1.2.3"): IPv4 address too short',
    undefined,
  ],
  ["ip('::ffff:1.2.3.4')", {}, 'error: IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed', undefined],
  ["ip('fe80::1%eth0')", {}, 'error: IP address "fe80::1%eth0" with zone value is not allowed', undefined],
  ["ip('1.2.3.4').family()", {}, '4', 2],
  ["ip.isCanonical('::0')", {}, 'false', 1],
  ["string(ip('::0'))", {}, '::', 2],
  [
    "ip('256.1.1.1')",
    {},
    'error: IP Address "256.1.1.1" parse error during conversion from string: ParseAddr("256.1.1.1"): IPv4 field has value >255',
    undefined,
  ],
  [
    "ip('')",
    {},
    'error: IP Address "" parse error during conversion from string: ParseAddr(""): unable to parse IP',
    undefined,
  ],
  [
    "ip('1.2.3.04')",
    {},
    'error: IP Address "1.2.3.04" parse error during conversion from string: ParseAddr("1.2.3.04"): IPv4 field has octet with leading zero',
    undefined,
  ],
  [
    "ip('abc')",
    {},
    'error: IP Address "abc" parse error during conversion from string: ParseAddr("abc"): unable to parse IP',
    undefined,
  ],
  [
    "ip('1::2::3')",
    {},
    'error: IP Address "1::2::3" parse error during conversion from string: ParseAddr("1::2::3"): multiple :: in address (at ":3")',
    undefined,
  ],
  ["cidr('10.0.0.0/8').containsIP('10.1.2.3')", {}, 'true', 3],
  ["cidr('10.0.0.0/8').containsIP('x')", {}, 'error: no such overload', undefined],
  ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", {}, 'true', 6],
  [
    "cidr('10.0.0.0/33')",
    {},
    'error: network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix("10.0.0.0/33"): prefix length out of range',
    undefined,
  ],
  [
    "cidr('10.0.0.0')",
    {},
    'error: network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix("10.0.0.0"): no \'/\'',
    undefined,
  ],
  [
    "cidr('::ffff:1.2.3.4/100')",
    {},
    'error: network address parse error during conversion from string: IPv4-mapped IPv6 address "::ffff:1.2.3.4/100" is not allowed',
    undefined,
  ],
  ["string(cidr('10.1.2.3/8').masked())", {}, '10.0.0.0/8', 3],
  ["cidr('10.1.2.3/8').ip() == ip('10.1.2.3')", {}, 'true', 4],
  ["cidr('10.1.2.3/8').prefixLength()", {}, '8', 2],
  ["semver('1.2.3').isLessThan(semver('1.10.0'))", {}, 'true', 3],
  ["semver('1.2')", {}, 'error: No Major.Minor.Patch elements found', undefined],
  ["semver('v1.2', true).major()", {}, '1', 2],
  ["semver('01.2.3')", {}, 'error: Major number must not contain leading zeroes "01"', undefined],
  ["semver('1.2.x')", {}, 'error: Invalid character(s) found in patch number "x"', undefined],
  ["semver('')", {}, 'error: Version string empty', undefined],
  ["semver('1.2.3-a..b')", {}, 'error: Prerelease is empty', undefined],
  [
    "semver('1.2.3-01')",
    {},
    'error: Numeric PreRelease version must not contain leading zeroes "01"',
    undefined,
  ],
  ["semver('1.2.3+')", {}, 'error: Build meta data is empty', undefined],
  ["isSemver('1.2.3-beta.1+b')", {}, 'true', 2],
  ["semver('1.2.3-alpha').compareTo(semver('1.2.3'))", {}, '-1', 4],
  ["format.named('dns1123Label').value().validate('A')", {}, 'optional_type', 10],
  ["format.dns1123Label().validate('abc').hasValue()", {}, 'false', 10],
  ["!format.uuid().validate('abc').hasValue()", {}, 'false', 21],
  ["format.named('nope').hasValue()", {}, 'false', 2],
  ['[1,2,3].sum()', {}, '6', 3],
  ['[1,3,2].isSorted()', {}, 'false', 3],
  ['[1,3,2].max()', {}, '3', 3],
  ['[].max()', {}, 'error: max called on empty list', undefined],
  ['[1,3,2].indexOf(3)', {}, '1', 3],
  ["['a','b'].join(',')", {}, 'a,b', 1],
  ['[3,1,2].sort()', {}, 'list', 29],
  ['a.sort()', { a: [3, 1, 2] }, 'list', 2],
  ['a.sortBy(x, -x)', { a: [3, 1, 2] }, 'list', 47],
  ['[1,2,3,4].slice(1, 3)', {}, 'list', 13],
  ['[1,2,3,4].slice(1, 9)', {}, 'error: cannot slice(1, 9), list is length 4', undefined],
  ['[[1],[2]].flatten()', {}, 'list', 13],
  ['[1,1,2].distinct()', {}, 'list', 29],
  ['lists.range(5)', {}, 'list', 16],
  ['[1,2].reverse()', {}, 'list', 13],
  ['sets.contains([1,2,3],[1])', {}, 'true', 4],
  ['sets.equivalent([1,2],[2,1,1])', {}, 'true', 13],
  ['sets.intersects(a, [1])', { a: [3, 1] }, 'true', 4],
  ["'a,b,c'.split(',')", {}, 'list', 1],
  ["'a,b,c'.split(',', 2)", {}, 'list', 1],
  ["'hello'.charAt(9)", {}, 'error: index out of range: 9', undefined],
  ["'hello'.substring(1,3)", {}, 'el', 1],
  ["'hello'.substring(3,1)", {}, 'error: invalid substring range. start: 3, end: 1', undefined],
  ["'hello'.substring(9)", {}, 'error: index out of range: 9', undefined],
  ["'hello'.indexOf('l', 9)", {}, '-1', 0],
  ["'hello'.lastIndexOf('l')", {}, '3', 0],
  ["'hello hello'.replace('he', 'we', 1)", {}, 'wello hello', 3],
  ["' x '.trim()", {}, 'x', 1],
  ["'aB'.lowerAscii() + 'aB'.upperAscii()", {}, 'abAB', 3],
  ["strings.quote('a\"b\\n')", {}, '"a\\"b\\n"', 1],
  ['[1,2].first().value()', {}, '1', 2],
  ['[].last().hasValue()', {}, 'false', 2],
  ["a.join('-')", { a: ['x', 'y'] }, 'x-y', 2],
  ['a.join()', { a: ['x', 1] }, 'error: join: invalid input: 1', undefined],
  ['a + 1', { a: true }, 'error: no such overload: _+_', undefined],
  ['a - 1', { a: 'x' }, 'error: no such overload', undefined],
  ['a * 2', { a: 'x' }, 'error: no such overload', undefined],
  ['a % 2', { a: 1.5 }, 'error: no such overload: _%_', undefined],
  ['a < 2', { a: [1] }, 'error: no such overload: _<_', undefined],
  ['-a', { a: [1] }, 'error: no such overload: -_', undefined],
  ['!a', { a: 'x' }, 'error: no such overload', undefined],
  ['size(a)', { a: true }, 'error: no such overload: size', undefined],
  ['a in b', { a: 1, b: 'x' }, 'error: no such overload', undefined],
  ["a.foo.matches('x')", { a: { foo: 1 } }, 'error: no such overload', undefined],
  ['[a, b]', { a: 1, b: 'x' }, 'list', 12],
  ["'%s %s'.format([a, 1])", { a: 1 }, '1 1', 12],
  ["a.all(x, x.startsWith('b'))", { a: ['bx', 1] }, 'error: no such overload', undefined],
  ['string(100000.0) + string(1000000.0) + string(1e-5)+string(0.0001)', {}, '1000001e+061e-050.0001', 7],
];

const issues: [string, string, Variables?][] = [
  [
    "'%d'.format(['x'])",
    "ERROR: <input>:1:14: error during formatting: decimal clause can only be used on integers, was given string\n | '%d'.format(['x'])\n | .............^",
  ],
  [
    "'%q'.format([1])",
    'ERROR: <input>:1:12: could not parse formatting clause: unrecognized formatting clause "q"\n | \'%q\'.format([1])\n | ...........^',
  ],
  [
    "'%d %d'.format([1])",
    "ERROR: <input>:1:15: index 1 out of range\n | '%d %d'.format([1])\n | ..............^",
  ],
  [
    "'%d'.format([1, 2])",
    "ERROR: <input>:1:12: too many arguments supplied to string.format (expected 1, got 2)\n | '%d'.format([1, 2])\n | ...........^",
  ],
  [
    "'abc%'.format([1])",
    "ERROR: <input>:1:14: unexpected end of string\n | 'abc%'.format([1])\n | .............^",
  ],
  [
    "'%.-1f'.format([1.0])",
    'ERROR: <input>:1:15: could not parse formatting clause: error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax\n | \'%.-1f\'.format([1.0])\n | ..............^',
  ],
  [
    "'%.2'.format([1.0])",
    "ERROR: <input>:1:13: could not parse formatting clause: error while parsing precision: could not find end of precision specifier\n | '%.2'.format([1.0])\n | ............^",
  ],
  [
    "'%.f'.format([1.0])",
    'ERROR: <input>:1:13: could not parse formatting clause: error while parsing precision: error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax\n | \'%.f\'.format([1.0])\n | ............^',
  ],
  [
    "'%s'.format([quantity('1')])",
    "ERROR: <input>:1:22: error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given kubernetes.Quantity\n | '%s'.format([quantity('1')])\n | .....................^",
  ],
  [
    "'%f'.format([1])",
    "ERROR: <input>:1:14: error during formatting: fixed-point clause can only be used on doubles, was given int\n | '%f'.format([1])\n | .............^",
  ],
  [
    "'%e'.format([1])",
    "ERROR: <input>:1:14: error during formatting: scientific clause can only be used on doubles, was given int\n | '%e'.format([1])\n | .............^",
  ],
  [
    "'abc'.matches('a(b')",
    "ERROR: <input>:1:15: invalid matches argument\n | 'abc'.matches('a(b')\n | ..............^",
  ],
  [
    "quantity('-1').sign()",
    "ERROR: <input>:1:20: found no matching overload for 'sign' applied to 'kubernetes.Quantity.()'\n | quantity('-1').sign()\n | ...................^",
  ],
  [
    "'abc'.reverse()",
    "ERROR: <input>:1:14: found no matching overload for 'reverse' applied to 'string.()'\n | 'abc'.reverse()\n | .............^",
  ],
  [
    "quantity('1').foo",
    "ERROR: <input>:1:14: unexpected failed resolution of 'kubernetes.Quantity'\n | quantity('1').foo\n | .............^",
  ],
  [
    "authorizer.group('')",
    "ERROR: <input>:1:1: undeclared reference to 'authorizer' (in container '')\n | authorizer.group('')\n | ^",
  ],
  [
    'cel.bind(x, 1, x)',
    "ERROR: <input>:1:1: undeclared reference to 'cel' (in container '')\n | cel.bind(x, 1, x)\n | ^\nERROR: <input>:1:9: undeclared reference to 'bind' (in container '')\n | cel.bind(x, 1, x)\n | ........^\nERROR: <input>:1:10: undeclared reference to 'x' (in container '')\n | cel.bind(x, 1, x)\n | .........^\nERROR: <input>:1:16: undeclared reference to 'x' (in container '')\n | cel.bind(x, 1, x)\n | ...............^",
  ],
  [
    'math.greatest(1,2)',
    "ERROR: <input>:1:1: undeclared reference to 'math' (in container '')\n | math.greatest(1,2)\n | ^\nERROR: <input>:1:14: undeclared reference to 'greatest' (in container '')\n | math.greatest(1,2)\n | .............^",
  ],
  [
    "base64.encode(b'a')",
    "ERROR: <input>:1:1: undeclared reference to 'base64' (in container '')\n | base64.encode(b'a')\n | ^\nERROR: <input>:1:14: undeclared reference to 'encode' (in container '')\n | base64.encode(b'a')\n | .............^",
  ],
  [
    'true + 1',
    "ERROR: <input>:1:6: found no matching overload for '_+_' applied to '(bool, int)'\n | true + 1\n | .....^",
  ],
];

describe('the libraries', () => {
  it.each(values)('%s with %j', (source, variables, value, cost) => {
    expect(evaluated(source, variables)).toEqual([value, cost]);
  });

  it.each(issues)('refuses %s', (source, text, variables) => {
    const result = compiled(source, variables ?? {});
    expect(result.ok ? 'ok' : result.text).toBe(text);
  });
});

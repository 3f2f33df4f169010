import { describe, expect, it } from 'vitest';
import { compile, kubernetesEnvironment } from './cel.ts';
import { display, typeName } from './text.ts';
import { dynType } from './types.ts';

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

/** Expression, variables, value (or the type of one that is no scalar) and cost, all as cel-go 0.26 has them. */
const values: [string, Variables, string, number | undefined][] = [
  ["{'null_key': dyn(null)}.?null_key.invalid.hasValue()", {}, 'false', 3],
  ['{true: dyn(0)}[?true].absent.hasValue()', {}, 'false', 3],
  ['a.?b', { a: 5 }, 'optional_type', 1],
  ['has(a.b)', { a: 5 }, 'false', 1],
  ['has(a.b)', { a: null }, 'false', 1],
  ['a.b', { a: null }, 'error: no such key: b', undefined],
  ['a.b', { a: 'x' }, 'error: no such key: b', undefined],
  ["a['b']", { a: 'x' }, 'error: no such key: b', undefined],
  ['a[1]', { a: { x: 1 } }, 'error: no such key: 1', undefined],
  ['a[true]', { a: { x: 1 } }, 'error: no such key: true', undefined],
  ['a[1.5]', { a: [1] }, 'error: unsupported index value 1.5 in list', undefined],
  ['a[1.0]', { a: [1, 2] }, '2', 2],
  ["a['x']", { a: [1, 2] }, "error: unsupported index type 'string' in list", undefined],
  ['has(a.x)', { a: [1, 2] }, "error: unsupported index type 'string' in list", undefined],
  ["a.startsWith('x')", { a: 5 }, 'error: no such overload', undefined],
  ['a.size()', { a: 5 }, 'error: no such overload: size', undefined],
  ['size(a)', { a: 5 }, 'error: no such overload: size', undefined],
  ['a.getHours()', { a: 5 }, 'error: no such overload: getHours(int)', undefined],
  ['int(a)', { a: [1] }, 'error: no such overload: int(list)', undefined],
  ['int(a)', { a: 'x' }, "error: type conversion error from 'string' to 'int'", undefined],
  [
    'duration(a)',
    { a: 'x' },
    "error: type conversion error from 'string' to 'google.protobuf.Duration'",
    undefined,
  ],
  [
    'timestamp(a)',
    { a: 'x' },
    "error: type conversion error from 'string' to 'google.protobuf.Timestamp'",
    undefined,
  ],
  ['string(a)', { a: [1] }, 'error: no such overload: string(list)', undefined],
  ['a.all(x, x > 2)', { a: 5 }, "error: got 'types.Int', expected iterable type", undefined],
  ['a.all(k, v, v > 2)', { a: 5 }, 'error: unsupported comprehension range type: types.Int', undefined],
  ['a.all(k, v, v > 0)', { a: { x: 1, y: 2 } }, 'true', 12],
  ['a.map(x, x * 2)', { a: [1, 2, 3] }, 'list', 44],
  ['a.filter(x, x > 1)', { a: [1, 2, 3] }, 'list', 34],
  ['a.exists_one(x, x > 2)', { a: [1, 2, 3] }, 'true', 11],
  ['a.transformMap(k, v, v + 1)', { a: { x: 1, y: 2 } }, 'map', 12],
  ['a.transformList(i, v, i + v)', { a: [1, 2] }, 'list', 32],
  ['a.transformMapEntry(i, v, {v: i})', { a: [1, 2] }, 'map', 70],
  [
    'a.transformMapEntry(i, v, {v: i})',
    { a: [1, 1] },
    'error: insert failed: key 1 already exists',
    undefined,
  ],
  ['a in [1,2,3]', { a: 2 }, 'true', 1],
  ['a in b', { a: 2, b: [1, 2, 3] }, 'true', 3],
  ['a in b', { a: 'x', b: { x: 1 } }, 'true', 3],
  ['a in b', { a: 'x', b: 5 }, 'error: no such overload', undefined],
  ['a ? b.c : b.d', { a: true, b: { c: 1 } }, '1', 2],
  ['(a ? b : b).c', { a: true, b: { c: 1 } }, '1', 2],
  ["{'x': a}", { a: 1 }, 'map', 31],
  ['[a][0]', { a: 1 }, '1', 13],
  ['a[b.c]', { a: [1, 2], b: { c: 1 } }, '2', 3],
  ['a[b.c + 0]', { a: [1, 2], b: { c: 1 } }, '2', 5],
  ["'abc' + a == 'abcd'", { a: 'd' }, 'true', 3],
  [
    'a == b',
    { a: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', b: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb' },
    'false',
    6,
  ],
  ['a == b', { a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], b: [1] }, 'false', 3],
  ["a.contains('xyz')", { a: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }, 'false', 7],
  ["a.?b.?c.orValue('x')", { a: { b: {} } }, 'x', 2],
  ["a.?b.c.orValue('x')", { a: { b: { c: 'y' } } }, 'y', 3],
  ['a.?b.c.hasValue()', { a: {} }, 'false', 2],
  ['a[?0].orValue(5)', { a: [7] }, '7', 2],
  ['a.?b.optMap(x, x + 1).orValue(0)', { a: { b: 1 } }, '2', 9],
  ['optional.of(1).value()', {}, '1', 2],
  ['optional.none().value()', {}, 'error: optional.none() dereference', undefined],
  ['has(a.?b.c)', { a: { b: { c: 1 } } }, 'true', 2],
  ['1 / 0', {}, 'error: division by zero', undefined],
  ['1 % 0', {}, 'error: modulus by zero', undefined],
  ['9223372036854775807 + 1', {}, 'error: integer overflow', undefined],
  ['1.0 / 0.0', {}, '+Inf', 1],
  ['a == null', { a: null }, 'true', 2],
  ['!a', { a: 5 }, 'error: no such overload', undefined],
  ['-a', { a: 'x' }, 'error: no such overload', undefined],
  ['a < b', { a: 'x', b: 5 }, 'error: no such overload', undefined],
  ['a && b', { a: 5, b: true }, 'error: no such overload', undefined],
  ['a && b', { a: 5, b: false }, 'false', 2],
  ['a || b.x', { a: false, b: {} }, 'error: no such key: x', undefined],
  ['type(a) == int', { a: 5 }, 'true', 3],
  ['type(a)', { a: { x: 1 } }, 'type', 2],
  ['type(1) == type(2u)', {}, 'false', 1],
  ['type(timestamp(a))', { a: '2024-01-01T00:00:00Z' }, 'type', 3],
  ["timestamp('2024-01-01T00:00:00Z').getFullYear() == 2024", {}, 'true', 2],
  ["duration('1h') > duration('30m')", {}, 'true', 1],
  ["string(duration('90m'))", {}, '5400s', 0],
  ["string(timestamp('2024-01-01T00:00:00.123+02:00'))", {}, '2024-01-01T00:00:00.123+02:00', 0],
  ["timestamp('2024-01-01T00:00:00+02:00').getHours()", {}, '22', 1],
  [
    "timestamp('2024-01-01T00:00:00Z').getHours('Nope/Zone')",
    {},
    'error: unknown time zone Nope/Zone',
    undefined,
  ],
  ["timestamp('2024-01-01T00:00:00Z').getHours('Europe/Vienna')", {}, '1', 1],
  ['string(1e100)', {}, '1e+100', 0],
  ['string(1e20)', {}, '1e+20', 0],
  ['string(1e21)', {}, '1e+21', 0],
  ['string(123456789.5)', {}, '1.234567895e+08', 0],
  ['string(0.00001)', {}, '1e-05', 0],
  ['a.b.c', { a: { b: { x: 1 } } }, 'error: no such key: c', undefined],
  ['a.map(x, x.y)', { a: [{ y: 1 }, {}] }, 'error: no such key: y', undefined],
  ['dyn([1,2]).map(x, x)', {}, 'list', 27],
  ['[[1,2],[3]].map(x, x.size())', {}, 'list', 29],
  ['a.map(x, a.map(y, x + y))', { a: [1, 2] }, 'list', 90],
  ['1 in {1: 2}', {}, 'true', 1],
  ["a.x.y.exists(z, z == 'q')", { a: { x: { y: ['p', 'q'] } } }, 'true', 16],
  ["b'abc' == b'abc'", {}, 'true', 1],
  ['a.b.c.d.e', { a: { b: { c: { d: { e: 1 } } } } }, '1', 5],
];

/** Expression and what cel-go prints of its issues. */
const issues: [string, string, Variables?][] = [
  [
    '[optional.of(1), null][0]',
    "ERROR: <input>:1:18: expected type 'optional_type(int)' but found 'null'\n | [optional.of(1), null][0]\n | .................^",
  ],
  ["duration('x')", "ERROR: <input>:1:10: invalid duration argument\n | duration('x')\n | .........^"],
  ['[a, 2]', "ERROR: <input>:1:5: expected type 'dyn' but found 'int'\n | [a, 2]\n | ....^", { a: 1 }],
  [
    '1 + 1.0',
    "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, double)'\n | 1 + 1.0\n | ..^",
  ],
  ["[1, 'a']", "ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, 'a']\n | ....^"],
  [
    "{'a': 1, 'b': 'c'}",
    "ERROR: <input>:1:15: expected type 'int' but found 'string'\n | {'a': 1, 'b': 'c'}\n | ..............^",
  ],
  [
    'size(1)',
    "ERROR: <input>:1:5: found no matching overload for 'size' applied to '(int)'\n | size(1)\n | ....^",
  ],
  [
    "'a'.foo(1)",
    "ERROR: <input>:1:8: undeclared reference to 'foo' (in container '')\n | 'a'.foo(1)\n | .......^",
  ],
  ['foo(1)', "ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo(1)\n | ...^"],
  ['true && 1', "ERROR: <input>:1:9: expected type 'bool' but found 'int'\n | true && 1\n | ........^"],
  [
    "1 == 'a'",
    "ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'\n | 1 == 'a'\n | ..^",
  ],
  [
    'null == 1',
    "ERROR: <input>:1:6: found no matching overload for '_==_' applied to '(null, int)'\n | null == 1\n | .....^",
  ],
  [
    "timestamp('2024-13-01T00:00:00Z')",
    "ERROR: <input>:1:11: invalid timestamp argument\n | timestamp('2024-13-01T00:00:00Z')\n | ..........^",
  ],
  ['self', "ERROR: <input>:1:1: undeclared reference to 'self' (in container '')\n | self\n | ^"],
  ['a.b()', "ERROR: <input>:1:4: undeclared reference to 'b' (in container '')\n | a.b()\n | ...^", { a: 1 }],
  [
    '[].map(x, y)',
    "ERROR: <input>:1:11: undeclared reference to 'y' (in container '')\n | [].map(x, y)\n | ..........^",
  ],
  [
    'a.all(1, true)',
    'ERROR: <input>:1:7: argument must be a simple name\n | a.all(1, true)\n | ......^',
    { a: [] },
  ],
  ['has(a)', 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(a)\n | ....^', { a: 1 }],
  [
    'a.map(a.b, 1)',
    'ERROR: <input>:1:8: argument is not an identifier\n | a.map(a.b, 1)\n | .......^',
    { a: 1 },
  ],
  [
    'a.all(x, y, z, true)',
    "ERROR: <input>:1:6: undeclared reference to 'all' (in container '')\n | a.all(x, y, z, true)\n | .....^\nERROR: <input>:1:7: undeclared reference to 'x' (in container '')\n | a.all(x, y, z, true)\n | ......^\nERROR: <input>:1:10: undeclared reference to 'y' (in container '')\n | a.all(x, y, z, true)\n | .........^\nERROR: <input>:1:13: undeclared reference to 'z' (in container '')\n | a.all(x, y, z, true)\n | ............^",
    { a: 1 },
  ],
  [
    'a.all(x, x, true)',
    'ERROR: <input>:1:10: duplicate variable name: x\n | a.all(x, x, true)\n | .........^',
    { a: 1 },
  ],
  [
    '1.all(x, true)',
    "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | 1.all(x, true)\n | ^",
  ],
  ["'x'.y", "ERROR: <input>:1:4: type 'string' does not support field selection\n | 'x'.y\n | ...^"],
  ['[1].x', "ERROR: <input>:1:4: type 'list(int)' does not support field selection\n | [1].x\n | ...^"],
  [
    'x == 1 &&\n y == 2',
    "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x == 1 &&\n | ^\nERROR: <input>:2:2: undeclared reference to 'y' (in container '')\n |  y == 2\n | .^",
  ],
  [
    "'äö' + x",
    "ERROR: <input>:1:8: undeclared reference to 'x' (in container '')\n | 'äö' + x\n | .．．....^",
  ],
  ['\tx', "ERROR: <input>:1:2: undeclared reference to 'x' (in container '')\n |  x\n | .^"],
  [
    'x + ',
    "ERROR: <input>:1:5: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | x + \n | ....^",
  ],
  ['(1 2)', "ERROR: <input>:1:4: Syntax error: extraneous input '2' expecting ')'\n | (1 2)\n | ...^"],
  ['[1 2]', "ERROR: <input>:1:4: Syntax error: extraneous input '2' expecting {']', ','}\n | [1 2]\n | ...^"],
  ['{1 2}', "ERROR: <input>:1:4: Syntax error: missing ':' at '2'\n | {1 2}\n | ...^"],
  ['f(1', "ERROR: <input>:1:4: Syntax error: missing ')' at '<EOF>'\n | f(1\n | ...^"],
  [
    '',
    "ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
  ],
  [
    '1 +',
    "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 1 +\n | ...^",
  ],
  ['a b', "ERROR: <input>:1:3: Syntax error: extraneous input 'b' expecting <EOF>\n | a b\n | ..^"],
  ['a ? b', "ERROR: <input>:1:6: Syntax error: mismatched input '<EOF>' expecting ':'\n | a ? b\n | .....^"],
  ['a.?b', "ERROR: <input>:1:1: undeclared reference to 'a' (in container '')\n | a.?b\n | ^"],
  ['a.', "ERROR: <input>:1:3: Syntax error: no viable alternative at input '.'\n | a.\n | ..^"],
  ['a.1', "ERROR: <input>:1:2: Syntax error: extraneous input '.1' expecting <EOF>\n | a.1\n | .^"],
  [
    'a[',
    "ERROR: <input>:1:3: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | a[\n | ..^",
  ],
  ['[1,', "ERROR: <input>:1:4: Syntax error: missing ']' at '<EOF>'\n | [1,\n | ...^"],
  [
    'self.x == null',
    "ERROR: <input>:1:1: undeclared reference to 'self' (in container '')\n | self.x == null\n | ^",
  ],
  [
    "'abc",
    "ERROR: <input>:1:1: Syntax error: token recognition error at: ''abc'\n | 'abc\n | ^\nERROR: <input>:1:5: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 'abc\n | ....^",
  ],
  ['a == = b', "ERROR: <input>:1:6: Syntax error: token recognition error at: '= '\n | a == = b\n | .....^"],
  [
    'a = b',
    "ERROR: <input>:1:3: Syntax error: token recognition error at: '= '\n | a = b\n | ..^\nERROR: <input>:1:5: Syntax error: extraneous input 'b' expecting <EOF>\n | a = b\n | ....^",
  ],
  ['a && & b', "ERROR: <input>:1:6: Syntax error: token recognition error at: '& '\n | a && & b\n | .....^"],
  ['for', 'ERROR: <input>:1:1: reserved identifier: for\n | for\n | ^'],
  ['for.x', 'ERROR: <input>:1:1: reserved identifier: for\n | for.x\n | ^'],
  ['x.for', "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x.for\n | ^"],
  [
    'x.for()',
    "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x.for()\n | ^\nERROR: <input>:1:6: undeclared reference to 'for' (in container '')\n | x.for()\n | .....^",
  ],
  ['if(x)', 'ERROR: <input>:1:1: reserved identifier: if\n | if(x)\n | ^'],
  [
    ')',
    "ERROR: <input>:1:1: Syntax error: mismatched input ')' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | )\n | ^",
  ],
  [
    '1 in',
    "ERROR: <input>:1:5: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 1 in\n | ....^",
  ],
  ['a..b', "ERROR: <input>:1:3: Syntax error: no viable alternative at input '..'\n | a..b\n | ..^"],
  [
    "{'a':}",
    "ERROR: <input>:1:6: Syntax error: mismatched input '}' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | {'a':}\n | .....^",
  ],
  ["{'a'}", "ERROR: <input>:1:5: Syntax error: mismatched input '}' expecting ':'\n | {'a'}\n | ....^"],
  [
    'A{b:}',
    "ERROR: <input>:1:5: Syntax error: mismatched input '}' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | A{b:}\n | ....^",
  ],
  [
    'A{1:2}',
    "ERROR: <input>:1:3: Syntax error: mismatched input '1' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}\n | A{1:2}\n | ..^",
  ],
  [
    'f(1,)',
    "ERROR: <input>:1:5: Syntax error: mismatched input ')' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | f(1,)\n | ....^",
  ],
  [
    'f(,1)',
    "ERROR: <input>:1:3: Syntax error: extraneous input ',' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | f(,1)\n | ..^",
  ],
  ['[1,,2]', "ERROR: <input>:1:4: Syntax error: mismatched input ',' expecting ']'\n | [1,,2]\n | ...^"],
  [
    '!',
    "ERROR: <input>:1:2: Syntax error: extraneous input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | !\n | .^",
  ],
  [
    '-',
    "ERROR: <input>:1:2: Syntax error: no viable alternative at input '-'\n | -\n | .^\nERROR: <input>:1:2: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | -\n | .^",
  ],
  [
    'a ?: b',
    "ERROR: <input>:1:4: Syntax error: extraneous input ':' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | a ?: b\n | ...^\nERROR: <input>:1:7: Syntax error: mismatched input '<EOF>' expecting ':'\n | a ?: b\n | ......^",
  ],
  [
    'a ? : b',
    "ERROR: <input>:1:5: Syntax error: extraneous input ':' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | a ? : b\n | ....^\nERROR: <input>:1:8: Syntax error: mismatched input '<EOF>' expecting ':'\n | a ? : b\n | .......^",
  ],
  ['1 2 3', "ERROR: <input>:1:3: Syntax error: mismatched input '2' expecting <EOF>\n | 1 2 3\n | ..^"],
  ['((1)', "ERROR: <input>:1:5: Syntax error: missing ')' at '<EOF>'\n | ((1)\n | ....^"],
  ['(1))', "ERROR: <input>:1:4: Syntax error: extraneous input ')' expecting <EOF>\n | (1))\n | ...^"],
  ['true.x()', "ERROR: <input>:1:7: undeclared reference to 'x' (in container '')\n | true.x()\n | ......^"],
  [
    'x.true',
    "ERROR: <input>:1:3: Syntax error: mismatched input 'true' expecting IDENTIFIER\n | x.true\n | ..^",
  ],
  [
    'x.in',
    "ERROR: <input>:1:3: Syntax error: no viable alternative at input '.in'\n | x.in\n | ..^\nERROR: <input>:1:5: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | x.in\n | ....^",
  ],
  [
    '"a\nb"',
    'ERROR: <input>:1:1: Syntax error: token recognition error at: \'"a\n\'\n | "a\n | ^\nERROR: <input>:2:2: Syntax error: token recognition error at: \'"\'\n | b"\n | .^',
  ],
];

describe('expressions', () => {
  it.each(values)('%s with %j', (source, variables, value, cost) => {
    expect(evaluated(source, variables)).toEqual([value, cost]);
  });

  it.each(issues)('refuses %s', (source, text, variables) => {
    const result = compiled(source, variables ?? {});
    expect(result.ok ? 'ok' : result.text).toBe(text);
  });

  it('says which constants fail before anything runs', () => {
    expect(compiled("int('x')")).toMatchObject({
      ok: false,
      stage: 'program',
      text: "type conversion error from 'string' to 'int'",
    });
  });

  it('stops at the cost limit', () => {
    const result = compiled('a.all(x, a.all(y, a.all(z, x + y + z >= 0)))', { a: [] });
    if (!result.ok) throw new Error(result.text);
    const a = Array.from({ length: 200 }, (_, index) => index);
    expect(result.program.evaluate({ a })).toMatchObject({
      ok: false,
      error: { message: 'operation cancelled: actual cost limit exceeded', cancelled: true },
    });
    expect(result.program.evaluate({ a: [1, 2] }, { costLimit: 10 }).ok).toBe(false);
    expect(result.program.evaluate({ a: [1, 2] })).toMatchObject({ ok: true, value: true });
  });

  it('cannot be made to eat memory', () => {
    const doubling = `[a]${'.map(x, x + x)'.repeat(60)}.all(x, x.size() > 0)`;
    expect(evaluated(doubling, { a: [1] })[0]).toBe('true');
    for (const source of [
      'lists.range(1000000000).size()',
      `[a]${'.map(x, x + x)'.repeat(60)}[0].map(x, x)`,
    ]) {
      expect(evaluated(source, { a: [1] })[0]).toContain('cancelled');
    }
    expect(evaluated("a.replace('', a).size()", { a: 'x'.repeat(100_000) })[0]).toContain('cancelled');
  });

  it('refuses expressions that are too long or too deep', () => {
    expect(compiled(`'${'x'.repeat(100_001)}'`)).toMatchObject({
      ok: false,
      text: 'ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100003, limit 100000',
    });
    expect(compiled(`${'['.repeat(300)}${']'.repeat(300)}`)).toMatchObject({
      ok: false,
      text: 'ERROR: <input>:-1:0: expression recursion limit exceeded: 250',
    });
    expect(compiled(`1${' + 1'.repeat(300)}`)).toMatchObject({
      ok: false,
      text: 'ERROR: <input>:-1:0: max recursion depth exceeded',
    });
    const nested = `optional.of(1)${'.optMap(x, x)'.repeat(100)}`;
    expect(compiled(nested)).toMatchObject({ ok: false });
  });

  it('knows which variables it reads', () => {
    const result = compiled('a.b == 1 && [1].all(c, c > 0)', { a: {}, d: {} });
    if (!result.ok) throw new Error(result.text);
    expect(['a', 'b', 'c', 'd'].filter((name) => result.program.references(name))).toEqual(['a']);
  });

  it('asks for a variable when it is read', () => {
    const result = compiled('false && a', { a: true });
    if (!result.ok) throw new Error(result.text);
    const a = () => {
      throw new Error('read');
    };
    expect(result.program.evaluate({ a })).toMatchObject({ ok: true, value: false });
  });
});

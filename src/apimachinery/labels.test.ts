import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  everything,
  formatSelector,
  fromLabelSelector,
  fromSet,
  isEverything,
  type LabelOperator,
  matches,
  matchesSet,
  nothing,
  parseSelector,
  type Requirement,
} from './labels.ts';
import { StatusError } from './status.ts';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(StatusError);
    expect((error as StatusError).code).toBe(400);
    return (error as Error).message;
  }
  return '(accepted)';
};

describe('parseSelector', () => {
  const canonical: [string, string][] = [
    ['', ''],
    ['  ', ''],
    ['x', 'x'],
    ['!x', '!x'],
    ['! x', '!x'],
    ['x=a', 'x=a'],
    ['x==a', 'x==a'],
    ['x = a', 'x=a'],
    ['x!=a', 'x!=a'],
    ['x=', 'x='],
    ['x=,y', 'x=,y'],
    ['x!=', 'x!='],
    ['x in (b,a)', 'x in (a,b)'],
    ['x in(a,a)', 'x in (a)'],
    ['x notin (a)', 'x notin (a)'],
    ['x in ()', 'x in ()'],
    ['x in (,)', 'x in ()'],
    ['x in (a,)', 'x in (,a)'],
    ['x in (,a)', 'x in (,a)'],
    ['x in (a,,b)', 'x in (,a,b)'],
    ['x in (in,notin)', 'x in (in,notin)'],
    ['in in (in)', 'in in (in)'],
    ['notin=in', 'notin=in'],
    ['x>1', 'x>1'],
    ['x < 7', 'x<7'],
    ['z,y=1,a in (b)', 'a in (b),y=1,z'],
    ['example.com/x=1\t,\n!a', '!a,example.com/x=1'],
    ['x=1,x=2', 'x=1,x=2'],
  ];
  it.each(canonical)('reads %j as %j', (text, expected) => {
    expect(formatSelector(parseSelector(text))).toBe(expected);
  });

  const label =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  const name =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const refused: [string, string][] = [
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['x,', "found '', expected: identifier after ','"],
    ['x,,y', "found ',', expected: identifier after ','"],
    ['x=a b', "found 'b', expected: ',' or 'end of string'"],
    ['x=a=b', "found '=', expected: ',' or 'end of string'"],
    ['!x=a', "found '=', expected: ',' or 'end of string'"],
    ['x y', "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt"],
    ['x!', "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['!!x', "unable to parse requirement: found '!', expected: identifier"],
    ['x==!a', "unable to parse requirement: found '!', expected: identifier"],
    ['x in', "unable to parse requirement: found '' expected: '('"],
    ['x in a', "unable to parse requirement: found 'a' expected: '('"],
    ['x in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['x in (=)', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['x in (a b)', "unable to parse requirement: found 'b', expected: ',' or ')'"],
    ['x in (a,', "unable to parse requirement: found '', expected: ',', or identifier"],
    ['x in (a,=)', "unable to parse requirement: found '=', expected: ',', or identifier"],
    ['-x', `unable to parse requirement: <nil>: Invalid value: "-x": ${name}`],
    ['x=a_', `unable to parse requirement: values[0][x]: Invalid value: "a_": ${label}`],
    [
      'x in (_,-)',
      `unable to parse requirement: [values[0][x]: Invalid value: "-": ${label}, values[1][x]: Invalid value: "_": ${label}]`,
    ],
    [
      'x>a',
      "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
    [
      'x>9223372036854775808',
      "unable to parse requirement: values[0]: Invalid value: \"9223372036854775808\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ];
  it.each(refused)('refuses %j', (text, message) => {
    expect(messageOf(() => parseSelector(text))).toBe(message);
  });

  it('refuses a selector that is far too long', () => {
    expect(messageOf(() => parseSelector('a,'.repeat(40_000)))).toContain('too long');
  });
});

describe('matches', () => {
  const labels = { app: 'web', tier: 'front', size: '5', constructor: 'own' };
  const cases: [string, boolean][] = [
    ['', true],
    ['app', true],
    ['!app', false],
    ['toString', false],
    ['!toString', true],
    ['constructor=own', true],
    ['app=web', true],
    ['app==db', false],
    ['app!=db', true],
    ['other!=db', true],
    ['app in (web,db)', true],
    ['other in (web)', false],
    ['app notin (web)', false],
    ['other notin (web)', true],
    ['size>4', true],
    ['size>5', false],
    ['size<6', true],
    ['app>1', false],
    ['other<1', false],
    ['app=web,tier=back', false],
    ['app=web,tier=front', true],
  ];
  it.each(cases)('%j: %s', (text, expected) => expect(matches(parseSelector(text), labels)).toBe(expected));

  it('compares integers beyond the doubles', () => {
    expect(matches(parseSelector('x>9007199254740992'), { x: '9007199254740993' })).toBe(true);
  });

  it('treats absent labels as none', () => {
    expect(matches(parseSelector('!a'), undefined)).toBe(true);
    expect(matches(parseSelector('a'), undefined)).toBe(false);
  });

  it('knows everything and nothing', () => {
    expect(matches(everything, labels)).toBe(true);
    expect(matches(nothing, labels)).toBe(false);
    expect(isEverything(everything)).toBe(true);
    expect(isEverything(nothing)).toBe(false);
    expect(isEverything(parseSelector('a'))).toBe(false);
  });
});

describe('matchesSet', () => {
  it('wants every key', () => {
    expect(matchesSet({}, undefined)).toBe(true);
    expect(matchesSet({ a: '1' }, { a: '1', b: '2' })).toBe(true);
    expect(matchesSet({ a: '1', b: '2' }, { a: '1' })).toBe(false);
    expect(matchesSet({ a: '1' }, undefined)).toBe(false);
  });
});

describe('fromSet', () => {
  it('sorts by key, and is everything when empty', () => {
    expect(formatSelector(fromSet({ b: '2', a: '1' }))).toBe('a=1,b=2');
    expect(isEverything(fromSet({}))).toBe(true);
    expect(isEverything(fromSet(undefined))).toBe(true);
  });
});

describe('fromLabelSelector', () => {
  it('takes undefined for nothing and {} for everything', () => {
    expect(fromLabelSelector(undefined)).toBe(nothing);
    expect(fromLabelSelector(null)).toBe(nothing);
    expect(fromLabelSelector({})).toBe(everything);
  });

  it('joins labels and expressions', () => {
    const selector = fromLabelSelector({
      matchLabels: { z: '1', app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['b', 'a'] },
        { key: 'env', operator: 'NotIn', values: ['prod'] },
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'DoesNotExist', values: [] },
      ],
    });
    expect(formatSelector(selector)).toBe('a,app=web,!b,env notin (prod),tier in (a,b),z=1');
    expect(matches(selector, { a: '', app: 'web', tier: 'b', z: '1' })).toBe(true);
    expect(matches(selector, { a: '', app: 'web', tier: 'c', z: '1' })).toBe(false);
  });

  it('refuses what is not valid', () => {
    const expressions = (operator: string, values?: string[]) => () =>
      fromLabelSelector({ matchExpressions: [{ key: 'x', operator, values }] });
    expect(messageOf(expressions('Gt', ['1']))).toBe('"Gt" is not a valid label selector operator');
    expect(messageOf(expressions('In', []))).toBe(
      "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    );
    expect(messageOf(expressions('Exists', ['a']))).toBe(
      'values: Invalid value: ["a"]: values set must be empty for exists and does not exist',
    );
    expect(messageOf(() => fromLabelSelector({ matchLabels: { '-': 'a' } }))).toContain(
      'key: Invalid value: "-": name part',
    );
  });
});

describe('round trip', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,8}[A-Za-z0-9])?$/);
  const key = fc.oneof(
    word,
    word.map((name) => `example.com/${name}`),
    fc.constantFrom('in', 'notin'),
  );
  const value = fc.oneof(word, fc.constantFrom('', 'in', 'notin'));
  const make =
    (operator: LabelOperator) =>
    (parts: [string, string[]]): Requirement => ({ key: parts[0], operator, values: parts[1] });
  const requirement = fc.oneof(
    ...(['exists', '!'] as const).map((operator) =>
      fc.tuple(key, fc.constant<string[]>([])).map(make(operator)),
    ),
    ...(['=', '==', '!='] as const).map((operator) =>
      fc.tuple(key, fc.array(value, { minLength: 1, maxLength: 1 })).map(make(operator)),
    ),
    ...(['in', 'notin'] as const).map((operator) =>
      fc
        .tuple(
          key,
          fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((values) => values.sort()),
        )
        .map(make(operator)),
    ),
    ...(['gt', 'lt'] as const).map((operator) =>
      fc
        .tuple(
          key,
          fc.nat().map((number) => [String(number)]),
        )
        .map(make(operator)),
    ),
  );

  it('keeps every selector', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 5 }), (requirements) => {
        const text = formatSelector({ requirements });
        const parsed = parseSelector(text);
        expect([...parsed.requirements].map((one) => JSON.stringify(one)).sort()).toEqual(
          requirements.map(({ key, operator, values }) => JSON.stringify({ key, operator, values })).sort(),
        );
        expect(formatSelector(parseSelector(formatSelector(parsed)))).toBe(formatSelector(parsed));
      }),
    );
  });

  it('throws nothing but 400 whatever the text is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'in', 'notin', '(', ')', ',', '=', '!', '>', '<', ' ', '-'), {
          maxLength: 12,
        }),
        (parts) => {
          try {
            parseSelector(parts.join(''));
          } catch (error) {
            expect((error as StatusError).code).toBe(400);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

import fc from 'fast-check';
import specTests from 'json-patch-test-suite/spec_tests.json';
import tests from 'json-patch-test-suite/tests.json';
import { describe, expect, it } from 'vitest';
import type { StatusError } from '../status.ts';
import { strictFieldErrors } from '../serializer/strict-fields.ts';
import { applyJSONPatch, applyOperations, JSON_PATCH, JSONPatchFailure } from './json-patch.ts';
import type { JSONObject } from './values.ts';

interface SuiteCase {
  comment?: string;
  doc?: unknown;
  patch?: unknown;
  expected?: unknown;
  error?: string;
  disabled?: boolean;
}

function outcome(document: unknown, patch: unknown): unknown {
  try {
    return applyJSONPatch(document, patch);
  } catch (error) {
    return (error as StatusError).status;
  }
}

function why(document: unknown, patch: JSONObject[]): string {
  try {
    applyOperations(document, patch);
  } catch (error) {
    if (error instanceof JSONPatchFailure) return error.message;
    throw error;
  }
  return 'applied';
}

const REFUSED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'the server rejected our request due to an error in our request',
  reason: 'Invalid',
  details: {},
  code: 422,
};

/** Where the API server's library is known to differ from the suite, by document and patch, with what it does instead. */
const DIFFERENT = new Map<string, unknown>([
  ['{"bar":[1,2]} [{"op":"add","path":"/bar/-1","value":"5"}]', { bar: [1, 2, '5'] }],
  ['{"foo":"bar"} [{"op":"add","path":"","value":{"baz":"qux"}}]', REFUSED],
  ['[1] [{"op":"add","path":"/-"}]', [1, null]],
  ['[1] [{"op":"replace","path":"/0"}]', [null]],
  ['[null] [{"op":"test","path":"/0"}]', [null]],
]);

describe('the JSON patch test suite', () => {
  const cases = [...(tests as SuiteCase[]), ...(specTests as SuiteCase[])].filter(
    (one) => one.patch !== undefined && !one.disabled,
  );
  it('has its cases', () => expect(cases.length).toBeGreaterThan(80));
  for (const [index, { comment, doc, patch, expected, error }] of cases.entries()) {
    it(`${index}: ${comment ?? error ?? JSON.stringify(patch)}`, () => {
      const before = structuredClone(doc);
      const got = outcome(doc, patch);
      const different = DIFFERENT.get(`${JSON.stringify(doc)} ${JSON.stringify(patch)}`);
      if (different !== undefined) expect(got).toEqual(different);
      else if (error !== undefined) expect(got).toEqual(REFUSED);
      else expect(got).toEqual(expected ?? doc);
      expect(doc).toEqual(before);
    });
  }
});

describe('the habits of the library', () => {
  it.each<[string, unknown, JSONObject[], unknown]>([
    ['replace of a missing key adds it', {}, [{ op: 'replace', path: '/a', value: 1 }], { a: 1 }],
    ['copy of a missing key gives null', {}, [{ op: 'copy', from: '/a', path: '/b' }], { b: null }],
    ['remove counts from the end', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/-1' }], { a: [1, 2] }],
    [
      'replace counts from the end',
      { a: [1, 2] },
      [{ op: 'replace', path: '/a/-2', value: 9 }],
      { a: [9, 2] },
    ],
    ['test takes an absent key for null', {}, [{ op: 'test', path: '/a', value: null }], {}],
    ['the first segment is ignored', { a: 1 }, [{ op: 'remove', path: 'x/a' }], {}],
    ['a signed index is an index', [1, 2], [{ op: 'remove', path: '/+1' }], [1]],
  ])('%s', (_, document, patch, expected) => expect(applyJSONPatch(document, patch)).toEqual(expected));

  it('unescapes ~01 to ~1', () => {
    expect(applyJSONPatch({ '~1': 1 }, [{ op: 'remove', path: '/~01' }])).toEqual({});
  });

  it.each<[unknown, JSONObject, string]>([
    [
      {},
      { op: 'remove', path: '/a' },
      "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value",
    ],
    [
      {},
      { op: 'add', path: '/a/b' },
      'add operation does not apply: doc is missing path: "/a/b": missing value',
    ],
    [
      { a: [] },
      { op: 'remove', path: '/a/0' },
      "error in remove for path: '/a/0': Unable to access invalid index: 0: invalid index referenced",
    ],
    [
      { a: [] },
      { op: 'replace', path: '/a/0' },
      'replace operation does not apply: doc is missing key: /a/0: missing value',
    ],
    [{ a: 1 }, { op: 'test', path: '/a', value: 2 }, 'testing value /a failed: test failed'],
    [{}, { op: 'bad', path: '/a' }, 'Unexpected kind: bad'],
    [{}, { op: 'constructor', path: '/a' }, 'Unexpected kind: constructor'],
    [
      {},
      { op: 'move', path: '/a' },
      'move operation failed to decode from: operation, missing from field: missing value',
    ],
  ])('%j %j fails', (document, operation, message) => expect(why(document, [operation])).toBe(message));
});

describe('bounds', () => {
  it('refuses more than 10,000 operations', () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '', value: {} }));
    expect(outcome({}, patch)).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
    expect(outcome({}, patch.slice(1))).toEqual({});
  });

  it('refuses copies that grow without end', () => {
    const patch = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i}` }));
    expect(why({ a: { x: 'y' } }, patch)).toMatch(
      /^Unable to complete the copy, the accumulated size increase of copy is/,
    );
  });

  it('keeps __proto__ a key', () => {
    const result = applyJSONPatch({}, [
      { op: 'add', path: '/__proto__', value: {} },
      { op: 'add', path: '/__proto__/polluted', value: true },
    ]) as JSONObject;
    expect(Object.keys(result)).toEqual(['__proto__']);
    expect(({} as JSONObject).polluted).toBeUndefined();
    expect(why({}, [{ op: 'add', path: '/constructor/prototype/polluted', value: 1 }])).toMatch(
      /missing path/,
    );
  });
});

describe('decoding', () => {
  it.each<[unknown, string]>([
    [{}, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    [['x'], 'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp'],
    [
      [{ op: 1 }],
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    ],
  ])('refuses %j', (patch, message) =>
    expect(outcome({}, patch)).toMatchObject({ code: 400, reason: 'BadRequest', message }),
  );

  it('is read strictly, but for its values', () => {
    const text = '[{"op":"test","path":"","op":"add"},{"op":"add","path":"/a","value":{"x":1,"x":2},"y":1}]';
    expect(strictFieldErrors(text, JSON_PATCH)).toEqual([
      'duplicate field "[0].op"',
      'unknown field "[1].y"',
    ]);
  });
});

describe('purity', () => {
  it('never mutates the document or the patch, and keeps copies apart', () => {
    const pointer = fc
      .array(fc.constantFrom('a', 'b', '0', '-'), { minLength: 1, maxLength: 3 })
      .map((p) => `/${p.join('/')}`);
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy'),
      path: pointer,
      from: pointer,
      value: fc.constantFrom<unknown>(1, { a: { b: 1 } }, [[1], { a: 2 }]),
    });
    const document = { a: { a: [{ b: 1 }, [2]], b: { a: 1 } }, b: [{ a: 1 }, { b: [] }] };
    const before = structuredClone(document);
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const patch = structuredClone(operations);
        // One at a time on true copies is the model for all at once on shared structure.
        let model: unknown = structuredClone(document);
        for (const one of operations) {
          const next = outcome(model, [one]);
          if ((next as { kind?: string }).kind === 'Status') {
            expect(outcome(document, operations)).toEqual(next);
            return;
          }
          model = structuredClone(next);
        }
        expect(applyJSONPatch(document, operations)).toEqual(model);
        expect(document).toEqual(before);
        expect(operations).toEqual(patch);
      }),
    );
  });
});

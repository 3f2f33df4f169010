import { describe, expect, it } from 'vitest';
import { compile, kubernetesEnvironment } from './cel.ts';
import { jsonPatchLibrary } from './libraries/strings.ts';
import { objectToJson, patchOperations, resolveMutationType } from './mutation.ts';
import { dynType, formatType } from './types.ts';

const env = kubernetesEnvironment().extend({
  variables: { object: dynType },
  libraries: [jsonPatchLibrary],
  resolveType: resolveMutationType,
});
const object = { metadata: { name: 'a', labels: { x: 'y' } }, spec: { replicas: 2 } };

function value(source: string) {
  const compiled = compile(source, env);
  if (!compiled.ok) throw new Error(compiled.text);
  const result = compiled.program.evaluate({ object });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('Object{...}', () => {
  it('becomes JSON', () => {
    const made = value(
      `Object{metadata: Object.metadata{labels: object.metadata.labels},
              spec: Object.spec{replicas: object.spec.replicas + 1, list: [Object.spec.list{a: 1}], ?no: object.?no}}`,
    );
    expect(objectToJson(made)).toEqual({
      metadata: { labels: { x: 'y' } },
      spec: { replicas: 3, list: [{ a: 1 }] },
    });
  });

  it('refuses a type name that is not its path', () => {
    const wrong = value('Object{metadata: Object.spec{labels: {"a": "b"}}}');
    expect(() => objectToJson(wrong)).toThrowError(
      expect.objectContaining({
        message:
          'unexpected type name "Object.spec", expected "Object.metadata", which matches field name path from root Object type',
      }),
    );
  });

  it('is a type of its own', () => {
    const compiled = compile('Object{spec: Object.spec{}}', env);
    expect(compiled.ok && formatType(compiled.program.outputType)).toBe('Object');
    expect(value('Object{a: 1} == Object{a: 1}')).toBe(true);
    expect(value('Object{a: 1} == Object{a: 2}')).toBe(false);
    expect(value('has(Object{a: 1}.a) && !has(Object{a: 1}.b)')).toBe(true);
    expect(compile('Thing{a: 1}', env)).toMatchObject({
      ok: false,
      text: "ERROR: <input>:1:6: undeclared reference to 'Thing' (in container '')\n | Thing{a: 1}\n | .....^",
    });
  });
});

describe('JSONPatch{...}', () => {
  it('becomes operations', () => {
    const source = `[
      JSONPatch{op: "test", path: "/spec/replicas", value: object.spec.replicas},
      JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b~c"), value: {"k": [dyn(1), dyn(2.5), dyn(true)]}},
      JSONPatch{op: "move", from: "/a", path: "/b"},
      JSONPatch{op: "add", path: "/spec/x", value: Object.spec.x{y: null}}
    ]`;
    expect(patchOperations(value(source))).toEqual([
      { op: 'test', path: '/spec/replicas', value: 2 },
      { op: 'add', path: '/metadata/labels/a~1b~0c', value: { k: [1, 2.5, true] } },
      { op: 'move', from: '/a', path: '/b' },
      { op: 'add', path: '/spec/x', value: { y: null } },
    ]);
  });

  it('has four fields', () => {
    const compiled = compile('JSONPatch{op: 1, nope: 2}', env);
    expect(compiled.ok ? '' : compiled.text).toBe(
      [
        "ERROR: <input>:1:13: expected type of field 'op' is 'string' but provided type is 'int'",
        ' | JSONPatch{op: 1, nope: 2}',
        ' | ............^',
        "ERROR: <input>:1:22: undefined field 'nope'",
        ' | JSONPatch{op: 1, nope: 2}',
        ' | .....................^',
      ].join('\n'),
    );
  });
});

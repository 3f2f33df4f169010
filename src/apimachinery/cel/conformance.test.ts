/**
 * The conformance suite of the language's specification (npm `@bufbuild/cel-spec`), for what Kubernetes uses of it: protocol
 * buffer messages, enums and unknowns do not occur here. A section fails when fewer of its tests pass than did before.
 */

import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { describe, expect, it } from 'vitest';
import { Environment } from './environment.ts';
import { compile } from './cel.ts';
import { makeMap } from './collections.ts';
import { ArrayList } from './collections.ts';
import { standardLibrary } from './libraries/standard.ts';
import { optionalLibrary } from './libraries/optional.ts';
import { stringsLibrary } from './libraries/strings.ts';
import { bindingsLibrary, twoVariablesLibrary } from './libraries/two-variables.ts';
import { equal } from './equality.ts';
import { formatType, type CelType } from './types.ts';
import * as types from './types.ts';
import { TypeValue, Uint, type Value } from './values.ts';

/** Set to a number: all sections, and so many of the failures of each. */
const ALL = process.env.CEL_CONFORMANCE;

type Json = Record<string, any>;

const base = new Environment({
  mixedLiterals: true,
  libraries: [standardLibrary, optionalLibrary, stringsLibrary, bindingsLibrary, twoVariablesLibrary],
});

const PRIMITIVES: Record<string, CelType> = {
  INT64: types.intType,
  UINT64: types.uintType,
  DOUBLE: types.doubleType,
  BOOL: types.boolType,
  STRING: types.stringType,
  BYTES: types.bytesType,
};
const WELL_KNOWN: Record<string, CelType> = {
  TIMESTAMP: types.timestampType,
  DURATION: types.durationType,
  ANY: types.anyType,
};

class NotApplicable {}

function toType(type: Json): CelType {
  if (type.primitive) return PRIMITIVES[type.primitive]!;
  if (type.wellKnown) return WELL_KNOWN[type.wellKnown]!;
  if (type.listType) return types.listType(toType(type.listType.elemType));
  if (type.mapType) return types.mapType(toType(type.mapType.keyType), toType(type.mapType.valueType));
  if ('dyn' in type) return types.dynType;
  if ('null' in type) return types.nullType;
  if (type.typeParam) return types.paramType(type.typeParam);
  if (type.type) return types.typeTypeOf(toType(type.type));
  if (type.abstractType)
    return types.opaqueType(type.abstractType.name, ...(type.abstractType.parameterTypes ?? []).map(toType));
  throw new NotApplicable();
}

function toValue(value: Json): Value {
  if ('nullValue' in value) return null;
  if ('boolValue' in value) return value.boolValue;
  if ('int64Value' in value) return BigInt(value.int64Value);
  if ('uint64Value' in value) return new Uint(BigInt(value.uint64Value));
  if ('doubleValue' in value) return Number(value.doubleValue);
  if ('stringValue' in value) return value.stringValue;
  if ('bytesValue' in value) return Uint8Array.from(atob(value.bytesValue), (c) => c.charCodeAt(0));
  if ('typeValue' in value) return new TypeValue(value.typeValue);
  if ('listValue' in value) return new ArrayList((value.listValue.values ?? []).map(toValue));
  if ('mapValue' in value) {
    return makeMap(
      (value.mapValue.entries ?? []).map((e: Json) => [toValue(e.key), toValue(e.value)] as const),
    );
  }
  throw new NotApplicable();
}

/** Undefined: passed. A text: why not. */
function run(test: Json): string | undefined {
  let env = base;
  const variables: Record<string, CelType> = {};
  for (const decl of test.typeEnv ?? []) {
    if (decl.ident === undefined) throw new NotApplicable();
    variables[decl.name] = toType(decl.ident.type);
  }
  const activation: Record<string, unknown> = {};
  for (const [name, binding] of Object.entries((test.bindings ?? {}) as Record<string, Json>)) {
    activation[name] = toValue(binding.value);
  }
  env = env.extend({ variables, ...(test.container && { container: test.container }) });
  const compiled = compile(test.expr, env);
  const wanted = test.value ?? test.typedResult?.result;
  const expected = wanted === undefined ? undefined : toValue(wanted);
  if (!compiled.ok) return test.evalError ? undefined : compiled.text;
  if (test.typedResult?.deducedType) {
    const deduced = formatType(toType(test.typedResult.deducedType));
    if (deduced !== formatType(compiled.program.outputType))
      return `type ${formatType(compiled.program.outputType)}`;
  }
  if (test.checkOnly) return undefined;
  const result = compiled.program.evaluate(activation);
  if (!result.ok) return test.evalError ? undefined : result.error.message;
  if (test.evalError) return 'no error';
  if (expected === undefined) return equal(result.value, true) ? undefined : 'not true';
  if (Number.isNaN(expected) && Number.isNaN(result.value as number)) return undefined;
  const sameType = typeof expected === typeof result.value || expected === null;
  return sameType && equal(expected, result.value) ? undefined : `got ${String(result.value)}`;
}

interface Counts {
  passed: number;
  failed: string[];
}

function count(suite: Json, counts: Counts = { passed: 0, failed: [] }): Counts {
  for (const inner of suite.suites ?? []) count(inner, counts);
  for (const { original } of suite.tests ?? []) {
    // Without checking or macros is no mode of Kubernetes.
    if (original.disableCheck || original.disableMacros || original.unknown) continue;
    try {
      const problem = run(original);
      if (problem === undefined) counts.passed++;
      else counts.failed.push(`${original.name}: ${original.expr} => ${problem}`.split('\n')[0]!);
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
    }
  }
  return counts;
}

/** Tests that pass of each section. */
const PASSING: Record<string, number> = {
  basic: 39,
  bindings_ext: 5,
  // The rest compares protocol buffer wrappers.
  comparisons: 309,
  conversions: 108,
  // Fields in backquotes and maps that repeat a key are what Kubernetes does not know.
  fields: 47,
  fp_math: 29,
  integer_math: 61,
  lists: 39,
  logic: 21,
  macros: 44,
  macros2: 46,
  namespace: 2,
  // The rest makes protocol buffer messages, and two read a field of a scalar, which Kubernetes allows.
  optionals: 57,
  parse: 176,
  plumbing: 4,
  string: 51,
  // The rest is of a later version of the library than the one Kubernetes has.
  string_ext: 146,
  // The milliseconds of a duration are all of it, as in cel-go.
  timestamps: 74,
  type_deductions: 20,
};

describe('the specification', () => {
  const sections = tests.suites as unknown as Json[];
  for (const section of sections) {
    const least = PASSING[section.name];
    if (least === undefined && !ALL) continue;
    it(section.name, () => {
      const { passed, failed } = count(section);
      if (ALL)
        console.log(
          `${section.name} ${passed} passed, ${failed.length} failed\n${failed.slice(0, Number(ALL)).join('\n')}`,
        );
      expect(passed, failed.join('\n')).toBeGreaterThanOrEqual(least ?? 0);
    });
  }
});

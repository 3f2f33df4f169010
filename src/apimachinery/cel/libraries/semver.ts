/** `semver('1.2.3')` (apiserver pkg/cel/library/semverlib.go, over blang/semver). */

import type { Library } from '../environment.ts';
import { noSuchOverload } from '../equality.ts';
import { CelError } from '../errors.ts';
import { boolType, type CelType, intType, stringType } from '../types.ts';
import { OpaqueValue, type Value } from '../values.ts';
import { binary, fn, member, overload, unary } from './declare.ts';

export const semverType: CelType = { kind: 'struct', name: 'kubernetes.Semver', params: [] };

interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly pre: readonly (bigint | string)[];
  readonly build: readonly string[];
}

function component(name: string, text: string): bigint {
  if (text === '') throw new CelError('strconv.ParseUint: parsing "": invalid syntax');
  if (!/^[0-9]+$/.test(text)) {
    throw new CelError(`Invalid character(s) found in ${name.toLowerCase()} number ${JSON.stringify(text)}`);
  }
  if (text.length > 1 && text.startsWith('0')) {
    throw new CelError(`${name} number must not contain leading zeroes ${JSON.stringify(text)}`);
  }
  const value = BigInt(text);
  if (BigInt.asUintN(64, value) !== value) {
    throw new CelError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}

function preRelease(text: string): bigint | string {
  if (text === '') throw new CelError('Prerelease is empty');
  if (/^[0-9]+$/.test(text)) {
    if (text.length > 1 && text.startsWith('0')) {
      throw new CelError(
        `Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(text)}`,
      );
    }
    return BigInt(text);
  }
  if (!/^[0-9A-Za-z-]+$/.test(text)) {
    throw new CelError(`Invalid character(s) found in prerelease ${JSON.stringify(text)}`);
  }
  return text;
}

function parse(text: string): Version {
  if (text === '') throw new CelError('Version string empty');
  const parts = text.split('.');
  if (parts.length < 3) throw new CelError('No Major.Minor.Patch elements found');
  const major = component('Major', parts[0]!);
  const minor = component('Minor', parts[1]!);
  let rest = parts.slice(2).join('.');
  let build: string[] = [];
  const plus = rest.indexOf('+');
  if (plus >= 0) {
    build = rest.slice(plus + 1).split('.');
    rest = rest.slice(0, plus);
  }
  let pre: string[] = [];
  const dash = rest.indexOf('-');
  if (dash >= 0) {
    pre = rest.slice(dash + 1).split('.');
    rest = rest.slice(0, dash);
  }
  const patch = component('Patch', rest);
  const version = { major, minor, patch, pre: pre.map(preRelease), build };
  for (const item of build) {
    if (item === '') throw new CelError('Build meta data is empty');
    if (!/^[0-9A-Za-z-]+$/.test(item)) {
      throw new CelError(`Invalid character(s) found in build meta data ${JSON.stringify(item)}`);
    }
  }
  return version;
}

/** Makes `v1.02` a version: no prefix, three numbers, no leading zeros. */
function normalize(text: string): string {
  const plain = text.startsWith('v') ? text.slice(1) : text;
  const [major, minor, ...patch] = plain.split('.');
  const parts = [
    major!,
    ...(minor === undefined ? [] : [minor]),
    ...(patch.length === 0 ? [] : [patch.join('.')]),
  ];
  const trimmed = parts.map((part) => {
    if (part.length <= 1) return part;
    const bare = part.replace(/^0+/, '');
    return bare === '' || !/^[0-9]/.test(bare) ? `0${bare}` : bare;
  });
  if (trimmed.length < 3 && /[+-]/.test(trimmed.at(-1)!)) {
    throw new CelError('short version cannot contain PreRelease/Build meta data');
  }
  while (trimmed.length < 3) trimmed.push('0');
  return trimmed.join('.');
}

function compareIdentifiers(a: bigint | string, b: bigint | string): number {
  if (a === b) return 0;
  // Numbers come before words.
  if (typeof a !== typeof b) return typeof a === 'bigint' ? -1 : 1;
  return a < b ? -1 : 1;
}

function compareVersions(a: Version, b: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let index = 0; index < a.pre.length && index < b.pre.length; index++) {
    const order = compareIdentifiers(a.pre[index]!, b.pre[index]!);
    if (order !== 0) return order;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

export class SemverValue extends OpaqueValue {
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  get type(): CelType {
    return semverType;
  }

  equals(other: Value): boolean {
    if (!(other instanceof SemverValue)) throw noSuchOverload();
    return compareVersions(this.version, other.version) === 0;
  }
}

/** A version, as a value. Throws a CelError. */
export const toSemver = (text: string, lenient = false): SemverValue =>
  new SemverValue(parse(lenient ? normalize(text) : text));

function isSemver(text: string, lenient = false): boolean {
  try {
    toSemver(text, lenient);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

const V = semverType;
const compare = (accept: (order: number) => Value) =>
  binary<SemverValue, SemverValue>((a, b) => accept(compareVersions(a.version, b.version)));
const part = (name: 'major' | 'minor' | 'patch') =>
  fn(
    name,
    member(
      `semver_${name}`,
      [V],
      intType,
      unary<SemverValue>(({ version }) => version[name]),
    ),
  );

export const semverLibrary: Library = {
  name: 'kubernetes.Semver',
  types: [semverType],
  functions: [
    fn(
      'semver',
      overload(
        'string_to_semver',
        [stringType],
        V,
        unary<string>((text) => toSemver(text)),
      ),
      overload('string_bool_to_semver', [stringType, boolType], V, binary<string, boolean>(toSemver)),
    ),
    fn(
      'isSemver',
      overload(
        'is_semver_string',
        [stringType],
        boolType,
        unary<string>((text) => isSemver(text)),
      ),
      overload('is_semver_string_bool', [stringType, boolType], boolType, binary<string, boolean>(isSemver)),
    ),
    fn(
      'isGreaterThan',
      member(
        'semver_is_greater_than',
        [V, V],
        boolType,
        compare((order) => order > 0),
      ),
    ),
    fn(
      'isLessThan',
      member(
        'semver_is_less_than',
        [V, V],
        boolType,
        compare((order) => order < 0),
      ),
    ),
    fn('compareTo', member('semver_compare_to', [V, V], intType, compare(BigInt))),
    part('major'),
    part('minor'),
    part('patch'),
  ],
};

/** Named formats: `format.dns1123Label().validate(name)` (apiserver pkg/cel/library/format.go). */

import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
} from '../../validation/content.ts';
import { nameIsDNS1035Label, nameIsDNSLabel, nameIsDNSSubdomain } from '../../validation/names.ts';
import { ArrayList } from '../collections.ts';
import type { Library } from '../environment.ts';
import { noSuchOverload } from '../equality.ts';
import { parseRequestURI, URLError } from '../go-url.ts';
import { parseDate, parseTimestamp } from '../timestamp.ts';
import { type CelType, listType, optionalType, stringType } from '../types.ts';
import { OpaqueValue, OptionalValue, type Value } from '../values.ts';
import { binary, fn, member, overload, unary } from './declare.ts';

export const formatType: CelType = { kind: 'struct', name: 'kubernetes.NamedFormat', params: [] };

export class FormatValue extends OpaqueValue {
  readonly name: string;
  readonly validate: (text: string) => readonly string[];
  /** Length of the expression that would check it: what a check costs by. */
  readonly regexSize: number;

  constructor(name: string, regexSize: number, validate: (text: string) => readonly string[]) {
    super();
    this.name = name;
    this.regexSize = regexSize;
    this.validate = validate;
  }

  get type(): CelType {
    return formatType;
  }

  equals(other: Value): boolean {
    if (!(other instanceof FormatValue)) throw noSuchOverload();
    return this.name === other.name;
  }
}

/** Lengths of the expressions upstream estimates by. */
const URL_LENGTH = 1103;
const BASE64_LENGTH = 84;
const UUID_LENGTH = 70;
const DATE_TIME_LENGTH = 71;

const unless = (holds: (text: string) => boolean, message: string) => (text: string) =>
  holds(text) ? [] : [message];

function validateURI(text: string): string[] {
  try {
    parseRequestURI(text);
    return [];
  } catch (error) {
    if (error instanceof URLError) return [error.message];
    throw error;
  }
}

function isDateTime(text: string): boolean {
  try {
    return parseTimestamp(text.toUpperCase()) !== undefined;
  } catch {
    return false;
  }
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

const formats: ReadonlyMap<string, FormatValue> = new Map(
  (
    [
      ['dns1123Label', 'DNS1123Label', 30, isDNS1123Label],
      ['dns1123Subdomain', 'DNS1123Subdomain', 60, isDNS1123Subdomain],
      ['dns1035Label', 'DNS1035Label', 30, isDNS1035Label],
      ['qualifiedName', 'QualifiedName', 60, isQualifiedName],
      ['dns1123LabelPrefix', 'DNS1123LabelPrefix', 30, (text) => nameIsDNSLabel(text, true)],
      ['dns1123SubdomainPrefix', 'DNS1123SubdomainPrefix', 60, (text) => nameIsDNSSubdomain(text, true)],
      ['dns1035LabelPrefix', 'DNS1035LabelPrefix', 30, (text) => nameIsDNS1035Label(text, true)],
      ['labelValue', 'LabelValue', 40, isValidLabelValue],
      ['uri', 'URI', URL_LENGTH, validateURI],
      ['uuid', 'uuid', UUID_LENGTH, unless((text) => UUID.test(text), 'does not match the UUID format')],
      ['byte', 'byte', BASE64_LENGTH, unless((text) => BASE64.test(text), 'invalid base64')],
      ['date', 'date', DATE_TIME_LENGTH, unless((text) => parseDate(text) !== undefined, 'invalid date')],
      ['datetime', 'datetime', DATE_TIME_LENGTH, unless(isDateTime, 'invalid datetime')],
    ] as [string, string, number, (text: string) => readonly string[]][]
  ).map(([key, name, size, validate]) => [key, new FormatValue(name, size, validate)]),
);

function validate(format: FormatValue, text: string): OptionalValue {
  const messages = format.validate(text);
  return messages.length === 0 ? OptionalValue.none : new OptionalValue(new ArrayList(messages));
}

export const formatLibrary: Library = {
  name: 'kubernetes.format',
  types: [formatType],
  functions: [
    fn(
      'validate',
      member(
        'format-validate',
        [formatType, stringType],
        optionalType(listType(stringType)),
        binary(validate),
      ),
    ),
    fn(
      'format.named',
      overload(
        'format-named',
        [stringType],
        optionalType(formatType),
        unary<string>((name) => {
          const format = formats.get(name);
          return format === undefined ? OptionalValue.none : new OptionalValue(format);
        }),
      ),
    ),
    ...[...formats].map(([key, format]) =>
      fn(
        `format.${key}`,
        overload(`format.${key}`, [], formatType, () => format),
      ),
    ),
  ],
};

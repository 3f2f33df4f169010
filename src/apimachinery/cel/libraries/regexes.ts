/** `text.find(pattern)`, `text.findAll(pattern, limit)` (apiserver pkg/cel/library/regex.go). */

import { ArrayList } from '../collections.ts';
import type { Library } from '../environment.ts';
import { CelError } from '../errors.ts';
import { compileRegex, type Regex } from '../regex.ts';
import { intType, listType, stringType } from '../types.ts';
import { binary, fn, member } from './declare.ts';

function compiled(pattern: string): Regex {
  try {
    return compileRegex(pattern);
  } catch (error) {
    if (error instanceof CelError) throw new CelError(`Illegal regex: ${error.message}`);
    throw error;
  }
}

const findAll = (text: string, pattern: string, limit: bigint) =>
  new ArrayList(compiled(pattern).findAll(text, Number(limit)));

export const regexLibrary: Library = {
  name: 'kubernetes.regex',
  functions: [
    fn(
      'find',
      member(
        'string_find_string',
        [stringType, stringType],
        stringType,
        binary<string, string>((text, pattern) => compiled(pattern).find(text) ?? ''),
      ),
    ),
    fn(
      'findAll',
      member(
        'string_find_all_string',
        [stringType, stringType],
        listType(stringType),
        binary<string, string>((text, pattern) => findAll(text, pattern, -1n)),
      ),
      member('string_find_all_string_int', [stringType, stringType, intType], listType(stringType), (args) =>
        findAll(...(args as unknown as [string, string, bigint])),
      ),
    ),
  ],
};

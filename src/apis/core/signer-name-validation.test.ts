import { expect, it } from 'vitest';
import { validateSignerName } from './signer-name-validation.ts';

it.each<[string, string[]]>([
  ['example.com/signer', []],
  ['a.b/c.d', []],
  ['', ['Required value']],
  [
    'example.com',
    [
      'Invalid value: "example.com": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    ],
  ],
  [
    'a.b/c/d',
    [
      'Invalid value: "a.b/c/d": must be a fully qualified domain and path of the form \'example.com/signer-name\'',
    ],
  ],
  [
    'example/x',
    ['Invalid value: "example": should be a domain with at least two segments separated by dots'],
  ],
  [`a.b/${'c.'.repeat(300)}c`, ['Too long: may not be more than 571 bytes']],
])('%s', (name, expected) => {
  expect(validateSignerName(name, 'p').map(({ message }) => message)).toEqual(expected);
});

it('tells of the first bad label alone', () => {
  const errors = validateSignerName('A.B.c/x', 'p');
  expect(errors).toHaveLength(1);
  expect(errors[0]!.message).toMatch(
    /^Invalid value: "A\.B\.c": validating label "A": a lowercase RFC 1123 label/,
  );
});

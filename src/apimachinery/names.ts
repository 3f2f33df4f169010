/**
 * Names the server makes up.
 * Source: kubernetes/apiserver pkg/storage/names/generate.go, kubernetes/apimachinery pkg/util/rand/rand.go.
 */
import type { Random } from './random.ts';

/** No vowels and no look-alikes, so that generated names are not words. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const MAX_NAME_LENGTH = 63;

/** `length` random characters of the alphabet of generated names. */
export function randomSuffix(random: Random, length = SUFFIX_LENGTH): string {
  let text = '';
  for (let i = 0; i < length; i++) text += ALPHABET[Math.floor(random() * ALPHABET.length)]!;
  return text;
}

/** metadata.name for a generateName: the base cut to 58 characters and five random ones. */
export const generateName = (base: string, random: Random): string =>
  base.slice(0, MAX_NAME_LENGTH - SUFFIX_LENGTH) + randomSuffix(random);

/** Spells each character (of a hash, in ASCII) with the alphabet of generated names. */
export function safeEncodeString(text: string): string {
  let encoded = '';
  for (let i = 0; i < text.length; i++) encoded += ALPHABET[text.charCodeAt(i) % ALPHABET.length]!;
  return encoded;
}

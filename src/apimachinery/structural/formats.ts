/**
 * Formats of strings that schemas are checked for. Source: kube-openapi pkg/validation/strfmt and its govalidator;
 * which ones count: apiextensions-apiserver pkg/apiserver/validation/formats.go.
 */
import { parseCIDR, parseIP } from '../ip.ts';
import { parseDuration } from '../protobuf/duration.ts';
import { byteLength } from '../validation/content.ts';
import { isEmail } from './email.ts';
import { isRequestURI } from './request-uri.ts';

type Check = (text: string) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

/** Names are compared without their dashes. */
const FORMATS: Readonly<Record<string, Check>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri: isRequestURI,
  email: isEmail,
  hostname: isHostname,
  ipv4: (text) => text.includes('.') && parseIP(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseIP(text)?.leadingZeros === false,
  cidr: (text) => parseCIDR(text) !== undefined,
  mac: isMAC,
  uuid: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matches(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  isbn: (text) => isISBN10(text) || isISBN13(text),
  isbn10: isISBN10,
  isbn13: isISBN13,
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: isRGBColor,
  byte: isBase64,
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text),
  k8slongname: (text) =>
    text.length <= 253 &&
    /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(text),
};

const NUMBER_FORMATS: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** The check of a format of strings; undefined for a format that nobody checks. */
export function stringFormat(format: string): Check | undefined {
  const name = format.replaceAll('-', '');
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}

/** Whether a format says something of values of the type; `type` is '' for places of several types. */
export const knowsFormat = (type: string, format: string): boolean =>
  type === '' || type === 'string'
    ? stringFormat(format) !== undefined
    : (NUMBER_FORMATS[type]?.includes(format) ?? false);

const HOSTNAME =
  /^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$/u;

function isHostname(text: string): boolean {
  if (byteLength(text) > 255 || !HOSTNAME.test(text)) return false;
  return text.split('.').every((label) => byteLength(label) <= 63);
}

/** Six, eight or twenty bytes in pairs of digits, or in groups of four after dots. */
function isMAC(text: string): boolean {
  const pairs = /^[0-9a-fA-F]{2}(?:(:|-)[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2})*)$/;
  const quads = /^[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4})+$/;
  if (text.length > 59 || !(pairs.test(text) || quads.test(text))) return false;
  return [12, 16, 40].includes(text.replace(/[:.-]/g, '').length);
}

const digitsOf = (text: string): number[] => Array.from(text, Number);

function isISBN10(text: string): boolean {
  const plain = text.replace(/[\t\n\f\r -]+/g, '');
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(plain)) return false;
  const sum = digitsOf(plain.slice(0, 9)).reduce((total, digit, i) => total + (i + 1) * digit, 0);
  const last = plain[9] === 'X' ? 10 : Number(plain[9]);
  return (sum + 10 * last) % 11 === 0;
}

function isISBN13(text: string): boolean {
  const plain = text.replace(/[\t\n\f\r -]+/g, '');
  if (!/^[0-9]{13}$/.test(plain)) return false;
  const digits = digitsOf(plain);
  const sum = digits.slice(0, 12).reduce((total, digit, i) => total + (i % 2 === 0 ? 1 : 3) * digit, 0);
  return digits[12] === (10 - (sum % 10)) % 10;
}

const CREDIT_CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;

function isCreditCard(text: string): boolean {
  const plain = text.replace(/[^0-9]+/g, '');
  if (!CREDIT_CARD.test(plain)) return false;
  const sum = digitsOf(plain)
    .reverse()
    .reduce((total, digit, i) => {
      const number = i % 2 === 1 ? digit * 2 : digit;
      return total + (number >= 10 ? number - 9 : number);
    }, 0);
  return sum % 10 === 0;
}

const COLOR = '[\\t\\n\\f\\r ]*(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])[\\t\\n\\f\\r ]*';
const RGB = new RegExp(`^rgb\\(${COLOR},${COLOR},${COLOR}\\)$`);
function isRGBColor(text: string): boolean {
  return RGB.test(text);
}

/** Not empty, and padded. */
function isBase64(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** `2006-01-02` of a day that there is. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date)) return false;
  const match = /^(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time);
  return !!match && match[1]! <= '23' && match[2]! <= '59' && match[3]! <= '59';
}

/** Units that must be written so, and those that a longer word may begin with. */
const SHORT_UNITS = new Set(['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'hr', 'd', 'w', 'wk']);
const LONG_UNIT = /^(?:nano|micro|milli|sec|min|hour|day|week)/;

/** A duration of Go, or a text with a number and a unit as Scala writes them. */
function isDuration(text: string): boolean {
  if (parseDuration(text) !== undefined) return true;
  let found = false;
  for (const [, number, unit] of text.matchAll(/(\d+)[\t\n\f\r ]*([A-Za-zµ]+)/g)) {
    if (BigInt(number!) > 9223372036854775807n) return false;
    const name = unit!.toLowerCase();
    if (SHORT_UNITS.has(name) || LONG_UNIT.test(name)) found = true;
  }
  return found;
}

/**
 * Rules for single strings and numbers: each function returns what is wrong, in upstream's words; nothing
 * wrong is an empty list. The empty list is shared and frozen.
 * Source: kubernetes/apimachinery pkg/util/validation/validation.go, pkg/api/validate/content/*.go,
 * pkg/api/validation/path/name.go.
 */

export type Messages = string[];
const NONE = Object.freeze<Messages>([]) as Messages;

const encoder = new TextEncoder();
/** Length of the text in UTF-8, which is what upstream's limits count. */
export function byteLength(text: string): number {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  }
  return text.length;
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const KEY_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
export const DNS1123_LABEL_MAX_LENGTH = 63;
export const DNS1123_SUBDOMAIN_MAX_LENGTH = 253;
export const LABEL_VALUE_MAX_LENGTH = 63;

export const maxLenError = (length: number): string => `must be no more than ${length} characters`;
const maxBytesError = (length: number): string => `must be no more than ${length} bytes`;
export const inclusiveRangeError = (low: number, high: number): string =>
  `must be between ${low} and ${high}, inclusive`;
export const emptyError = 'must be non-empty';

/** The message of a value that does not match a regular expression, with examples of values that do. */
export function regexError(message: string, format: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${shown}regex used for validation is '${format}')`;
}

/** A rule of one regular expression and a length, whose message is made once. */
function rule(
  format: string,
  message: string,
  examples: string[],
  limit = Infinity,
  tooLong = '',
): (text: string) => Messages {
  const matches = new RegExp(`^${format}$`);
  const mismatch = regexError(message, format, ...examples);
  return (text) => {
    const long = text.length > limit || (text.length * 3 > limit && byteLength(text) > limit);
    if (!long) return matches.test(text) ? NONE : [mismatch];
    return matches.test(text) ? [tooLong] : [tooLong, mismatch];
  };
}

const TOO_LONG_SUBDOMAIN = maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH);

/** RFC 1123 subdomain: the name of most kinds. */
export const isDNS1123Subdomain = rule(
  SUBDOMAIN,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ['example.com'],
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH),
);

/** The same with underscores, for DNS names that pods search. */
export const isDNS1123SubdomainWithUnderscore = rule(
  `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  ['example.com'],
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH),
);

/** `*.` and a subdomain, for hosts of ingresses. */
export const isWildcardDNS1123Subdomain = rule(
  `\\*\\.${SUBDOMAIN}`,
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  ['*.example.com'],
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH),
);

const dns1123Label = rule(
  LABEL,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  ['my-name', '123-abc'],
);
const subdomainPattern = new RegExp(`^${SUBDOMAIN}$`);

/** RFC 1123 label: names of namespaces, containers, volumes, ... A subdomain is only told about its dots. */
export function isDNS1123Label(text: string): Messages {
  const mismatch = dns1123Label(text);
  const long = byteLength(text) > DNS1123_LABEL_MAX_LENGTH;
  if (!long && mismatch === NONE) return NONE;
  const errors = long ? [maxLenError(DNS1123_LABEL_MAX_LENGTH)] : [];
  if (mismatch !== NONE) {
    errors.push(...(subdomainPattern.test(text) ? ['must not contain dots'] : mismatch));
  }
  return errors;
}

/** RFC 1035 label: names of services. */
export const isDNS1035Label = rule(
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  ['my-name', 'abc-123'],
  63,
  maxLenError(63),
);

const keyNamePattern = new RegExp(`^${KEY_NAME}$`);
const keyNameMismatch = regexError(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  KEY_NAME,
  'MyName',
  'my.name',
  '123-abc',
);

/** Qualified name, `[dns-subdomain/]name`: keys of labels and annotations, finalizers, types of conditions. */
export function isQualifiedName(text: string): Messages {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash >= 0 && name.includes('/')) {
    return [
      `a valid label key ${keyNameMismatch} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const errors: string[] = [];
  if (slash === 0) errors.push(`prefix part ${emptyError}`);
  else if (slash > 0) {
    for (const message of isDNS1123Subdomain(text.slice(0, slash))) {
      // The one place where upstream counts bytes in words as well.
      errors.push(
        `prefix part ${message === TOO_LONG_SUBDOMAIN ? maxBytesError(DNS1123_SUBDOMAIN_MAX_LENGTH) : message}`,
      );
    }
  }
  if (name === '') errors.push(`name part ${emptyError}`);
  else if (byteLength(name) > 63) errors.push(`name part ${maxBytesError(63)}`);
  if (!keyNamePattern.test(name)) errors.push(`name part ${keyNameMismatch}`);
  return errors.length === 0 ? NONE : errors;
}

export const isValidLabelValue = rule(
  `(${KEY_NAME})?`,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ['MyValue', 'my_value', '12345'],
  LABEL_VALUE_MAX_LENGTH,
  maxBytesError(LABEL_VALUE_MAX_LENGTH),
);

export const isCIdentifier = rule(
  '[A-Za-z_][A-Za-z0-9_]*',
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  ['my_name', 'MY_NAME', 'MyName'],
);

export const isInRange = (value: number | bigint, low: number, high: number): Messages =>
  value >= low && value <= high ? NONE : [inclusiveRangeError(low, high)];
export const isValidPortNum = (port: number): Messages => isInRange(port, 1, 65535);
export const isValidUserID = (uid: number | bigint): Messages => isInRange(uid, 0, 2 ** 31 - 1);
export const isValidGroupID = (gid: number | bigint): Messages => isInRange(gid, 0, 2 ** 31 - 1);

/** IANA service name of RFC 6335, in lower case. */
export function isValidPortName(port: string): Messages {
  const errors: string[] = [];
  if (byteLength(port) > 15) errors.push(maxLenError(15));
  if (!/^[-a-z0-9]+$/.test(port)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(port)) errors.push('must contain at least one letter (a-z)');
  if (port.includes('--')) errors.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export const isValidPercent = rule(
  '[0-9]+%',
  "a valid percent string must be a numeric string followed by an ending '%'",
  ['1%', '93%'],
);

export const isHTTPHeaderName = rule(
  '[-A-Za-z0-9]+',
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  ['X-Header-Name'],
);

function changesDirectory(text: string): Messages {
  if (text === '.' || text === '..') return [`must not be '${text}'`];
  return text.startsWith('..') ? ["must not start with '..'"] : NONE;
}
const both = (one: Messages, other: Messages): Messages => (other === NONE ? one : [...one, ...other]);

/** The relaxed rule for names of environment variables (the default since 1.34): printable ASCII other than `=`. */
export function isRelaxedEnvVarName(text: string): Messages {
  if (text === '') return [`environment variable name ${emptyError}`];
  if (/^[ -<>-~]+$/.test(text)) return NONE;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

const configMapKey = rule(
  '[-._a-zA-Z0-9]+',
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  ['key.name', 'KEY_NAME', 'key-name'],
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH),
);
/** A key of a ConfigMap or a Secret. */
export const isConfigMapKey = (text: string): Messages => both(configMapKey(text), changesDirectory(text));

/** The reason of a condition; its length is not looked at. */
export const isValidConditionReason = rule(
  '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
);

/** What may stand as one segment of a path: names of RBAC objects. */
export const isPathSegmentName = (text: string): Messages =>
  text === '.' || text === '..' ? [`may not be '${text}'`] : isPathSegmentPrefix(text);

/** The same for the beginning of a name. */
export function isPathSegmentPrefix(text: string): Messages {
  const errors = ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
  return errors.length === 0 ? NONE : errors;
}

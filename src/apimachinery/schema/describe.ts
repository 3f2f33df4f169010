/**
 * What the fields of the built-in kinds mean, in one sentence each, for OpenAPI and `kubectl explain`.
 *
 * The texts stand in `descriptions/`, one for each struct: its own description in the first line, then one line for
 * each field, `<json name> <description>`. Fields without a line are described by what their name says.
 */
import { COMMON_FIELDS, DESCRIPTIONS } from './descriptions/index.ts';
import { hasStruct, struct } from './table.ts';

interface Described {
  readonly own: string;
  readonly fields: ReadonlyMap<string, string>;
}

const parsed = new Map<string, Described>();

function described(typeName: string): Described | undefined {
  const known = parsed.get(typeName);
  if (known) return known;
  const text = Object.hasOwn(DESCRIPTIONS, typeName) ? DESCRIPTIONS[typeName] : undefined;
  if (text === undefined) return undefined;
  const [own = '', ...lines] = text.trim().split('\n');
  const fields = new Map<string, string>();
  for (const line of lines) {
    const space = line.indexOf(' ');
    fields.set(line.slice(0, space), line.slice(space + 1));
  }
  const made = { own, fields };
  parsed.set(typeName, made);
  return made;
}

/** One sentence on a struct of the schema table. */
export function describeType(typeName: string): string {
  const own = described(typeName)?.own;
  if (own) return own;
  const name = typeName.slice(typeName.lastIndexOf('.') + 1);
  if (isList(typeName)) return `A list of ${name.slice(0, -4)} objects.`;
  return sentence(name);
}

/** One sentence on a field. Never empty. */
export function describeField(typeName: string, field: string): string {
  const own = described(typeName)?.fields.get(field);
  if (own) return own;
  if (field === 'items' && isList(typeName)) return `List of ${plural(typeName)}.`;
  return (Object.hasOwn(COMMON_FIELDS, field) ? COMMON_FIELDS[field] : undefined) ?? sentence(field);
}

const isList = (typeName: string): boolean =>
  typeName.endsWith('List') && hasStruct(typeName) && struct(typeName).fields!.has('items');

/** `core.v1.NetworkPolicyList` -> `network policies`. */
function plural(typeName: string): string {
  const one = words(typeName.slice(typeName.lastIndexOf('.') + 1, -4));
  if (/(s|x|ch)$/.test(one)) return one.endsWith('ts') ? one : `${one}es`;
  return /[^aeiou]y$/.test(one) ? `${one.slice(0, -1)}ies` : `${one}s`;
}

/** `terminationGracePeriodSeconds` -> `termination grace period seconds`; abbreviations stay as they are. */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(' ')
    .map((word) => (/^[A-Z0-9]{2,}s?$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}

function sentence(name: string): string {
  const text = words(name);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

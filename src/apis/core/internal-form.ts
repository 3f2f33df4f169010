/**
 * Objects as Kubernetes shows them in refusals: the internal types in Go's JSON, with Go's field names and order, every
 * field there, null for what is missing.
 */
import { GROUP_TYPES } from '../internal-types.ts';
import { conditionForm, labelSelectorForm, objectMetaForm, sortedMap } from '../meta-forms.ts';
import { equalJSON, semanticEqual } from '../strategy.ts';
import { INTERNAL_TYPES } from './internal-types.gen.ts';

interface InternalField {
  /** Go's name; '' for an embedded struct. */
  readonly name: string;
  /** Name in v1. */
  readonly v1: string;
  readonly type: string;
}

const parsed = new Map<string, readonly InternalField[]>();

function fieldsOf(type: string): readonly InternalField[] {
  let fields = parsed.get(type);
  if (!fields) {
    const text = INTERNAL_TYPES[type] ?? GROUP_TYPES[type] ?? '';
    fields = text.split(' ').filter(Boolean).map(parseField);
    parsed.set(type, fields);
  }
  return fields;
}

function parseField(entry: string): InternalField {
  if (entry.startsWith('...')) return { name: '', v1: '', type: entry.slice(3) };
  const [names = '', type = 's'] = entry.split(':');
  const [name = '', v1 = name[0]!.toLowerCase() + name.slice(1)] = names.split('=');
  return { name, v1, type };
}

type Json = Record<string, unknown>;

/** The internal form of a v1 value of a type, e.g. `PodSpec`, `[]PodIP`. */
export function internalForm(type: string, value: unknown): unknown {
  if (type.startsWith('[]')) {
    return Array.isArray(value) ? value.map((item) => internalForm(type.slice(2), item)) : null;
  }
  if (type.startsWith('*')) {
    return value === undefined || value === null ? null : internalForm(type.slice(1), value);
  }
  switch (type) {
    case '?':
      return value ?? null;
    case 's':
      return value ?? '';
    case 'n':
      return value ?? 0;
    case 'b':
      return value ?? false;
    case 'q':
      return value ?? '0';
    case 'j':
      return value ?? null;
    case '{}':
      return value ? sortedMap(value as Json) : null;
    case 'L':
      return labelSelectorForm(value as Json);
    case 'C':
      return conditionForm(value as Json);
    default:
      return structForm(type, (value ?? {}) as Json);
  }
}

/**
 * Equality of v1 values of an internal type as Kubernetes has it: empty lists and maps are as good as none, a struct
 * that is there and one that is not are different.
 */
export const equalInternally = (type: string, a: unknown, b: unknown): boolean =>
  equalJSON(a, b) || semanticEqual(internalForm(type, a), internalForm(type, b));

function structForm(type: string, value: Json): Json {
  const source = type === 'PodSpec' ? withHostNamespaces(value) : value;
  const form: Json = {};
  for (const field of fieldsOf(type)) {
    if (field.name !== '') form[field.name] = internalForm(field.type, source[field.v1]);
    else if (field.type === 'ObjectMeta') Object.assign(form, objectMetaForm(source.metadata as Json));
    else Object.assign(form, structForm(field.type, source));
  }
  return form;
}

const HOST_NAMESPACES = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

/** Internally the security context says which namespaces are the host's. */
function withHostNamespaces(spec: Json): Json {
  const securityContext: Json = { ...(spec.securityContext as Json | undefined) };
  for (const field of HOST_NAMESPACES) securityContext[field] = spec[field];
  return { ...spec, securityContext };
}

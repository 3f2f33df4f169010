/**
 * Makes the table of closed value sets and of defaults that the published OpenAPI documents state.
 *
 *   node scripts/enums.ts --go DIR
 *
 * DIR: the published Go declarations, searched for …/<group>/<version>/*.go. Read from them are the facts `+enum`
 * (a string type whose values are its constants) and `+default` (a field's value when absent). Writes
 * src/apimachinery/schema/enums.gen.ts.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hasStruct, struct } from '../src/apimachinery/schema/table.ts';

interface GoField {
  readonly json: string;
  /** As written: `*v1.PullPolicy`. */
  readonly type: string;
  readonly default?: string;
}

const { values } = parseArgs({ options: { go: { type: 'string' } } });
if (!values.go) {
  console.error('usage: node scripts/enums.ts --go DIR');
  process.exit(2);
}

/** `core.v1.PullPolicy` -> its values, for types marked `+enum`. */
const enums = new Map<string, string[]>();
const constants = new Map<string, string>();
const structs = new Map<string, { fields: GoField[]; embedded: string[] }>();

for (const file of readdirSync(values.go, { recursive: true, encoding: 'utf8' }).sort()) {
  const place = /([a-z0-9]+)\/(v[12])\/(\w+)\.go$/.exec(file);
  if (!place || /generated|_test$/.test(place[3]!)) continue;
  const home = `${place[1]}.${place[2]}`;
  const lines = readFileSync(`${values.go}/${file}`, 'utf8').split('\n');
  let markers: string[] = [];
  let open: { fields: GoField[]; embedded: string[] } | undefined;
  for (const line of lines) {
    const comment = /^\s*\/\/\s*(\+.*)$/.exec(line);
    if (comment) markers.push(comment[1]!.trim());
    if (/^\s*\/\//.test(line)) continue;
    const named = /^type (\w+) string/.exec(line);
    if (named && markers.includes('+enum'))
      enums.set(`${home}.${named[1]}`, enums.get(`${home}.${named[1]}`) ?? []);
    const constant = constantOf(line, home);
    if (constant) {
      const known = enums.get(constant.type);
      if (known && !known.includes(constant.value)) known.push(constant.value);
      constants.set(constant.name, constant.value);
    }
    const start = /^type (\w+) struct \{/.exec(line);
    if (start) {
      open = { fields: [], embedded: [] };
      structs.set(`${home}.${start[1]}`, open);
    } else if (line.startsWith('}')) open = undefined;
    const field = /^\s+(?:(\w+)\s+)?([\w.[\]*]+)\s+`json:"([^",]*)/.exec(line);
    if (open && field) {
      const [, declared, type, json] = field as unknown as [string, string | undefined, string, string];
      const standard = markers.find((marker) => marker.startsWith('+default='))?.slice('+default='.length);
      if (!declared && !json) open.embedded.push(resolve(type, home));
      else open.fields.push({ json, type: resolve(type, home), ...(standard ? { default: standard } : {}) });
    }
    if (line.trim() !== '') markers = [];
  }
}

/** `Name Type = "value"`, `Name = Type("value")`, or `Name = Type(v1.Constant)` of a constant that was read before. */
function constantOf(line: string, home: string): { name: string; type: string; value: string } | undefined {
  const match =
    /^\s*(?:const\s+)?(\w+)\s+([\w.]+)\s*=\s*(".*?")/.exec(line) ??
    /^\s*(?:const\s+)?(\w+)\s*=\s*(\w+)\((".*?"|\w+\.\w+)\)/.exec(line);
  if (!match) return undefined;
  const [, name, type, text] = match as unknown as [string, string, string, string];
  const value = text.startsWith('"') ? text.slice(1, -1) : constants.get(resolve(text, home));
  return value === undefined ? undefined : { name: `${home}.${name}`, type: `${home}.${type}`, value };
}

/** The full name of a type, of a list or map that of its values: others' types are core's or apimachinery's. */
function resolve(type: string, home: string): string {
  const bare = type.replace(/^(?:map\[\w+\]|[*[\]])+/, '');
  if (!bare.includes('.')) return `${home}.${bare}`;
  const [alias, name] = bare.split('.') as [string, string];
  return `${alias === 'metav1' ? 'meta.v1' : 'core.v1'}.${name}`;
}

function fieldsOf(name: string): GoField[] {
  const declared = structs.get(name);
  return declared ? [...declared.fields, ...declared.embedded.flatMap(fieldsOf)] : [];
}

/** The JSON of a `+default` marker; `ref(…)` names a constant. */
function defaultOf(text: string, home: string): unknown {
  const reference = /^ref\((\w+)\)$/.exec(text);
  return reference ? constants.get(`${home}.${reference[1]}`) : JSON.parse(text);
}

const byType: [string, string][] = [];
const defaults: [string, string][] = [];
for (const name of [...structs.keys()].sort()) {
  if (!hasStruct(name)) continue;
  const known = struct(name).fields!;
  const lines: string[] = [];
  const standard: Record<string, unknown> = {};
  for (const { json, type, default: text } of fieldsOf(name)) {
    if (!known.has(json)) continue;
    const allowed = enums.get(type);
    if (allowed?.length) lines.push(`${json} ${[...allowed].sort().join('|')}`);
    if (text !== undefined) standard[json] = defaultOf(text, name.split('.').slice(0, 2).join('.'));
  }
  if (lines.length) byType.push([name, lines.sort().join('\n')]);
  if (Object.keys(standard).length) defaults.push([name, JSON.stringify(standard)]);
}

writeFileSync(
  new URL('../src/apimachinery/schema/enums.gen.ts', import.meta.url),
  `// Made by scripts/enums.ts. Do not edit.

/** Of a struct: one line for each field with a closed set of values, \`<json name> <value>|<value>\`. */
export const ENUMS: Readonly<Record<string, string>> = {
${byType.map(([name, text]) => `  '${name}': ${JSON.stringify(text)},`).join('\n')}
};

/** What stands in a field that is absent, where the published schema says so. */
export const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
${defaults.map(([name, text]) => `  '${name}': ${text},`).join('\n')}
};
`,
);

/**
 * Upstream's golden objects: the same object as JSON and as protobuf, every field set.
 * Where they are: the environment variable KEDGE_GOLDEN (kubernetes/api testdata, files named group.version.Kind).
 */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../schema/schema.ts';
import { hasStruct, struct } from '../schema/table.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { decodeEnvelope, encodeEnvelope } from './envelope.ts';
import { BYTES, Reader, Writer } from './wire.ts';

// The sources know the Web's types only; this test alone reads files.
const node = (name: string): Promise<any> => import(/* @vite-ignore */ `node:${name}`);
const { existsSync, readdirSync, readFileSync } = await node('fs');
const { cwd, env } = await node('process');
const folder: string = env.KEDGE_GOLDEN ?? `${cwd()}/../shared/reference/golden`;
const present: boolean = existsSync(folder);
if (!present)
  console.warn(`SKIPPED: no golden objects at ${folder}; set KEDGE_GOLDEN to the folder that has them`);
const files: string[] = present ? readdirSync(folder) : [];
const names = files.flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []);

/** core.v1.Pod, and of apimachinery's own types, which upstream files under core, meta.v1.Status. */
function structOf(name: string): Schema {
  const [group, version, kind] = [name.split('.')[0]!, ...name.split('.').slice(-2)] as [
    string,
    string,
    string,
  ];
  const typeName = `${group}.${version}.${kind}`;
  return struct(hasStruct(typeName) ? typeName : `meta.v1.${kind}`);
}

type Json = Record<string, unknown>;

/** The object as the schema has it, whose fields are of another version than the golden objects may be. */
function known(value: unknown, schema: Schema): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => (schema.items ? known(item, schema.items) : item));
  const kept: Json = Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const inner = schema.fields ? schema.fields.get(key)?.schema : schema.values;
      if (schema.fields && !inner) return [];
      return [[key, inner ? known(item, inner) : item]];
    }),
  );
  for (const { name, shown } of schema.fields?.values() ?? [])
    if (shown && !(name in kept)) kept[name] = null;
  return kept;
}

/** The message without fields that the schema does not have. */
function knownBytes(bytes: Uint8Array, schemas: { path: readonly number[]; schema: Schema }[]): Uint8Array {
  const reader = new Reader(bytes);
  const out: Uint8Array[] = [];
  while (reader.at < bytes.length) {
    const start = reader.at;
    const tag = reader.varint(bytes.length);
    const here = schemas.filter(({ path }) => path[0] === tag >>> 3);
    const content = reader.at;
    reader.skip(tag & 7, bytes.length);
    if (here.length === 0) continue;
    const nested =
      here[0]!.path.length > 1
        ? here.map((one) => ({ ...one, path: one.path.slice(1) }))
        : fieldsOf(here[0]!.schema);
    if ((tag & 7) !== BYTES || !nested) {
      out.push(bytes.slice(start, reader.at));
      continue;
    }
    const inner = new Reader(bytes);
    inner.at = content;
    const length = inner.length(bytes.length);
    const writer = new Writer();
    const before = writer.size;
    writer.raw(knownBytes(bytes.slice(inner.at, inner.at + length), nested));
    writer.close(tag >>> 3, before);
    out.push(writer.finish());
  }
  return Uint8Array.from(out.flatMap((part) => [...part]));
}
function fieldsOf(schema: Schema): { path: readonly number[]; schema: Schema }[] | undefined {
  if (schema.type === 'array') return fieldsOf(schema.items!);
  if (schema.type === 'map') {
    const inner = fieldsOf(schema.values!);
    return (
      inner && [
        { path: [1], schema: { type: 'string' } },
        { path: [2], schema: schema.values! },
      ]
    );
  }
  return schema.fields && [...schema.fields.values()].filter(({ path }) => path.length > 0);
}

describe.skipIf(!present)('golden objects', () => {
  it('are all there', () => expect(names.length).toBeGreaterThan(90));
  describe.each(names)('%s', (name) => {
    const json = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Json;
    const bytes = new Uint8Array(readFileSync(`${folder}/${name}.pb`));
    const schema = structOf(name);
    const { apiVersion, kind, raw } = decodeEnvelope(bytes);
    const meta = apiVersion ? { kind, apiVersion } : {};

    it('decodes', () => {
      expect(decode(schema, raw, { ...meta })).toEqual(known(json, schema));
    });
    it('encodes byte for byte', () => {
      const expected = encodeEnvelope(apiVersion, kind, knownBytes(raw, fieldsOf(schema)!));
      if (JSON.stringify(known(json, schema)) === JSON.stringify(json)) expect(expected).toEqual(bytes);
      const actual = encodeEnvelope(apiVersion, kind, encode(schema, json));
      expect(hex(actual)).toBe(hex(expected));
    });
  });
});

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

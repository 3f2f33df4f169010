/**
 * How gnostic's messages are written, of both versions. A JSON value of any type is carried as YAML.
 * Source: google/gnostic-models compiler, of which kube-openapi pkg/handler and pkg/handler3 make the bytes.
 */
import { FIXED64, VARINT, Writer } from '../../apimachinery/protobuf/wire.ts';
import type { Json } from './schemas.ts';

/** Writes a field with its tag. The writer writes backwards. */
export type FieldWriter = (writer: Writer, value: any) => void;
/** A message: its fields by JSON name, in the order of their numbers. `x-` stands for all extensions. */
export type Message = readonly (readonly [json: string, write: FieldWriter])[];

export const text =
  (number: number): FieldWriter =>
  (writer, value: string) => {
    const before = writer.size;
    writer.string(value);
    writer.close(number, before);
  };
/** `always`: as one of several, whose presence tells which it is. */
export const flag =
  (number: number, always = false): FieldWriter =>
  (writer, value: boolean) => {
    if (!value && !always) return;
    writer.uint(value ? 1 : 0);
    writer.tag(number, VARINT);
  };
export const integer =
  (number: number): FieldWriter =>
  (writer, value: number) => {
    if (value === 0) return;
    writer.int(value);
    writer.tag(number, VARINT);
  };
export const double =
  (number: number, always = false): FieldWriter =>
  (writer, value: number) => {
    if (value === 0 && !always) return;
    writer.double(value);
    writer.tag(number, FIXED64);
  };
/** The field as a message of its own, with the writer's fields in it. */
export const within =
  (number: number, ...inner: FieldWriter[]): FieldWriter =>
  (writer, value) => {
    const before = writer.size;
    for (const write of inner) write(writer, value);
    writer.close(number, before);
  };
export const message =
  (number: number, type: () => Message): FieldWriter =>
  (writer, value: Json) => {
    const before = writer.size;
    const fields = type();
    for (let i = fields.length - 1; i >= 0; i--) {
      const [json, write] = fields[i]!;
      if (json === 'x-') write(writer, value);
      else if (value[json] !== undefined) write(writer, value[json]);
    }
    writer.close(number, before);
  };
export const each =
  (write: FieldWriter): FieldWriter =>
  (writer, values: readonly unknown[]) => {
    for (let i = values.length - 1; i >= 0; i--) write(writer, values[i]);
  };
const pair = (number: number, write: FieldWriter): FieldWriter => {
  const name = text(1);
  return (writer, [key, value]: [string, unknown]) => {
    const before = writer.size;
    write(writer, value);
    name(writer, key);
    writer.close(number, before);
  };
};
/** A map as messages of a name (1) and a value, which `write` writes as field 2. */
export const named = (number: number, write: FieldWriter): FieldWriter => {
  const all = each(pair(number, write));
  return (writer, value: Json) => all(writer, Object.entries(value));
};
export const any = (number: number): FieldWriter => {
  const yaml = text(2);
  return (writer, value) => {
    const before = writer.size;
    yaml(writer, JSON.stringify(value));
    writer.close(number, before);
  };
};
export const extensions = (number: number): readonly [string, FieldWriter] => {
  const all = each(pair(number, any(2)));
  return [
    'x-',
    (writer, value: Json) =>
      all(
        writer,
        Object.entries(value).filter(([key]) => key.startsWith('x-')),
      ),
  ];
};
export const either =
  (test: (value: any) => boolean, yes: FieldWriter, no: FieldWriter): FieldWriter =>
  (writer, value) =>
    (test(value) ? yes : no)(writer, value);

export const isReference = (value: Json): boolean => value.$ref !== undefined;
export const REFERENCE: Message = [['$ref', text(1)]];

/** The bytes of a document. `size` is about how many they will be. */
export function encodeMessage(fields: Message, document: Json, size: number): Uint8Array {
  const writer = new Writer(size);
  for (let i = fields.length - 1; i >= 0; i--) {
    const [json, write] = fields[i]!;
    if (document[json] !== undefined) write(writer, document[json]);
  }
  return writer.finish();
}

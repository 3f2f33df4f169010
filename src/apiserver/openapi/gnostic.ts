/**
 * The OpenAPI document of version 2 as protobuf: gnostic's openapi.v2.Document. Field numbers: google/gnostic
 * openapiv2/OpenAPIv2.proto. A JSON value of any type is carried as YAML, of which JSON is a part.
 */
import { VARINT, Writer } from '../../apimachinery/protobuf/wire.ts';
import type { Json } from './schemas.ts';

/** Writes a field with its tag. The writer writes backwards. */
type FieldWriter = (writer: Writer, value: any) => void;
/** A message: its fields by JSON name, in the order of their numbers. `x-` stands for all extensions. */
type Message = readonly (readonly [json: string, write: FieldWriter])[];

const text =
  (number: number): FieldWriter =>
  (writer, value: string) => {
    const before = writer.size;
    writer.string(value);
    writer.close(number, before);
  };
const flag =
  (number: number): FieldWriter =>
  (writer, value: boolean) => {
    if (!value) return;
    writer.uint(1);
    writer.tag(number, VARINT);
  };
/** The field as a message of its own, with the writer's fields in it. */
const within =
  (number: number, ...inner: FieldWriter[]): FieldWriter =>
  (writer, value) => {
    const before = writer.size;
    for (const write of inner) write(writer, value);
    writer.close(number, before);
  };
const message =
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
const each =
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
const named = (number: number, write: FieldWriter): FieldWriter => {
  const all = each(pair(number, write));
  return (writer, value: Json) => all(writer, Object.entries(value));
};
const any = (number: number): FieldWriter => {
  const yaml = text(2);
  return (writer, value) => {
    const before = writer.size;
    yaml(writer, JSON.stringify(value));
    writer.close(number, before);
  };
};
const extensions = (number: number): readonly [string, FieldWriter] => {
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
const either =
  (test: (value: any) => boolean, yes: FieldWriter, no: FieldWriter): FieldWriter =>
  (writer, value) =>
    (test(value) ? yes : no)(writer, value);

const isReference = (value: Json): boolean => value.$ref !== undefined;
const REFERENCE: Message = [['$ref', text(1)]];

const schema: () => Message = () => SCHEMA;
const SCHEMA: Message = [
  ['$ref', text(1)],
  ['format', text(2)],
  ['description', text(4)],
  ['default', any(5)],
  ['required', each(text(19))],
  ['enum', each(any(20))],
  ['additionalProperties', within(21, message(1, schema))],
  ['type', within(22, text(1))],
  ['items', within(23, message(1, schema))],
  ['properties', within(25, named(1, message(2, schema)))],
  extensions(31),
];

const BODY: Message = [
  ['description', text(1)],
  ['name', text(2)],
  ['in', text(3)],
  ['required', flag(4)],
  ['schema', message(5, schema)],
];
const QUERY: Message = [
  ['required', flag(1)],
  ['in', text(2)],
  ['description', text(3)],
  ['name', text(4)],
  ['type', text(6)],
  ['uniqueItems', flag(20)],
];
const PATH: Message = [
  ['required', flag(1)],
  ['in', text(2)],
  ['description', text(3)],
  ['name', text(4)],
  ['type', text(5)],
  ['uniqueItems', flag(19)],
];
/** The fields of a Parameter: the body, or one of the others in a message of its own. */
const parameter = either(
  (value) => value.in === 'body',
  message(1, () => BODY),
  within(
    2,
    either(
      (value) => value.in === 'path',
      message(4, () => PATH),
      message(3, () => QUERY),
    ),
  ),
);
const parameters = (number: number): FieldWriter =>
  each(
    within(
      number,
      either(
        isReference,
        message(2, () => REFERENCE),
        within(1, parameter),
      ),
    ),
  );

const RESPONSE: Message = [
  ['description', text(1)],
  ['schema', within(2, message(1, schema))],
];
const OPERATION: Message = [
  ['tags', each(text(1))],
  ['description', text(3)],
  ['operationId', text(5)],
  ['produces', each(text(6))],
  ['consumes', each(text(7))],
  ['parameters', parameters(8)],
  [
    'responses',
    within(
      9,
      named(
        1,
        within(
          2,
          message(1, () => RESPONSE),
        ),
      ),
    ),
  ],
  ['schemes', each(text(10))],
  extensions(13),
];
const operation = (number: number): FieldWriter => message(number, () => OPERATION);
const PATH_ITEM: Message = [
  ['get', operation(2)],
  ['put', operation(3)],
  ['post', operation(4)],
  ['delete', operation(5)],
  ['options', operation(6)],
  ['head', operation(7)],
  ['patch', operation(8)],
  ['parameters', parameters(9)],
];

const API_KEY: Message = [
  ['type', text(1)],
  ['name', text(2)],
  ['in', text(3)],
  ['description', text(4)],
];
const INFO: Message = [
  ['title', text(1)],
  ['version', text(2)],
];
const DOCUMENT: Message = [
  ['swagger', text(1)],
  ['info', message(2, () => INFO)],
  [
    'paths',
    within(
      8,
      named(
        2,
        message(2, () => PATH_ITEM),
      ),
    ),
  ],
  ['definitions', within(9, named(1, message(2, schema)))],
  ['parameters', within(10, named(1, within(2, parameter)))],
  ['security', each(within(12, named(1, within(2, each(text(1))))))],
  [
    'securityDefinitions',
    within(
      13,
      named(
        1,
        within(
          2,
          message(2, () => API_KEY),
        ),
      ),
    ),
  ],
];

/** The bytes of a document of version 2. */
export function encodeDocument(document: Json): Uint8Array {
  const writer = new Writer(2 * 1024 * 1024);
  for (let i = DOCUMENT.length - 1; i >= 0; i--) {
    const [json, write] = DOCUMENT[i]!;
    if (document[json] !== undefined) write(writer, document[json]);
  }
  return writer.finish();
}

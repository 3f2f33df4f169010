/**
 * The OpenAPI document of version 2 as protobuf: gnostic's openapi.v2.Document. Field numbers: google/gnostic-models
 * openapiv2/OpenAPIv2.proto.
 */
import {
  any,
  each,
  either,
  encodeMessage,
  extensions,
  flag,
  type FieldWriter,
  isReference,
  type Message,
  message,
  named,
  REFERENCE,
  text,
  within,
} from './gnostic-fields.ts';
import type { Json } from './schemas.ts';

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
export const encodeDocument = (document: Json): Uint8Array =>
  encodeMessage(DOCUMENT, document, 2 * 1024 * 1024);

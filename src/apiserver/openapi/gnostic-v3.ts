/**
 * An OpenAPI document of version 3 as protobuf: gnostic's openapi.v3.Document. Field numbers: google/gnostic-models
 * openapiv3/OpenAPIv3.proto.
 */
import {
  any,
  double,
  each,
  either,
  encodeMessage,
  extensions,
  type FieldWriter,
  flag,
  integer,
  isReference,
  type Message,
  message,
  named,
  REFERENCE,
  text,
  within,
} from './gnostic-fields.ts';
import type { Json } from './schemas.ts';

/** A message that holds either the thing itself, as field 1, or a reference to it, as field 2. */
const orReference = (type: () => Message): FieldWriter =>
  either(
    isReference,
    message(2, () => REFERENCE),
    message(1, type),
  );

const schemaOrReference = orReference(() => SCHEMA);
const nothing: FieldWriter = () => {};
/** A default that is neither a scalar is told by its presence alone. */
const standard = either(
  (value) => typeof value === 'string',
  text(3),
  either(
    (value) => typeof value === 'boolean',
    flag(2, true),
    either((value) => typeof value === 'number', double(1, true), nothing),
  ),
);

const SCHEMA: Message = [
  ['nullable', flag(1)],
  ['title', text(9)],
  ['multipleOf', double(10)],
  ['maximum', double(11)],
  ['exclusiveMaximum', flag(12)],
  ['minimum', double(13)],
  ['exclusiveMinimum', flag(14)],
  ['maxLength', integer(15)],
  ['minLength', integer(16)],
  ['pattern', text(17)],
  ['maxItems', integer(18)],
  ['minItems', integer(19)],
  ['uniqueItems', flag(20)],
  ['maxProperties', integer(21)],
  ['minProperties', integer(22)],
  ['required', each(text(23))],
  ['enum', each(any(24))],
  ['type', text(25)],
  ['allOf', each(within(26, schemaOrReference))],
  ['oneOf', each(within(27, schemaOrReference))],
  ['anyOf', each(within(28, schemaOrReference))],
  ['not', message(29, () => SCHEMA)],
  ['items', within(30, within(1, schemaOrReference))],
  ['properties', within(31, named(1, within(2, schemaOrReference)))],
  [
    'additionalProperties',
    within(
      32,
      either((value) => typeof value === 'boolean', flag(2, true), within(1, schemaOrReference)),
    ),
  ],
  ['default', within(33, standard)],
  ['description', text(34)],
  ['format', text(35)],
  extensions(36),
];

const MEDIA_TYPE: Message = [['schema', within(1, schemaOrReference)]];
const content = (number: number): FieldWriter =>
  within(
    number,
    named(
      1,
      message(2, () => MEDIA_TYPE),
    ),
  );

const PARAMETER: Message = [
  ['name', text(1)],
  ['in', text(2)],
  ['description', text(3)],
  ['required', flag(4)],
  ['schema', within(10, schemaOrReference)],
];
const parameters = (number: number): FieldWriter =>
  each(
    within(
      number,
      orReference(() => PARAMETER),
    ),
  );

const REQUEST_BODY: Message = [
  ['content', content(2)],
  ['required', flag(3)],
];
const RESPONSE: Message = [
  ['description', text(1)],
  ['content', content(3)],
];

const OPERATION: Message = [
  ['tags', each(text(1))],
  ['description', text(3)],
  ['operationId', text(5)],
  ['parameters', parameters(6)],
  [
    'requestBody',
    within(
      7,
      orReference(() => REQUEST_BODY),
    ),
  ],
  [
    'responses',
    within(
      8,
      named(
        2,
        within(
          2,
          orReference(() => RESPONSE),
        ),
      ),
    ),
  ],
  extensions(13),
];
const operation = (number: number): FieldWriter => message(number, () => OPERATION);
const PATH_ITEM: Message = [
  ['get', operation(4)],
  ['put', operation(5)],
  ['post', operation(6)],
  ['delete', operation(7)],
  ['options', operation(8)],
  ['head', operation(9)],
  ['patch', operation(10)],
  ['parameters', parameters(13)],
];

const SECURITY_SCHEME: Message = [
  ['type', text(1)],
  ['description', text(2)],
  ['name', text(3)],
  ['in', text(4)],
];
const COMPONENTS: Message = [
  ['schemas', within(1, named(1, within(2, schemaOrReference)))],
  [
    'securitySchemes',
    within(
      7,
      named(
        1,
        within(
          2,
          orReference(() => SECURITY_SCHEME),
        ),
      ),
    ),
  ],
];
const INFO: Message = [
  ['title', text(1)],
  ['version', text(6)],
];
const DOCUMENT: Message = [
  ['openapi', text(1)],
  ['info', message(2, () => INFO)],
  [
    'paths',
    within(
      4,
      named(
        1,
        message(2, () => PATH_ITEM),
      ),
    ),
  ],
  ['components', message(5, () => COMPONENTS)],
];

/** The bytes of a document of version 3. */
export const encodeDocumentV3 = (document: Json): Uint8Array => encodeMessage(DOCUMENT, document, 256 * 1024);

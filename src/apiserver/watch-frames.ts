/** Events of a watch in the form the client asked for. They arrive as lines of JSON, and leave so when nothing is asked. */
import type { Clock } from '../apimachinery/clock.ts';
import { encode } from '../apimachinery/protobuf/encode.ts';
import { encodeEnvelope, encodeWatchFrame } from '../apimachinery/protobuf/envelope.ts';
import { struct } from '../apimachinery/schema/table.ts';
import { parseExact } from '../apimachinery/serializer/int64.ts';
import type { ResourceDefinition } from '../apis/definition.ts';
import type { Stored } from '../apis/object.ts';
import { apiVersionOf } from '../apis/resources.ts';
import type { Format } from './negotiation.ts';
import { type IncludeObject, partialMetadata, toTable } from './table.ts';

export interface WatchEvent {
  type: string;
  object: any;
}

const utf8 = new TextEncoder();
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

export function frameWriter(
  definition: ResourceDefinition,
  format: Format,
  include: IncludeObject,
  clock: Clock,
) {
  const plain = format.encoding !== 'protobuf' && !format.as && !definition.custom;
  let columns = true;
  const transform = (event: WatchEvent): WatchEvent => {
    if (event.type === 'ERROR') return event;
    if (event.type !== 'BOOKMARK') definition.custom?.fromStorage(event.object);
    if (!format.as) return event;
    const object = event.object as Stored;
    if (format.as !== 'Table') return { type: event.type, object: partialMetadata(object, format.version) };
    const { resourceVersion, annotations } = object.metadata;
    const table = toTable(
      definition,
      [object],
      resourceVersion ? { resourceVersion } : {},
      clock.now(),
      // Where the initial events end is told even to those who want no objects.
      include === 'None' && annotations?.[INITIAL_EVENTS_END] ? 'Metadata' : include,
      columns,
      format.version,
    );
    columns = false;
    return { type: event.type, object: table };
  };
  const bytesOf = (event: WatchEvent): Uint8Array => {
    const { object } = event;
    const typeName =
      object.kind === 'Status'
        ? 'meta.v1.Status'
        : format.as
          ? 'meta.v1.PartialObjectMetadata'
          : definition.typeName;
    return encodeWatchFrame(
      event.type,
      encodeEnvelope(object.apiVersion, object.kind, encode(struct(typeName), object)),
    );
  };
  return {
    text: format.encoding !== 'protobuf',
    /** Lines of events reach the client as they are. */
    plain,
    contentType:
      format.encoding === 'protobuf'
        ? 'application/vnd.kubernetes.protobuf;stream=watch'
        : 'application/json',

    /** Lines of events, as bytes for the client. */
    encode(lines: string): Uint8Array {
      if (plain) return utf8.encode(lines.endsWith('\n') ? lines : `${lines}\n`);
      const parts: Uint8Array[] = [];
      for (const line of lines.split('\n')) {
        if (line === '') continue;
        const event = transform(parseExact(line) as WatchEvent);
        parts.push(
          format.encoding === 'protobuf' ? bytesOf(event) : utf8.encode(`${JSON.stringify(event)}\n`),
        );
      }
      return concat(parts);
    },

    /** A bookmark at a revision; `initial` marks the end of the initial events. */
    bookmark(revision: number, initial: boolean): WatchEvent {
      return {
        type: 'BOOKMARK',
        object: {
          kind: definition.kind,
          apiVersion: apiVersionOf(definition),
          metadata: {
            resourceVersion: String(revision),
            ...(initial ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}),
          },
        },
      };
    },
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * What stands around a message on the wire: the envelope of an object and the frames of a watch.
 * Sources: kubernetes/apimachinery pkg/runtime/serializer/protobuf/protobuf.go, pkg/runtime/types_proto.go,
 * pkg/util/framer/framer.go (length-delimited).
 */
import { BYTES, ProtobufError, Reader, Writer } from './wire.ts';

/** `k8s\0`. */
const PREFIX = [0x6b, 0x38, 0x73, 0x00] as const;
/** runtime.Unknown: 1 typeMeta, 2 raw, 3 contentEncoding, 4 contentType; TypeMeta: 1 apiVersion, 2 kind. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message of the object. */
  readonly raw: Uint8Array;
  readonly contentEncoding: string;
  readonly contentType: string;
}

export const isEnvelope = (bytes: Uint8Array): boolean => PREFIX.every((byte, i) => bytes[i] === byte);

/** @throws ProtobufError, with upstream's text, when the bytes are no envelope. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length === 0) throw new ProtobufError('empty data');
  if (!isEnvelope(bytes)) {
    throw new ProtobufError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  if (bytes.length === PREFIX.length) throw new ProtobufError('empty body');
  const reader = new Reader(bytes);
  reader.at = PREFIX.length;
  const out = { apiVersion: '', kind: '', raw: new Uint8Array(0), contentEncoding: '', contentType: '' };
  each(reader, bytes.length, (number, end) => {
    if (number === 1) {
      each(reader, end, (part, stop) => {
        if (part === 1) out.apiVersion = reader.string(stop);
        else if (part === 2) out.kind = reader.string(stop);
      });
    } else if (number === 2) out.raw = bytes.slice(reader.at, end);
    else if (number === 3) out.contentEncoding = reader.string(end);
    else if (number === 4) out.contentType = reader.string(end);
  });
  return out;
}

/** Calls `read` for each length-delimited field up to `end`. */
function each(reader: Reader, end: number, read: (number: number, end: number) => void): void {
  while (reader.at < end) {
    const tag = reader.varint(end);
    if (tag >>> 3 === 0 || reader.high !== 0) throw new ProtobufError(`proto: illegal tag ${tag >>> 3}`);
    if ((tag & 7) !== BYTES) {
      reader.skip(tag & 7, end);
      continue;
    }
    const length = reader.length(end);
    const stop = reader.at + length;
    read(tag >>> 3, stop);
    reader.at = stop;
  }
}

/** The envelope around the message of an object. */
export function encodeEnvelope(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const writer = new Writer(raw.length + apiVersion.length + kind.length + 48);
  text(writer, 4, '');
  text(writer, 3, '');
  const body = writer.size;
  writer.raw(raw);
  writer.close(2, body);
  const meta = writer.size;
  text(writer, 2, kind);
  text(writer, 1, apiVersion);
  writer.close(1, meta);
  writer.raw(Uint8Array.from(PREFIX));
  return writer.finish();
}

function text(writer: Writer, number: number, value: string): void {
  const before = writer.size;
  writer.string(value);
  writer.close(number, before);
}

/**
 * One event of a watch: the length in four bytes, most significant first, and a WatchEvent {1 type, 2 object}, whose
 * object is a RawExtension {1 raw}.
 * @param object an object in its envelope, see `encodeEnvelope`.
 */
export function encodeWatchFrame(type: string, object: Uint8Array): Uint8Array {
  const writer = new Writer(object.length + type.length + 32);
  const before = writer.size;
  writer.raw(object);
  writer.close(1, before);
  writer.close(2, before);
  text(writer, 1, type);
  const event = writer.finish();
  const frame = new Uint8Array(4 + event.length);
  new DataView(frame.buffer).setUint32(0, event.length);
  frame.set(event, 4);
  return frame;
}

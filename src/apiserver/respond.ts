/** Answers in every form. Source: apiserver pkg/endpoints/handlers/responsewriters/writers.go. */
import { type DumpOptions, DUMP_SCHEMA, dump, intYaml11Tag } from 'js-yaml';
import { encodeEnvelope } from '../apimachinery/protobuf/envelope.ts';
import { encode } from '../apimachinery/protobuf/encode.ts';
import { struct } from '../apimachinery/schema/table.ts';
import { internalError, requestEntityTooLarge, type Status, StatusError } from '../apimachinery/status.ts';
import { type Format, JSON_TYPE, PROTOBUF_TYPE, YAML_TYPE } from './negotiation.ts';

/** Answers of at least this many bytes are compressed for clients that take it, as APIResponseCompression does. */
const COMPRESS_FROM = 128 * 1024;

export interface Answer {
  readonly format: Format;
  readonly status: number;
  /** Whether the client takes gzip. */
  readonly gzip: boolean;
  readonly warnings: readonly string[];
}

export function headersOf(answer: Pick<Answer, 'warnings'>, contentType: string): Headers {
  const headers = new Headers({
    'Content-Type': contentType,
    'Cache-Control': 'no-cache, private',
  });
  addWarnings(headers, answer.warnings);
  return headers;
}

export function addWarnings(headers: Headers, warnings: readonly string[]): void {
  let size = 0;
  for (const text of new Set(warnings)) {
    // Upstream gives all warnings of an answer 4 KiB together.
    const line = `299 - "${text.replace(/\p{Cc}/gu, ' ').replace(/[\\"]/g, '\\$&')}"`;
    size += line.length;
    if (size > 4096) break;
    headers.append('Warning', line);
  }
}

/** Integers, also those that a double cannot hold. */
const integers = {
  ...intYaml11Tag,
  identify: (value: unknown) => typeof value === 'bigint' || (intYaml11Tag.identify?.(value) ?? false),
  represent: String,
};

/** The layout that sigs.k8s.io/yaml gives: sequences are not indented, a string that looks like a number is "quoted". */
const YAML: DumpOptions = {
  schema: DUMP_SCHEMA.withTags(integers),
  noRefs: true,
  sortKeys: true,
  lineWidth: -1,
  seqNoIndent: true,
  quoteStyle: 'double',
};

/** An object of the struct `typeName` (with apiVersion and kind). */
export function respondObject(answer: Answer, object: any, typeName: string): Response {
  switch (answer.format.encoding) {
    case 'json':
      return respondText(
        answer,
        `${answer.format.pretty ? JSON.stringify(object, null, 2) : JSON.stringify(object)}\n`,
        JSON_TYPE,
      );
    case 'yaml':
      return respondText(answer, dump(object, YAML), YAML_TYPE);
    case 'protobuf':
      return respondBytes(
        answer,
        encodeEnvelope(object.apiVersion ?? '', object.kind, encode(struct(typeName), object)),
        PROTOBUF_TYPE,
      );
  }
}

export function respondText(answer: Answer, text: string, contentType: string): Response {
  if (text.length >= COMPRESS_FROM) return respondBytes(answer, new TextEncoder().encode(text), contentType);
  const headers = headersOf(answer, contentType);
  headers.set('Content-Encoding', 'identity');
  return new Response(text, { status: answer.status, headers });
}

/** A text that is made while it is sent. What goes wrong then breaks the answer off. */
export function respondStream(answer: Answer, parts: AsyncIterator<string>, contentType: string): Response {
  const headers = headersOf(answer, contentType);
  const utf8 = new TextEncoder();
  const text = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(utf8.encode(value));
    },
    async cancel() {
      await parts.return?.();
    },
  });
  if (!answer.gzip) {
    headers.set('Content-Encoding', 'identity');
    return new Response(text, { status: answer.status, headers });
  }
  headers.set('Content-Encoding', 'gzip');
  headers.set('Vary', 'Accept-Encoding');
  const body = text.pipeThrough(new CompressionStream('gzip'));
  return new Response(body, { status: answer.status, headers, encodeBody: 'manual' });
}

export function respondBytes(answer: Answer, bytes: Uint8Array, contentType: string): Response {
  const headers = headersOf(answer, contentType);
  if (!answer.gzip || bytes.length < COMPRESS_FROM) {
    headers.set('Content-Encoding', 'identity');
    return new Response(bytes as BodyInit, { status: answer.status, headers });
  }
  headers.set('Content-Encoding', 'gzip');
  headers.set('Vary', 'Accept-Encoding');
  const body = new Response(bytes as BodyInit).body!.pipeThrough(new CompressionStream('gzip'));
  return new Response(body, { status: answer.status, headers, encodeBody: 'manual' });
}

/** What the authorizer refuses, in the words of its filter, which alone guards its answer against guessing browsers. */
const BY_AUTHORIZER = /(^| is )forbidden: User "/;

/**
 * A refusal. Whatever is no StatusError is a fault of ours: its text goes to the log, not to the client. Without a
 * form, which says that the client takes none, it is indented JSON. What was to be warned of is told here, too.
 */
export function respondError(error: unknown, format?: Format, warnings: readonly string[] = []): Response {
  const status = statusOf(error);
  const answer: Answer = {
    format: format ?? { encoding: 'json', pretty: true },
    status: status.code,
    gzip: false,
    warnings,
  };
  const response = format
    ? respondObject(answer, status, 'meta.v1.Status')
    : respondText(answer, JSON.stringify(status, null, 2), JSON_TYPE);
  if (status.code === 403 && BY_AUTHORIZER.test(status.message ?? '')) {
    response.headers.set('X-Content-Type-Options', 'nosniff');
  }
  const wait = status.details?.retryAfterSeconds;
  if (wait) response.headers.set('Retry-After', String(wait));
  return response;
}

/** What the engine says of lists, texts and calls that are larger than they can be. */
const OVERFLOW = /call stack|string length|array length/i;
const OVERFLOWS = requestEntityTooLarge(
  'Request entity too large: more is wrong with the object than can be told',
);

export function statusOf(error: unknown): Status {
  if (error instanceof StatusError) return error.status;
  console.error('unexpected error', (error as Error)?.stack ?? error);
  // A body of 3 MB may have hundreds of thousands of mistakes, or make texts that are longer than a string can be.
  if (error instanceof RangeError && OVERFLOW.test(error.message)) return OVERFLOWS.status;
  return internalError('unexpected error').status;
}

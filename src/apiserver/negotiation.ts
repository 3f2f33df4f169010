/** Which form an answer takes. Source: apiserver pkg/endpoints/handlers/negotiation/negotiate.go, munnerz/goautoneg. */
import { notAcceptable } from '../apimachinery/status.ts';

export const JSON_TYPE = 'application/json';
export const YAML_TYPE = 'application/yaml';
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

export type Encoding = 'json' | 'yaml' | 'protobuf';
export type Transform = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

export interface Format {
  readonly encoding: Encoding;
  readonly as?: Transform;
  /** The version of meta.k8s.io that `as` is of. */
  readonly version?: 'v1' | 'v1beta1';
  readonly pretty: boolean;
}

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const trimSpaces = (text: string): string => text.replace(/^ +| +$/g, '');

/** The clauses of an Accept header, best first. Bounded: a longer header is cut. What is no media type is left out. */
export function parseAccept(header: string): Clause[] {
  const clauses: Clause[] = [];
  for (const text of header.slice(0, 4096).split(',')) {
    const [range = '', ...rest] = text.split(';');
    const [type = '', subtype, more] = range.split('/').map(trimSpaces);
    if (more !== undefined || (!subtype && type !== '*')) continue;
    const parameters = new Map<string, string>();
    let quality = 1;
    for (const part of rest) {
      const [name = '', value, other] = part.split('=');
      if (!value || other !== undefined) continue;
      if (trimSpaces(name) === 'q') quality = Number(value) || 0;
      else parameters.set(trimSpaces(name), trimSpaces(value));
    }
    insert(clauses, { type, subtype: subtype || '*', parameters, quality });
  }
  return clauses;
}

/** Before those it goes before, one after another from the end: the order is total only among like clauses. */
function insert(clauses: Clause[], clause: Clause): void {
  let place = clauses.length;
  while (place > 0 && goesBefore(clause, clauses[place - 1]!)) place--;
  clauses.splice(place, 0, clause);
}

const goesBefore = (a: Clause, b: Clause): boolean =>
  a.quality > b.quality || (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');

/** What there is, best first. */
const OFFERED: readonly (readonly [subtype: string, encoding: Encoding, streams: boolean])[] = [
  ['json', 'json', true],
  ['yaml', 'yaml', false],
  ['vnd.kubernetes.protobuf', 'protobuf', true],
];
export const ACCEPTED: readonly string[] = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];
export const ACCEPTED_STREAMS: readonly string[] = [JSON_TYPE, PROTOBUF_TYPE].map(
  (type) => `${type};stream=watch`,
);

/** The encodings a clause means, best first. */
const encodingsOf = ({ type, subtype }: Clause): Encoding[] =>
  OFFERED.filter(([name]) =>
    type === '*' ? subtype === '*' : type === 'application' && (subtype === '*' || subtype === name),
  ).map(([, encoding]) => encoding);

const streams = (encoding: Encoding): boolean => OFFERED.some(([, name, can]) => name === encoding && can);

/** Whether JSON is to be indented: when asked for, and unasked for those who read it themselves. */
export function wantsPretty(request: Request, query: URLSearchParams): boolean {
  const asked = query.get('pretty');
  // As Go's ParseBool, whose errors are false.
  if (asked) return /^(1|t|T|true|True|TRUE)$/.test(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers.get('User-Agent') ?? '');
}

/** What a clause wants an object turned into; what it does not say is empty. */
export interface Target {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
}

export interface Found {
  readonly encoding: Encoding;
  readonly target?: Target;
  readonly pretty: boolean;
}

/**
 * The first clause that can be served; undefined when none can. `allows` says whether an object can be turned into
 * something, or, without a target, left as it is.
 */
export function findClause(
  request: Request,
  query: URLSearchParams,
  allows: (target: Target | undefined, encoding: Encoding) => boolean,
): Found | undefined {
  const accept = request.headers.get('Accept') ?? '';
  const pretty = wantsPretty(request, query);
  if (accept === '') return { encoding: 'json', pretty };
  for (const clause of parseAccept(accept)) {
    for (const encoding of encodingsOf(clause)) {
      const target = targetOf(clause.parameters, encoding);
      if (target === 'none' || !allows(target, encoding)) continue;
      return {
        encoding,
        ...(target ? { target } : {}),
        pretty: pretty || clause.parameters.get('pretty') === '1',
      };
    }
  }
  return undefined;
}

/** `none`: the clause wants what no operation has. */
function targetOf(parameters: Clause['parameters'], encoding: Encoding): Target | 'none' | undefined {
  const stream = parameters.get('stream');
  if (stream !== undefined && (stream !== 'watch' || !streams(encoding))) return 'none';
  if ((parameters.get('sv') ?? 'v1') !== 'v1') return 'none';
  const [kind, group, version] = [parameters.get('as'), parameters.get('g'), parameters.get('v')];
  if (kind === undefined && group === undefined && version === undefined) return undefined;
  return { kind: kind ?? '', group: group ?? '', version: version ?? '' };
}

function find(
  request: Request,
  query: URLSearchParams,
  transforms: readonly Transform[],
  plainProtobuf = true,
): Format | undefined {
  const found = findClause(request, query, (target, encoding) =>
    target === undefined
      ? plainProtobuf || encoding !== 'protobuf'
      : target.group === 'meta.k8s.io' &&
        (target.version === 'v1' || target.version === 'v1beta1') &&
        transforms.includes(target.kind as Transform) &&
        // A table has no protobuf form.
        (target.kind !== 'Table' || encoding !== 'protobuf'),
  );
  if (!found) return undefined;
  const { target, encoding, pretty } = found;
  if (!target) return { encoding, pretty };
  return { encoding, as: target.kind as Transform, version: target.version as 'v1' | 'v1beta1', pretty };
}

/**
 * The form an operation answers in; `transforms` says what its objects can be turned into, `plainProtobuf` whether what is
 * not turned into anything has a protobuf form: custom resources have none.
 * @throws StatusError 406.
 */
export function negotiate(
  request: Request,
  query: URLSearchParams,
  transforms: readonly Transform[],
  plainProtobuf = true,
): Format {
  const format = find(request, query, transforms, plainProtobuf);
  if (!format) throw notAcceptable(ACCEPTED);
  return format;
}

/** Whether events can be sent in a form. @throws StatusError 406. */
export function checkStreams({ encoding }: Format): void {
  if (!streams(encoding)) throw notAcceptable(ACCEPTED_STREAMS);
}

/** The form of a refusal, which is never turned into anything else; undefined when the client takes none. */
export const errorFormat = (request: Request, query: URLSearchParams): Format | undefined =>
  find(request, query, []);

/** The platform rewrites Accept-Encoding on its way and keeps what the client said beside the request. */
export function takesGzip(request: Request): boolean {
  const said = (request.cf as { clientAcceptEncoding?: string } | undefined)?.clientAcceptEncoding;
  // By name alone, as upstream: whoever weighs it gets none.
  return (said ?? request.headers.get('Accept-Encoding') ?? '')
    .split(',')
    .some((one) => one.trim() === 'gzip');
}

/** Which form an answer takes. Source: apiserver pkg/endpoints/handlers/negotiation/negotiate.go. */
import { notAcceptable } from '../apimachinery/status.ts';

export const JSON_TYPE = 'application/json';
export const YAML_TYPE = 'application/yaml';
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

export type Encoding = 'json' | 'yaml' | 'protobuf';
export type Transform = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

export interface Format {
  readonly encoding: Encoding;
  readonly as?: Transform;
  readonly pretty: boolean;
}

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/** The clauses of an Accept header, best first. Bounded: a longer header is cut. */
export function parseAccept(header: string): Clause[] {
  return header
    .slice(0, 4096)
    .split(',')
    .map((text, index) => {
      const [type = '', ...rest] = text.split(';').map((part) => part.trim());
      const parameters = new Map<string, string>();
      for (const part of rest) {
        const equals = part.indexOf('=');
        if (equals > 0) parameters.set(part.slice(0, equals).toLowerCase(), part.slice(equals + 1));
      }
      const quality = Number(parameters.get('q') ?? 1);
      return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality, index };
    })
    .filter(({ type, quality }) => type !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
}

export const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
  '*/*': 'json',
  'application/*': 'json',
};
export const ACCEPTED: readonly string[] = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];

/** Whether JSON is to be indented: when asked for, and unasked for those who read it themselves. */
export function wantsPretty(request: Request, query: URLSearchParams): boolean {
  const asked = query.get('pretty');
  if (asked !== null) return asked !== 'false' && asked !== '0';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers.get('User-Agent') ?? '');
}

/**
 * The first clause that can be served. `transforms` says what the operation can be turned into.
 * @throws StatusError 406.
 */
export function negotiate(
  request: Request,
  query: URLSearchParams,
  transforms: readonly Transform[],
): Format {
  const accept = request.headers.get('Accept') ?? '';
  const pretty = wantsPretty(request, query);
  if (accept === '') return { encoding: 'json', pretty };
  for (const { type, parameters } of parseAccept(accept)) {
    const encoding = ENCODINGS[type];
    if (!encoding) continue;
    const as = parameters.get('as');
    if (as === undefined) return { encoding, pretty };
    if (parameters.get('g') !== 'meta.k8s.io') continue;
    if (!['v1', 'v1beta1'].includes(parameters.get('v') ?? '')) continue;
    if (!transforms.includes(as as Transform)) continue;
    // A table has no protobuf form.
    if (as === 'Table' && encoding === 'protobuf') continue;
    return { encoding, as: as as Transform, pretty };
  }
  throw notAcceptable(ACCEPTED);
}

/** The platform rewrites Accept-Encoding on its way and keeps what the client said beside the request. */
export function takesGzip(request: Request): boolean {
  const said = (request.cf as { clientAcceptEncoding?: string } | undefined)?.clientAcceptEncoding;
  return /\bgzip\b/.test(said ?? request.headers.get('Accept-Encoding') ?? '');
}

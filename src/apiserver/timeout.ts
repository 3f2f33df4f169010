/**
 * The timeout a client gives a request in its query: it is only looked at, since no request here takes that long.
 * Sources: apiserver pkg/endpoints/filters/request_deadline.go, Go time (ParseDuration).
 */
import { goQuote } from '../apimachinery/go-quote.ts';
import { badRequest } from '../apimachinery/status.ts';
import { decodePath, parseQuery } from './query.ts';
import { requestInfo } from './request-info.ts';

const UNITS = new Set(['ns', 'us', '\u00B5s', '\u03BCs', 'ms', 's', 'm', 'h']);

/** What Go says of a text that is no duration; undefined when it is one. */
export function durationError(text: string): string | undefined {
  const shown = goQuote(text);
  const invalid = `time: invalid duration ${shown}`;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return undefined;
  if (rest === '') return invalid;
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) return invalid;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)![0];
    if (unit === '') return `time: missing unit in duration ${shown}`;
    if (!UNITS.has(unit)) return `time: unknown unit ${goQuote(unit)} in duration ${shown}`;
    rest = rest.slice(unit.length);
  }
  return undefined;
}

/** Requests that take as long as they do. */
const LONG_SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/**
 * Looks at the timeout of a request before anybody asks whose it is, as upstream does: paths of no resource have one, too.
 * `path` is below the cluster, escaped. @throws StatusError 400.
 */
export function checkTimeout({ method, url }: Pick<Request, 'method' | 'url'>, path: string): void {
  const { search } = new URL(url);
  if (!search.includes('timeout')) return;
  const query = parseQuery(search);
  const timeout = query.get('timeout');
  if (!timeout || decodePath(path) === undefined) return;
  const { verb, subresource } = requestInfo(method, path, query);
  if (verb === 'watch' || LONG_SUBRESOURCES.has(subresource)) return;
  const wrong = durationError(timeout.slice(0, 64));
  if (wrong) throw badRequest(`invalid timeout specified in the request URL - ${wrong}`);
}

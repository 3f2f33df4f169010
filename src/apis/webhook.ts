/** How a webhook is reached. Source: kubernetes/apiserver pkg/util/webhook/validation.go. */
import { child, type FieldError, invalid, required } from '../apimachinery/field-error.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../apimachinery/validation/content.ts';

const FORM = '; desired format: https://host[/path]';
/** Scheme, authority, path, query and fragment of RFC 3986, appendix B. */
const URL_PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

export function validateWebhookURL(path: string, url: string): FieldError[] {
  const parts = URL_PARTS.exec(url);
  if (!parts || [...url].some((character) => character < ' ' || character === '\x7f')) {
    const detail = `url must be a valid URL: parse ${JSON.stringify(url)}: net/url: invalid control character in URL`;
    return [required(path, detail + FORM)];
  }
  const errors: FieldError[] = [];
  const [, scheme = '', authority = '', , query = '', fragment = ''] = parts;
  const userEnd = authority.lastIndexOf('@');
  const host = authority.slice(userEnd + 1);
  if (scheme.toLowerCase() !== 'https') {
    errors.push(invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`));
  }
  if (host === '') errors.push(invalid(path, '', `host must be specified${FORM}`));
  if (userEnd >= 0) {
    errors.push(invalid(path, authority.slice(0, userEnd), 'user information is not permitted in the URL'));
  }
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

export interface WebhookService {
  name?: string;
  namespace?: string;
  path?: string;
  port?: number;
}

export function validateWebhookService(path: string, service: WebhookService): FieldError[] {
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(child(path, 'name')));
  if (!service.namespace) errors.push(required(child(path, 'namespace')));
  const messages = isValidPortNum(service.port ?? 0);
  if (messages.length) {
    errors.push(invalid(child(path, 'port'), service.port ?? 0, `port is not valid: ${messages.join(', ')}`));
  }
  return [...errors, ...validateURLPath(child(path, 'path'), service.path ?? '')];
}

/** A path of DNS subdomains between slashes. */
function validateURLPath(path: string, urlPath: string): FieldError[] {
  if (urlPath === '' || urlPath === '/') return [];
  if (urlPath === '//') return [invalid(path, urlPath, 'segment[0] may not be empty')];
  const errors: FieldError[] = [];
  if (!urlPath.startsWith('/')) errors.push(invalid(path, urlPath, "must start with a '/'"));
  const steps = urlPath.slice(1).replace(/\/$/, '').split('/');
  for (const [index, step] of steps.entries()) {
    if (step === '') {
      errors.push(invalid(path, urlPath, `segment[${index}] may not be empty`));
      continue;
    }
    for (const message of isDNS1123Subdomain(step)) {
      errors.push(invalid(path, urlPath, `segment[${index}]: ${message}`));
    }
  }
  return errors;
}

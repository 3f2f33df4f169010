/** The refusal of a request. Source: apiserver pkg/endpoints/handlers/responsewriters/errors.go. */
import { goQuote } from '../../apimachinery/go-quote.ts';
import { forbidden, StatusError } from '../../apimachinery/status.ts';
import type { Attributes } from './attributes.ts';

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function message(attributes: Attributes): string {
  const who = `User ${goQuote(attributes.user.username)} cannot ${attributes.verb}`;
  if (!attributes.isResource) return `${who} path ${goQuote(attributes.path)}`;
  const { group, resource, subresource, namespace } = attributes;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${goQuote(namespace)}` : 'at the cluster scope';
  return `${who} resource ${goQuote(what)} in API group ${goQuote(group)} ${where}`;
}

/** 403, without anything that looks like HTML. */
export function refusal(attributes: Attributes, reason = ''): StatusError {
  const text = message(attributes).replace(/[&<>]/g, (ch) => HTML[ch]!);
  const whole = reason ? `${text}: ${reason}` : text;
  if (attributes.isResource) return forbidden(attributes, attributes.name, whole);
  return new StatusError(403, 'Forbidden', `forbidden: ${whole}`, {});
}

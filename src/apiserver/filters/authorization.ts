/**
 * What a request asks of the authorizer. Source: apiserver pkg/endpoints/filters/authorization.go,
 * pkg/endpoints/request/requestinfo.go.
 */
import { parseFieldSelector, requiresExactField } from '../../apimachinery/fields.ts';
import { isPathSegmentName } from '../../apimachinery/validation/content.ts';
import type { UserInfo } from '../../apis/definition.ts';
import type { Attributes } from '../../registry/authorization/attributes.ts';
import type { RequestInfo } from '../request-info.ts';

const COLLECTION_VERBS = new Set(['list', 'watch']);

/** The one object that a selector of a collection leaves: then a rule for its name is enough. */
function selectedName(query: URLSearchParams): string {
  const selector = query.get('fieldSelector');
  if (!selector) return '';
  try {
    const name = requiresExactField(parseFieldSelector(selector), 'metadata.name') ?? '';
    return isPathSegmentName(name).length === 0 ? name : '';
  } catch {
    // The handler refuses it.
    return '';
  }
}

export function attributesOf(user: UserInfo, info: RequestInfo, query: URLSearchParams): Attributes {
  const { verb, path, group, resource, subresource, name } = info;
  if (!info.isResource) return { user, verb, isResource: false, path };
  return {
    user,
    verb,
    isResource: true,
    group,
    resource,
    subresource,
    // A namespace is in itself.
    namespace: info.namespace || (group === '' && resource === 'namespaces' ? name : ''),
    name: name || (COLLECTION_VERBS.has(verb) ? selectedName(query) : ''),
  };
}

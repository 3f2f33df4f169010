/**
 * Answers to what a client asks first: which groups, versions and resources there are.
 * Sources: apiserver pkg/endpoints/discovery (legacy.go, root.go, group.go, version.go), pkg/endpoints/discovery/aggregated
 * (wrapper.go, etag.go), kube-aggregator pkg/apiserver/handler_apis.go.
 */
import { sha512Hex } from '../../apimachinery/hash.ts';
import { hasGroup, RESOURCES } from '../../apis/resources.ts';
import { methodNotServed } from '../../apimachinery/status.ts';
import { ACCEPTED, findClause, type Format, JSON_TYPE, negotiate, takesGzip } from '../negotiation.ts';
import { parseQuery } from '../query.ts';
import { type Answer, respondObject, respondText } from '../respond.ts';
import { checkAccept } from '../routes.ts';
import { type Catalog, type Group, groupsOf } from './catalog.ts';
import { aggregated, apiGroup, apiGroupList, apiVersions, resourceList } from './documents.ts';

/** One document, in the form most clients ask for and in the one the others are made from. */
interface Document {
  readonly object: { kind?: string; apiVersion?: string };
  readonly typeName: string;
  /** Compact JSON. */
  readonly text: string;
}

/** The documents of a catalog: made when first asked for, then kept as long as the catalog is. */
interface Documents {
  readonly groups: readonly Group[];
  readonly byPath: Map<string, Document>;
  readonly etags: Map<string, string>;
}

const documentsOf = new WeakMap<Catalog, Documents>();

const AGGREGATED = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/**
 * The answer to `/api`, `/apis`, `/api/v1`, `/apis/<group>` and `/apis/<group>/<version>`, with or without a slash at
 * the end; undefined for any other path and for groups and versions the catalog does not have.
 * `catalog` is all a cluster serves; its documents are cached by its identity.
 * @throws StatusError 405, 406.
 */
export async function discovery(
  request: Request,
  path: string,
  catalog: Catalog = RESOURCES,
): Promise<Response | undefined> {
  const match = /^\/(api|apis)(?:\/([^/]+))?(?:\/([^/]+))?\/?$/.exec(path);
  if (!match) return undefined;
  const [, root, first, second] = match;
  if (root === 'api' && second !== undefined) return undefined;
  const url = new URL(request.url);
  let documents = documentsOf.get(catalog);
  if (!documents) {
    documents = { groups: groupsOf(catalog), byPath: new Map(), etags: new Map() };
    documentsOf.set(catalog, documents);
  }
  const isRoot = first === undefined;
  const made = isRoot ? undefined : memberDocument(documents, catalog, root!, first, second);
  if (!isRoot && !made) return undefined;
  // The aggregator's own documents, and those of custom resources, have no routes: whatever the method, they are told.
  if (root === 'api' || (second !== undefined && hasGroup(first!))) {
    if (request.method !== 'GET') throw methodNotServed();
    checkAccept(request, ACCEPTED);
  }
  const query = parseQuery(url.search);
  const format = isRoot ? aggregatedFormat(request, query) : undefined;
  if (format) return respondAggregated(request, documents, root!, format);
  const document =
    made ??
    (root === 'api'
      ? makeDocument(apiVersions(documents.groups, url.host), 'meta.v1.APIVersions')
      : cached(documents, '', () => makeDocument(apiGroupList(documents.groups), 'meta.v1.APIGroupList')));
  return respond(answerTo(request, negotiate(request, query, [])), document);
}

/** The document of a group, or of a group version. */
function memberDocument(
  documents: Documents,
  catalog: Catalog,
  root: string,
  first: string,
  second: string | undefined,
): Document | undefined {
  const groupName = root === 'api' ? '' : first;
  const version = root === 'api' ? first : second;
  if (root === 'apis' && groupName === '') return undefined;
  const group = documents.groups.find(({ name }) => name === groupName);
  if (!group) return undefined;
  if (version === undefined) {
    return cached(documents, groupName, () => makeDocument(apiGroup(group), 'meta.v1.APIGroup'));
  }
  const gv = group.versions.find((one) => one.version === version);
  if (!gv) return undefined;
  return cached(documents, `${groupName}/${version}`, () =>
    makeDocument(resourceList(gv, catalog), 'meta.v1.APIResourceList'),
  );
}

const makeDocument = (object: Document['object'], typeName: string): Document => ({
  object,
  typeName,
  text: JSON.stringify(object),
});

/** Bounded by the paths the catalog has. */
function cached({ byPath }: Documents, path: string, make: () => Document): Document {
  const document = byPath.get(path) ?? make();
  byPath.set(path, document);
  return document;
}

/** The format of an aggregated answer, when that is the first clause of Accept that can be served. */
function aggregatedFormat(request: Request, query: URLSearchParams): Format | undefined {
  const found = findClause(
    request,
    query,
    (target) =>
      target === undefined ||
      (target.kind === 'APIGroupDiscoveryList' &&
        target.group === 'apidiscovery.k8s.io' &&
        target.version === 'v2'),
  );
  return found?.target && { encoding: found.encoding, pretty: found.pretty };
}

async function respondAggregated(
  request: Request,
  documents: Documents,
  root: string,
  format: Format,
): Promise<Response> {
  const document = cached(documents, `aggregated ${root}`, () =>
    makeDocument(
      aggregated(documents.groups.filter(({ name }) => (name === '') === (root === 'api'))),
      'apidiscovery.v2.APIGroupDiscoveryList',
    ),
  );
  const etag = documents.etags.get(root) ?? `"${await sha512Hex(document.text)}"`;
  documents.etags.set(root, etag);
  const unchanged = request.headers.get('If-None-Match') === etag;
  const response = unchanged
    ? new Response(null, { status: 304 })
    : respond(answerTo(request, format), document);
  response.headers.set('ETag', etag);
  response.headers.append('Vary', 'Accept');
  response.headers.set('Cache-Control', 'public');
  if (!unchanged) {
    response.headers.set('Content-Type', `${response.headers.get('Content-Type')}${AGGREGATED}`);
  }
  return response;
}

const answerTo = (request: Request, format: Format): Answer => ({
  format,
  status: 200,
  gzip: takesGzip(request),
  warnings: [],
});

function respond(answer: Answer, { object, typeName, text }: Document): Response {
  return answer.format.encoding === 'json' && !answer.format.pretty
    ? respondText(answer, `${text}\n`, JSON_TYPE)
    : respondObject(answer, object, typeName);
}

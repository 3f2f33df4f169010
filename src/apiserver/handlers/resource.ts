/** The verbs of a resource. Source: apiserver pkg/endpoints/handlers/{create,get,update,patch,delete}.go. */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { hasStruct } from '../../apimachinery/schema/table.ts';
import { requiresExactField } from '../../apimachinery/fields.ts';
import { badRequest, forbidden, resourceVersionTooLarge, StatusError } from '../../apimachinery/status.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { apiVersionOf } from '../../apis/resources.ts';
import type { DeleteOptions } from '../../apimachinery/types/meta.v1.gen.ts';
import type { DeleteOptions as Deletion } from '../../registry/context.ts';
import { fromRow } from '../../registry/commit.ts';
import { create } from '../../registry/create.ts';
import { deletedStatus, remove } from '../../registry/delete.ts';
import { deleteCollection } from '../../registry/delete-collection.ts';
import { get } from '../../registry/get.ts';
import { type ListPage, listPages } from '../../registry/list.ts';
import { adopt, checkName } from '../../registry/metadata.ts';
import { guaranteedUpdate, type UpdateOptions } from '../../registry/update.ts';
import { decodeText, typeHead } from '../../storage/encoding.ts';
import { decodeObject, expectedOf, readBody, readObject } from '../body.ts';
import { checkStreams, type Format, JSON_TYPE, negotiate, type Transform } from '../negotiation.ts';
import {
  deleteOptions,
  flag,
  includeObject,
  listParameters,
  resourceVersionError,
  writeParameters,
} from '../options.ts';
import { APPLY, patchMediaType, readPatch } from '../patch-body.ts';
import { type Answer, respondObject, respondStream, respondText } from '../respond.ts';
import { type IncludeObject, partialMetadata, type Table, toTable } from '../table.ts';
import { watch } from '../watch.ts';
import type { Handling } from './handling.ts';

/** What every answer is asked for as; whether it can be that is seen when there is one. */
export const FORMS: readonly Transform[] = ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'];

/** The form of an answer. Custom resources have no protobuf but of what they can be turned into. @throws StatusError 406. */
export const formatOf = ({ request, query, definition }: Handling, forms = FORMS): Format =>
  negotiate(request, query, forms, definition.custom === undefined);

/** The type upstream has objects of a kind in. */
function goType(typeName: string, list = ''): string {
  const [home = '', , kind] = typeName.split('.');
  if (!hasStruct(typeName)) return `*unstructured.Unstructured${list}`;
  return `*${home === 'events' ? 'core' : home}.${kind}${list}`;
}

const notTransformed = (as: string, what: string): StatusError =>
  new StatusError(406, 'NotAcceptable', `you requested ${as}, but the requested object is ${what}`);

/** The answer for one object, in the form that was asked for; `shown` says what it is an object of. */
export function answerObject(
  h: Handling,
  answer: Answer,
  object: Stored,
  shown: Pick<ResourceDefinition, 'printer' | 'typeName' | 'custom'> = h.definition,
): Response {
  const { as } = answer.format;
  if (as === 'Table') {
    const { resourceVersion } = object.metadata;
    const table = toTable(
      shown,
      [object],
      resourceVersion ? { resourceVersion } : {},
      h.ctx.clock.now(),
      includeObject(h.query, answer.format),
      true,
      answer.format.version,
    );
    return respondObject(answer, table, '');
  }
  if (as === 'PartialObjectMetadataList') {
    // Upstream takes whatever has no type for a list, and finds no items in it.
    if (shown.custom) throw new StatusError(500, '', 'content is not a list');
    throw notTransformed(as, `not a list (${goType(shown.typeName)})`);
  }
  if (as) {
    const partial = partialMetadata(object, answer.format.version);
    return respondObject(answer, partial, 'meta.v1.PartialObjectMetadata');
  }
  return respondObject(answer, object, shown.typeName);
}

export async function handleGet(h: Handling): Promise<Response> {
  const format = formatOf(h);
  if (h.query.has('export') && flag(h.query, 'export') !== false) {
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  }
  const version = h.query.get('resourceVersion') ?? '';
  const wrong = resourceVersionError(version);
  if (wrong) throw badRequest(wrong);
  if (Number(version) > 0) {
    const current = await h.ctx.storage.head();
    if (Number(version) > current) throw resourceVersionTooLarge(Number(version), current);
  }
  const object = await get(h.ctx, h.definition, h.info.namespace, h.info.name);
  h.definition.present?.(object, h.ctx.clock.now());
  return answerObject(h, { format, status: 200, gzip: h.gzip, warnings: h.ctx.warnings }, object);
}

export async function handleList(h: Handling): Promise<Response> {
  const { definition, info, ctx } = h;
  const format = formatOf(h);
  const parameters = listParameters(h.query, definition, false);
  const include = includeObject(h.query, format);
  const pages = listPages(ctx, definition, info.namespace || undefined, parameters);
  const listed = (await pages.next()).value as ListPage;
  const metadata = {
    resourceVersion: String(listed.revision),
    ...(listed.continue ? { continue: listed.continue } : {}),
    ...(listed.remaining ? { remainingItemCount: listed.remaining } : {}),
  };
  const answer: Answer = { format, status: 200, gzip: h.gzip, warnings: ctx.warnings };
  const kind = definition.listKind ?? `${definition.kind}List`;
  if (
    !format.as &&
    format.encoding === 'json' &&
    !format.pretty &&
    !definition.storedAs &&
    !definition.custom &&
    !definition.present
  ) {
    // The rows are JSON already: put together, never parsed.
    const head = `${typeHead(apiVersionOf(definition), kind)}"metadata":${JSON.stringify(metadata)},"items":[`;
    const itemsOf = ({ rows }: ListPage): string =>
      rows.map((row) => decodeText(row.value, row.revision, '{')).join(',');
    if (!listed.more) return respondText(answer, `${head}${itemsOf(listed)}]}\n`, JSON_TYPE);
    return respondStream(answer, listText(head, listed, pages, itemsOf), JSON_TYPE);
  }
  const objects = listed.rows.map((row) => fromRow(definition, row));
  if (listed.more)
    for await (const { rows } of pages) for (const row of rows) objects.push(fromRow(definition, row));
  if (definition.present) for (const object of objects) definition.present(object, ctx.clock.now());
  return answerList(h, answer, objects, metadata, include);
}

/** The answer for a list of objects, in the form that was asked for. */
export function answerList(
  { definition, ctx }: Handling,
  answer: Answer,
  objects: readonly Stored[],
  metadata: Table['metadata'],
  include: IncludeObject,
): Response {
  const { as, version } = answer.format;
  if (as === 'Table') {
    const table = toTable(definition, objects, metadata, ctx.clock.now(), include, true, version);
    return respondObject(answer, table, '');
  }
  if (as === 'PartialObjectMetadata') {
    throw notTransformed(as, `a list (${goType(definition.typeName, 'List')})`);
  }
  if (as) {
    return respondObject(
      answer,
      {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${version}`,
        metadata,
        items: objects.map((object) => partialMetadata(object, version)),
      },
      'meta.v1.PartialObjectMetadataList',
    );
  }
  const type = {
    kind: definition.listKind ?? `${definition.kind}List`,
    apiVersion: apiVersionOf(definition),
  };
  if (definition.custom) {
    // What has no type of its own says in every item what it is, and always where the list goes on.
    return respondObject(answer, { ...type, metadata: { continue: '', ...metadata }, items: objects }, '');
  }
  const items = objects.map(({ apiVersion: _a, kind: _k, ...rest }: KubeObject) => rest);
  return respondObject(answer, { ...type, metadata, items }, `${definition.typeName}List`);
}

/** The text of a list whose parts are read while it is sent. */
async function* listText(
  head: string,
  first: ListPage,
  others: AsyncIterable<ListPage>,
  itemsOf: (page: ListPage) => string,
): AsyncGenerator<string> {
  yield head + itemsOf(first);
  for await (const page of others) if (page.rows.length > 0) yield `,${itemsOf(page)}`;
  yield ']}\n';
}

export async function handleWatch(h: Handling): Promise<Response> {
  const { definition, info } = h;
  const upgrade = h.request.headers.get('Upgrade')?.toLowerCase() === 'websocket';
  const format = formatOf(h);
  const parameters = listParameters(h.query, definition, true);
  checkStreams(format);
  // A watch of one name in the path is the old form of a field selector.
  let { fields } = parameters;
  if (info.name) {
    if (fields && requiresExactField(fields, 'metadata.name') !== info.name) {
      throw badRequest("fieldSelector metadata.name doesn't match requested name");
    }
    fields ??= { requirements: [{ field: 'metadata.name', operator: '=', value: info.name }] };
  }
  return watch(
    h.env,
    h.ctx,
    definition,
    info.namespace,
    {
      ...parameters,
      ...(fields ? { fields } : {}),
      // Upstream: at random between 30 and 60 minutes, so that they do not all come back at once.
      timeout: parameters.timeoutSeconds || Math.floor(1800 * (1 + h.ctx.random())),
      includeObject: includeObject(h.query, format),
    },
    format,
    upgrade,
  );
}

export async function handleCreate(h: Handling): Promise<Response> {
  const { definition, info, ctx } = h;
  const format = formatOf(h);
  const options = writeParameters(h.query, h.userAgent, 'CreateOptions');
  const object = await readObject(h.request, expectedOf(definition), options.fieldValidation, ctx.warnings);
  const created = await create(ctx, definition, info.namespace, object, options);
  return answerObject(h, { format, status: 201, gzip: h.gzip, warnings: ctx.warnings }, created);
}

export async function handleUpdate(h: Handling, more: UpdateOptions = {}): Promise<Response> {
  const { definition, info, ctx } = h;
  const format = formatOf(h);
  const options = writeParameters(h.query, h.userAgent, 'UpdateOptions');
  const object = await readObject(h.request, expectedOf(definition), options.fieldValidation, ctx.warnings);
  // Before anything is read, whether it is there or not.
  adopt(definition, info.namespace, object);
  checkName(object, info.name);
  const outcome = await guaranteedUpdate(ctx, definition, info.namespace, info.name, () => deepCopy(object), {
    ...options,
    ...(definition.strategy.allowCreateOnUpdate && !more.strategy ? { createMissing: () => object } : {}),
    ...more,
  });
  return answerObject(
    h,
    { format, status: outcome.created ? 201 : 200, gzip: h.gzip, warnings: ctx.warnings },
    outcome.object,
  );
}

export async function handlePatch(h: Handling, more: UpdateOptions = {}): Promise<Response> {
  const { ctx } = h;
  const apply = patchMediaType(h) === APPLY;
  const format = formatOf(h);
  const options = writeParameters(h.query, h.userAgent, 'PatchOptions', apply);
  const outcome = await (await readPatch(h, options)).apply({ ...options, ...more });
  return answerObject(
    h,
    { format, status: outcome.created ? 201 : 200, gzip: h.gzip, warnings: ctx.warnings },
    outcome.object,
  );
}

/** Clients send them in the version of meta, of core, or of the resource. */
const DELETE_OPTIONS = {
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  typeName: 'meta.v1.DeleteOptions',
  accepts: () => true,
  plainErrors: true,
};

/** DeleteOptions may come as a body of any form, or as parameters. */
async function readDeleteOptions(h: Handling) {
  const bytes = await readBody(h.request);
  if (bytes.length === 0) return deleteOptions(h.query, undefined);
  // Custom resources have a scheme of their own, of options alone.
  const expected = h.definition.custom
    ? { ...DELETE_OPTIONS, scheme: 'pkg/runtime/scheme.go:111' }
    : DELETE_OPTIONS;
  const object = decodeObject(bytes, h.request, expected, 'Ignore', h.ctx.warnings);
  return deleteOptions(h.query, object as DeleteOptions);
}

/** What a client is told who leaves it open what becomes of dependents, whether there is something to delete or not. */
function warnOfDependents({ definition, ctx }: Handling, options: Deletion): void {
  const { warningOnDelete } = definition.strategy;
  if (!warningOnDelete || options.propagationPolicy !== undefined) return;
  if (options.orphanDependents === undefined) ctx.warnings.push(warningOnDelete);
}

export async function handleDelete(h: Handling): Promise<Response> {
  const { definition, info, ctx } = h;
  const format = formatOf(h);
  const options = await readDeleteOptions(h);
  warnOfDependents(h, options);
  const { undeletable = {} } = definition.strategy;
  if (Object.hasOwn(undeletable, info.name)) throw forbidden(definition, info.name, undeletable[info.name]!);
  const { deleted, object } = await remove(ctx, definition, info.namespace, info.name, options);
  const answer: Answer = {
    format,
    status: !deleted && options.orphanDependents === false ? 202 : 200,
    gzip: h.gzip,
    warnings: ctx.warnings,
  };
  // Pods and services answer with the object itself, as upstream's stores do.
  if (!deleted || RETURNS_DELETED.has(`${definition.group}/${definition.resource}`))
    return answerObject(h, answer, object);
  const plain = { ...answer, format: { encoding: format.encoding, pretty: format.pretty } };
  const { code: _, ...status } = deletedStatus(definition, object);
  return respondObject(plain, status, 'meta.v1.Status');
}

/** Stores with ReturnDeletedObject. Source: kubernetes pkg/registry/{core,resource,storage}/…/storage/storage.go. */
const RETURNS_DELETED = new Set([
  '/namespaces',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/devicetaintrules',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
]);

export async function handleDeleteCollection(h: Handling): Promise<Response> {
  const { definition, info, ctx } = h;
  const format = formatOf(h);
  const parameters = listParameters(h.query, definition, false);
  const options = await readDeleteOptions(h);
  warnOfDependents(h, options);
  const result = await deleteCollection(ctx, definition, info.namespace || undefined, parameters, options);
  const answer: Answer = { format, status: 200, gzip: h.gzip, warnings: ctx.warnings };
  const metadata = {
    resourceVersion: String(result.revision),
    ...(result.continue ? { continue: result.continue } : {}),
  };
  return answerList(h, answer, result.objects, metadata, includeObject(h.query, format));
}

/** From a verb and a subresource to its handler. */
import { COMPUTED_VERBS, isComputed } from './component-status.ts';
import { methodNotAllowed, methodNotServed, noSuchResource } from '../../apimachinery/status.ts';
import { STATUS } from '../../registry/subresources/strategy.ts';
import type { Handling } from './handling.ts';
import {
  handleCreate,
  handleDelete,
  handleDeleteCollection,
  handleGet,
  handleList,
  handlePatch,
  handleUpdate,
  handleWatch,
} from './resource.ts';
import { SUBRESOURCES } from './subresources.ts';

type Handler = (h: Handling) => Promise<Response>;

const VERBS: Readonly<Record<string, Handler>> = {
  get: handleGet,
  list: handleList,
  watch: handleWatch,
  create: handleCreate,
  update: (h) => handleUpdate(h),
  patch: (h) => handlePatch(h),
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
};

const STATUS_VERBS: Readonly<Record<string, Handler>> = {
  get: handleGet,
  update: (h) => handleUpdate(h, { strategy: STATUS }),
  patch: (h) => handlePatch(h, { strategy: STATUS }),
};

/** Verbs of an object whose methods a collection does not have. */
const ONE_OBJECT = new Set(['update', 'patch']);

/** @throws StatusError 404, 405 and what the handlers throw. */
export function dispatch(h: Handling): Promise<Response> {
  const { definition, info } = h;
  if (info.subresource) {
    const subresource = definition.subresources?.find(({ name }) => name === info.subresource);
    // Only behind a proxy does the path go on.
    if (!subresource || (info.rest.length > 0 && info.subresource !== 'proxy')) throw noSuchResource();
    const handlers = info.subresource === 'status' ? STATUS_VERBS : SUBRESOURCES[info.subresource];
    const handler = handlers?.[info.verb];
    if (!subresource.verbs.includes(info.verb)) throw methodNotServed();
    if (!handler) throw methodNotAllowed(definition, info.verb);
    return handler(h);
  }
  const handler = (isComputed(definition) ? COMPUTED_VERBS : VERBS)[info.verb];
  if (!handler || !(definition.verbs as readonly string[]).includes(info.verb)) {
    throw methodNotServed();
  }
  // Collections are made to, and objects are not.
  if (info.verb === 'create' ? info.name : ONE_OBJECT.has(info.verb) && !info.name) throw methodNotServed();
  // The collection of all namespaces is only read: whoever means to empty one must name it.
  if (info.verb === 'deletecollection' && definition.namespaced && !info.namespace) throw methodNotServed();
  return handler(h);
}

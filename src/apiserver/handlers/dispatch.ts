/** From a verb and a subresource to its handler. */
import { badRequest, methodNotAllowed, notFound } from '../../apimachinery/status.ts';
import { isPathSegmentName } from '../../apimachinery/validation/content.ts';
import { STATUS } from '../../registry/subresources/strategy.ts';
import { PATCH_MEDIA_TYPES } from '../patch-body.ts';
import { checkRoute, routeOf } from '../routes.ts';
import { COMPUTED_VERBS } from './component-status.ts';
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
import { handleReview, isReview } from './reviews.ts';
import { handleBinding, SUBRESOURCES } from './subresources.ts';

type Handler = (h: Handling) => Promise<Response>;
type Verbs = Readonly<Record<string, Handler>>;

const VERBS: Verbs = {
  get: handleGet,
  list: handleList,
  watch: handleWatch,
  create: handleCreate,
  update: (h) => handleUpdate(h),
  patch: (h) => handlePatch(h),
  delete: handleDelete,
  deletecollection: handleDeleteCollection,
};

/** Resources that are not stored, by `group/resource`. */
const NOT_STORED: Readonly<Record<string, Verbs>> = {
  '/bindings': { create: (h) => handleBinding(h, undefined) },
  '/componentstatuses': COMPUTED_VERBS,
};
const REVIEW_VERBS: Verbs = { create: handleReview };

const STATUS_VERBS: Verbs = {
  get: handleGet,
  update: (h) => handleUpdate(h, { strategy: STATUS }),
  patch: (h) => handlePatch(h, { strategy: STATUS }),
};

function verbsOf({ definition, info }: Handling): Verbs | undefined {
  if (info.subresource === 'status') return STATUS_VERBS;
  if (info.subresource) return SUBRESOURCES[info.subresource];
  if (isReview(definition)) return REVIEW_VERBS;
  return NOT_STORED[`${definition.group}/${definition.resource}`] ?? VERBS;
}

/**
 * Custom resources have no routes: their server tells itself what is not there.
 * Source: apiextensions-apiserver pkg/apiserver/customresource_handler.go (ServeHTTP).
 * @throws StatusError 404.
 */
function checkCustom({ definition, info }: Handling): void {
  const { subresources = [] } = definition;
  if (info.subresource && !subresources.some(({ name }) => name === info.subresource)) {
    throw notFound(definition, info.name);
  }
}

/** @throws StatusError 400, 404, 405, 406, 415 and what the handlers throw. */
export function dispatch(h: Handling): Promise<Response> {
  const { definition, info } = h;
  if (definition.custom) checkCustom(h);
  else checkRoute(routeOf(definition, info), h.request, PATCH_MEDIA_TYPES);
  const wrong = isPathSegmentName(info.name);
  if (wrong.length > 0) {
    throw badRequest(`Name parameter invalid: ${JSON.stringify(info.name)}: ${wrong.join(';')}`);
  }
  const handler = verbsOf(h)?.[info.verb];
  if (!handler) throw methodNotAllowed(definition, info.verb);
  return handler(h);
}

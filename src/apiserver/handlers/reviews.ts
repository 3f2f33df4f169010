/**
 * Reviews: questions about users and access, answered and not stored.
 * Source: kubernetes pkg/registry/authentication, pkg/registry/authorization.
 */
import { badRequest, invalid } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { TokenReview } from '../../apimachinery/types/authentication.v1.gen.ts';
import type {
  ResourceAttributes,
  SubjectAccessReviewSpec,
} from '../../apimachinery/types/authorization.v1.gen.ts';
import type { PolicyRule } from '../../apimachinery/types/rbac.v1.gen.ts';
import type { ResourceDefinition, UserInfo } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { type Attributes, resourceAttributes } from '../../registry/authorization/attributes.ts';
import { Authorizer } from '../../registry/authorization/authorizer.ts';
import { aggregateMessages } from '../../registry/authorization/policy.ts';
import { contextOf } from '../../registry/create.ts';
import { recordUpdate } from '../../registry/managed-fields.ts';
import { adopt } from '../../registry/metadata.ts';
import { API_AUDIENCES, TokenError } from '../authentication/token-claims.ts';
import { expectedOf, readObject } from '../body.ts';
import { negotiate } from '../negotiation.ts';
import { writeParameters } from '../options.ts';
import { respondObject } from '../respond.ts';
import type { Handling } from './handling.ts';
import { selectorErrors } from './review-selectors.ts';

type Answerer = (object: KubeObject, h: Handling) => Promise<unknown>;

const shownUser = ({ username, uid, groups, extra }: UserInfo): unknown => ({
  ...(username ? { username } : {}),
  ...(uid ? { uid } : {}),
  ...(groups.length > 0 ? { groups } : {}),
  ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
});

const whoAmI: Answerer = async (object, { ctx }) => {
  object.metadata = { creationTimestamp: formatTime(ctx.clock.now()) };
  return { userInfo: shownUser(ctx.user) };
};

/** What the first authenticator of upstream's server says of every token that is not its own. */
const UNKNOWN = 'invalid bearer token';

const reviewToken: Answerer = async (object, { authenticate }) => {
  const { token = '', audiences }: TokenReview['spec'] = object.spec ?? {};
  if (!token) throw badRequest('token is required for TokenReview in authentication');
  try {
    const found = await authenticate(token, audiences?.length ? audiences : API_AUDIENCES);
    return { authenticated: true, user: shownUser(found.user), audiences: found.audiences };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return { user: {}, error: aggregateMessages([UNKNOWN, error.message]) };
  }
};

async function verdict(
  { ctx }: Handling,
  attributes: Attributes,
  asked?: ResourceAttributes,
): Promise<unknown> {
  const { allowed, reason } = await new Authorizer(ctx).authorize(attributes);
  const evaluationError = asked ? selectorErrors(asked).join('; ') : '';
  return { allowed, ...(reason ? { reason } : {}), ...(evaluationError ? { evaluationError } : {}) };
}

/** Access of somebody, by the attributes of a spec that was found valid. */
function review(h: Handling, user: UserInfo, spec: SubjectAccessReviewSpec): Promise<unknown> {
  const { resourceAttributes: asked, nonResourceAttributes } = spec;
  if (!asked) {
    const { verb = '', path = '' } = nonResourceAttributes ?? {};
    return verdict(h, { user, verb, isResource: false, path });
  }
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = asked;
  return verdict(h, resourceAttributes(user, verb, group, resource, { subresource, namespace, name }), asked);
}

const forSelf: Answerer = ({ spec }, h) => review(h, h.ctx.user, spec);

const forSubject: Answerer = ({ spec }, h) => {
  const { user: username = '', uid, groups, extra }: SubjectAccessReviewSpec = spec;
  const user: UserInfo = {
    username,
    groups: groups ?? [],
    ...(uid ? { uid } : {}),
    ...(extra ? { extra } : {}),
  };
  return review(h, user, spec);
};

const listed = (rule: PolicyRule, fields: readonly (keyof PolicyRule)[]): unknown => ({
  verbs: rule.verbs ?? [],
  ...Object.fromEntries(fields.flatMap((field) => (rule[field]?.length ? [[field, rule[field]]] : []))),
});

const rulesOfSelf: Answerer = async (object, { ctx }) => {
  const namespace: string = object.spec?.namespace ?? '';
  if (!namespace) throw badRequest('no namespace on request');
  const { rules, errors } = await new Authorizer(ctx).rulesFor(ctx.user, namespace);
  // Upstream answers with a review that has forgotten what was asked.
  object.metadata = {};
  object.spec = {};
  return {
    resourceRules: rules
      .filter(({ resources }) => resources?.length)
      .map((rule) => listed(rule, ['apiGroups', 'resources', 'resourceNames'])),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
      .map((rule) => listed(rule, ['nonResourceURLs'])),
    incomplete: false,
    ...(errors.length > 0 ? { evaluationError: aggregateMessages(errors) } : {}),
  };
};

const ANSWERS: Readonly<Record<string, Answerer>> = {
  'authentication.k8s.io/selfsubjectreviews': whoAmI,
  'authentication.k8s.io/tokenreviews': reviewToken,
  'authorization.k8s.io/selfsubjectaccessreviews': forSelf,
  'authorization.k8s.io/subjectaccessreviews': forSubject,
  'authorization.k8s.io/localsubjectaccessreviews': forSubject,
  'authorization.k8s.io/selfsubjectrulesreviews': rulesOfSelf,
};

export const isReview = ({ group, resource }: ResourceDefinition): boolean =>
  Object.hasOwn(ANSWERS, `${group}/${resource}`);

export async function handleReview(h: Handling): Promise<Response> {
  const { definition, ctx, info } = h;
  const format = negotiate(h.request, h.query, []);
  const options = writeParameters(h.query, h.userAgent, 'CreateOptions');
  const object = await readObject(h.request, expectedOf(definition), options.fieldValidation, ctx.warnings);
  adopt(definition, info.namespace, object);
  const strategyContext = contextOf(ctx, info.namespace);
  definition.strategy.default?.(object, strategyContext);
  const errors = definition.strategy.validate?.(object, strategyContext) ?? [];
  // Upstream's object has forgotten its kind by then.
  if (errors.length > 0) throw invalid({ group: definition.group, kind: '' }, '', errors);
  recordUpdate(definition, object, undefined, options.fieldManager, '', strategyContext.now);
  object.status = await ANSWERS[`${definition.group}/${definition.resource}`]!(object, h);
  return respondObject(
    { format, status: 201, gzip: h.gzip, warnings: ctx.warnings },
    object as Stored,
    definition.typeName,
  );
}

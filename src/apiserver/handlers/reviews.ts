/**
 * Reviews: questions about users and access, answered and not stored. Roles are not evaluated yet: members of
 * system:masters may do everything, others nothing. Source: kubernetes pkg/registry/authentication, pkg/registry/authorization.
 */
import { invalid } from '../../apimachinery/status.ts';
import type { ResourceDefinition } from '../../apis/definition.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { contextOf } from '../../registry/create.ts';
import { adopt } from '../../registry/metadata.ts';
import { expectedOf, readObject } from '../body.ts';
import { isAdministrator } from '../filters/authorization.ts';
import { negotiate } from '../negotiation.ts';
import { writeParameters } from '../options.ts';
import { respondObject } from '../respond.ts';
import type { Handling } from './handling.ts';

type Answerer = (object: KubeObject, h: Handling) => unknown;

const userOf = ({ ctx: { user } }: Handling): unknown => ({
  username: user.username,
  ...(user.uid ? { uid: user.uid } : {}),
  groups: user.groups,
  ...(user.extra ? { extra: user.extra } : {}),
});
const ADMINISTRATOR = 'the user is an administrator of the cluster';
const OTHERS = 'only members of system:masters are authorized';
const verdict = (groups: readonly string[]) =>
  groups.includes('system:masters')
    ? { allowed: true, reason: ADMINISTRATOR }
    : { allowed: false, reason: OTHERS };
const forSelf: Answerer = (_, { ctx }) => verdict(ctx.user.groups);
const forSubject: Answerer = ({ spec }) => verdict(spec?.groups ?? []);

const ANSWERS: Readonly<Record<string, Answerer>> = {
  'authentication.k8s.io/selfsubjectreviews': (_, h) => ({ userInfo: userOf(h) }),
  'authentication.k8s.io/tokenreviews': () => ({
    authenticated: false,
    error: 'tokens of service accounts are not checked yet',
    user: {},
  }),
  'authorization.k8s.io/selfsubjectaccessreviews': forSelf,
  'authorization.k8s.io/subjectaccessreviews': forSubject,
  'authorization.k8s.io/localsubjectaccessreviews': forSubject,
  'authorization.k8s.io/selfsubjectrulesreviews': (_, { ctx }) =>
    isAdministrator(ctx.user)
      ? {
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          incomplete: false,
        }
      : {
          resourceRules: [],
          nonResourceRules: [],
          incomplete: true,
          evaluationError: 'roles are not evaluated yet',
        },
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
  if (errors.length > 0) throw invalid(definition, '', errors);
  object.status = ANSWERS[`${definition.group}/${definition.resource}`]!(object, h);
  return respondObject(
    { format, status: 201, gzip: h.gzip, warnings: ctx.warnings },
    object as Stored,
    definition.typeName,
  );
}

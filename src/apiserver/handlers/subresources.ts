/** Subresources besides status, by name and verb. */
import { badRequest } from '../../apimachinery/status.ts';
import { columnsOf } from '../../apimachinery/structural/columns.ts';
import type { Scale } from '../../apimachinery/types/autoscaling.v1.gen.ts';
import type { Binding } from '../../apimachinery/types/core.v1.gen.ts';
import type { Eviction } from '../../apimachinery/types/policy.v1.gen.ts';
import type { Printer } from '../../apis/definition.ts';
import type { KubeObject } from '../../apis/object.ts';
import { AGE, age, column, NAME, nameOf } from '../../apis/printing.ts';
import { get } from '../../registry/get.ts';
import type { View } from '../../registry/admission/plugin.ts';
import { checkName, checkNamespace } from '../../registry/metadata.ts';
import { applyPatch, PATCH_TYPES } from '../../registry/patch.ts';
import { APPROVAL } from '../../registry/subresources/approval.ts';
import { EPHEMERAL_CONTAINERS } from '../../registry/subresources/ephemeral-containers.ts';
import { RESIZE } from '../../registry/subresources/resize.ts';
import type { UpdateStrategy } from '../../registry/subresources/strategy.ts';
import { requestToken } from '../../registry/subresources/token.ts';
import type { TokenRequest } from '../../apimachinery/types/authentication.v1.gen.ts';
import { bind } from '../../registry/subresources/binding.ts';
import { evict } from '../../registry/subresources/eviction.ts';
import { admitPosted } from '../../registry/subresources/posted.ts';
import { FINALIZE } from '../../registry/subresources/finalize.ts';
import { applyScale, readScale, updateScale } from '../../registry/subresources/scale.ts';
import { checkApplied, checkPatched, parsePatch, readBody, readObject } from '../body.ts';
import type { Transform } from '../negotiation.ts';
import { deleteOptions, writeParameters } from '../options.ts';
import { APPLY, isManagerGiven, parseConfiguration, patchMediaType } from '../patch-body.ts';
import { type Answer, respondObject } from '../respond.ts';
import type { Handling } from './handling.ts';
import { CONNECT } from './connect.ts';
import { answerObject, FORMS, formatOf, handleGet, handlePatch, handleUpdate } from './resource.ts';

type Handler = (h: Handling) => Promise<Response>;

const SCALE_PRINTER: Printer<Scale & KubeObject> = {
  columns: [
    { ...NAME, format: '' },
    column('Desired', 'Replicas that are wanted', 'integer'),
    column('Available', 'Replicas that there are', 'integer'),
    AGE,
  ],
  cells: (object, now) => [
    nameOf(object),
    object.spec?.replicas ?? 0,
    object.status?.replicas ?? 0,
    age(object, now),
  ],
};
const SCALE = {
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  typeName: 'autoscaling.v1.Scale',
  printer: SCALE_PRINTER as Printer,
};

/** Custom resources are printed by columns of JSONPaths, of which a time is one. */
const CUSTOM_SCALE_PRINTER = columnsOf({
  additionalPrinterColumns: [
    { name: 'Desired', type: 'integer', jsonPath: '.spec.replicas', description: 'Replicas that are wanted' },
    {
      name: 'Available',
      type: 'integer',
      jsonPath: '.status.replicas',
      description: 'Replicas that there are',
    },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: AGE.description },
  ],
});
const scaleShown = ({ definition }: Handling): typeof SCALE =>
  definition.custom ? { ...SCALE, printer: CUSTOM_SCALE_PRINTER as Printer } : SCALE;

function answerOf(h: Handling, status: number, forms: readonly Transform[] = []): Answer {
  return { format: formatOf(h, forms), status, gzip: h.gzip, warnings: h.ctx.warnings };
}

const scale: Record<string, Handler> = {
  async get(h) {
    const answer = answerOf(h, 200, FORMS);
    const object = await get(h.ctx, h.definition, h.info.namespace, h.info.name);
    return answerObject(h, answer, readScale(h.definition, object), scaleShown(h));
  },
  async update(h) {
    const answer = answerOf(h, 200, FORMS);
    const options = writeParameters(h.query, h.userAgent, 'UpdateOptions');
    const body = await readObject(h.request, SCALE, options.fieldValidation, h.ctx.warnings);
    body.metadata ??= {};
    checkName(body, h.info.name);
    const changed = await updateScale(
      h.ctx,
      h.definition,
      h.info.namespace,
      h.info.name,
      () => body,
      options,
    );
    return answerObject(h, answer, changed, scaleShown(h));
  },
  async patch(h) {
    const answer = answerOf(h, 200, FORMS);
    const mediaType = patchMediaType(h);
    const options = writeParameters(h.query, h.userAgent, 'PatchOptions', mediaType === APPLY);
    if (mediaType === APPLY) {
      const configuration = parseConfiguration(
        await readBody(h.request),
        SCALE,
        options.fieldValidation,
        h.ctx.warnings,
      );
      const applied = await applyScale(
        h.ctx,
        h.definition,
        h.info.namespace,
        h.info.name,
        configuration as Scale & KubeObject,
        (merged) => checkApplied(merged, SCALE, options.fieldValidation, h.ctx.warnings, configuration),
        { ...options, force: options.force ?? false, managerGiven: isManagerGiven(h) },
      );
      return answerObject(h, answer, applied, scaleShown(h));
    }
    const type = PATCH_TYPES[mediaType]!;
    const reports: string[] = [];
    const body = parsePatch(await readBody(h.request), type, reports);
    const changed = await updateScale(
      h.ctx,
      h.definition,
      h.info.namespace,
      h.info.name,
      (current) => {
        const patched = applyPatch(type, current, body, SCALE.typeName);
        checkPatched(patched, SCALE, options.fieldValidation, h.ctx.warnings, { type, body, reports });
        if (patched.metadata?.resourceVersion === current.metadata.resourceVersion) {
          delete patched.metadata!.resourceVersion;
        }
        return patched;
      },
      { ...options, isPatch: true },
    );
    return answerObject(h, answer, changed, scaleShown(h));
  },
};

const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
const BINDING = { apiVersion: 'v1', kind: 'Binding', typeName: 'core.v1.Binding' };

function kindOf({ apiVersion, kind }: { apiVersion: string; kind: string }): View['kind'] {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind };
}

/** POST of a Binding, to a pod's subresource or to the bindings of a namespace. */
export async function handleBinding(h: Handling, name: string | undefined): Promise<Response> {
  const answer = answerOf(h, 201);
  const options = writeParameters(h.query, h.userAgent, 'CreateOptions');
  const binding = await readObject<Binding & KubeObject>(
    h.request,
    BINDING,
    options.fieldValidation,
    h.ctx.warnings,
  );
  const pod = binding.metadata?.name ?? '';
  if (name !== undefined && pod !== name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  const subresource = name === undefined ? '' : 'binding';
  const posted = { subresource, kind: kindOf(BINDING), object: binding };
  await admitPosted(h.ctx, h.definition, h.info.namespace, pod, posted, options);
  await bind(h.ctx, h.info.namespace, pod, binding, options);
  return respondObject(answer, SUCCESS, 'meta.v1.Status');
}

const EVICTION = {
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  typeName: 'policy.v1.Eviction',
  accepts: (group: string, version: string) => group === 'policy' && version === 'v1beta1',
};

/** POST of an Eviction. The Eviction may carry options of the deletion; a dry run may stand there or in the query. */
async function handleEviction(h: Handling): Promise<Response> {
  const answer = answerOf(h, 201);
  const parameters = writeParameters(h.query, h.userAgent, 'CreateOptions');
  const { dryRun, fieldValidation } = parameters;
  const eviction = await readObject<Eviction & KubeObject>(
    h.request,
    EVICTION,
    fieldValidation,
    h.ctx.warnings,
  );
  const { metadata, deleteOptions: body } = eviction;
  checkNamespace(h.info.namespace, metadata ?? {});
  const options = deleteOptions(h.query, body ?? {});
  const posted = { subresource: 'eviction', kind: kindOf(EVICTION), object: eviction };
  await admitPosted(h.ctx, h.definition, h.info.namespace, h.info.name, posted, parameters);
  await evict(h.ctx, h.info.namespace, h.info.name, {
    name: metadata?.name ?? '',
    options: { ...options, dryRun: options.dryRun || dryRun },
  });
  return respondObject(answer, SUCCESS, 'meta.v1.Status');
}

const TOKEN_REQUEST = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  typeName: 'authentication.v1.TokenRequest',
};

/** POST of a TokenRequest: it is answered, never stored. */
async function handleToken(h: Handling): Promise<Response> {
  const answer = answerOf(h, 201);
  const options = writeParameters(h.query, h.userAgent, 'CreateOptions');
  const request = await readObject<TokenRequest & KubeObject>(
    h.request,
    TOKEN_REQUEST,
    options.fieldValidation,
    h.ctx.warnings,
  );
  const token = await requestToken(h.ctx, h.info.namespace, h.info.name, request, options);
  return respondObject(answer, token, TOKEN_REQUEST.typeName);
}

/** A subresource that shows the object and changes a part of it. */
const changing = (strategy: UpdateStrategy): Readonly<Record<string, Handler>> => ({
  get: handleGet,
  update: (h) => handleUpdate(h, { strategy }),
  patch: (h) => handlePatch(h, { strategy }),
});

export const SUBRESOURCES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  scale,
  binding: { create: (h) => handleBinding(h, h.info.name) },
  eviction: { create: handleEviction },
  finalize: { update: (h) => handleUpdate(h, { strategy: FINALIZE }) },
  ephemeralcontainers: changing(EPHEMERAL_CONTAINERS),
  resize: changing(RESIZE),
  approval: changing(APPROVAL),
  token: { create: handleToken },
  ...CONNECT,
};

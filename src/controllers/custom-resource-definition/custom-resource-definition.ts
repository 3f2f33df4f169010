/**
 * CustomResourceDefinitions: accepts their names, establishes them, and deletes their objects before they go.
 * Sources: apiextensions-apiserver pkg/controller/status/naming_controller.go, establish/establishing_controller.go,
 * finalizer/crd_finalizer.go, nonstructuralschema, apiapproval. What upstream does in five controllers and as many writes
 * is one write here.
 */
import { removeCondition, setCondition } from '../../apimachinery/conditions.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { CLEANUP_FINALIZER } from '../../apis/apiextensions/crd-strategy.ts';
import { hasCondition } from '../../apis/custom/custom-resource.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isNotFound } from '../errors.ts';
import type { Change, Controller, ControllerContext, Result } from '../framework.ts';
import { approval, established, nonStructural } from './conditions.ts';
import { acceptNames } from './names.ts';
import { asServer } from './server.ts';

const CRDS: ResourceName = ['apiextensions.k8s.io', 'customresourcedefinitions'];

type CRD = CustomResourceDefinition & KubeObject;

/** Milliseconds between two looks at objects that do not go. */
const MIN_WAIT = 250;
const MAX_WAIT = 5000;

/** The definition itself, and, since its names may have become free, the others of its group. */
function* concerned({ object, old }: Change<CRD>, ctx: ControllerContext): Iterable<string> {
  const one = (object ?? old)!;
  yield one.metadata.name!;
  for (const other of ctx.lister<CRD>(CRDS).list()) {
    if (other.spec.group !== one.spec.group || other.metadata.name === one.metadata.name) continue;
    if (!hasCondition(other, 'NamesAccepted')) yield other.metadata.name!;
  }
}

/** The status a definition should have. */
function statusOf(crd: CRD, others: readonly CRD[], now: string): CRD['status'] {
  const { names, condition } = acceptNames(crd, others);
  let conditions = (crd.status?.conditions ?? []) as CustomResourceDefinitionCondition[];
  const wanted = [
    condition,
    established(crd, condition.status === 'True'),
    approval(crd),
    nonStructural(crd),
  ];
  for (const one of wanted) if (one) conditions = setCondition(conditions, one, now);
  if (!wanted[3]) conditions = removeCondition(conditions, 'NonStructuralSchema');
  return { ...crd.status, acceptedNames: names, conditions };
}

async function reconcile(name: string, ctx: ControllerContext): Promise<Result | undefined> {
  const crd = ctx.lister<CRD>(CRDS).get('', name);
  if (!crd) return undefined;
  if (crd.metadata.deletionTimestamp) {
    if (crd.metadata.finalizers?.includes(CLEANUP_FINALIZER)) return cleanUp(crd, ctx);
    return undefined;
  }
  const others = definitionsOf(ctx).filter(
    (one) => one.spec.group === crd.spec.group && one.metadata.name !== name,
  );
  const updated = await ignoring(
    asServer(ctx).updateStatus<CRD>(
      CRDS,
      '',
      name,
      (object) => ({ ...object, status: statusOf(object, others, formatTime(ctx.clock.now())) }),
      crd,
    ),
    isNotFound,
  );
  if (updated) writtenBy(ctx).set(name, updated);
  return undefined;
}

/** What each controller has written and may not have been told of yet: names must not be given out twice. */
const written = new WeakMap<ControllerContext, Map<string, Stored<CRD>>>();
function writtenBy(ctx: ControllerContext): Map<string, Stored<CRD>> {
  let own = written.get(ctx);
  if (!own) {
    own = new Map();
    written.set(ctx, own);
  }
  return own;
}

/** All definitions, as new as this controller knows. */
function definitionsOf(ctx: ControllerContext): readonly Stored<CRD>[] {
  const own = writtenBy(ctx);
  const lister = ctx.lister<CRD>(CRDS);
  for (const [name, { metadata }] of own) {
    const seen = lister.get('', name);
    if (!seen || Number(seen.metadata.resourceVersion) >= Number(metadata.resourceVersion)) own.delete(name);
  }
  return lister.list().map((crd) => own.get(crd.metadata.name!) ?? crd);
}

/** Deletes the objects; when there are none, lets the definition go. */
async function cleanUp(crd: Stored<CRD>, ctx: ControllerContext): Promise<Result | undefined> {
  const { clock } = ctx;
  const client = asServer(ctx);
  const resource: ResourceName = [crd.spec.group, crd.status?.acceptedNames?.plural ?? crd.spec.names.plural];
  if (hasCondition(crd, 'Established')) {
    await terminating(
      crd,
      'True',
      'InstanceDeletionInProgress',
      'CustomResource deletion is in progress',
      ctx,
    );
    // When it is gone meanwhile, so are its objects.
    await ignoring(client.deleteCollection(resource, undefined), isNotFound);
    if (!(await client.get(CRDS, '', crd.metadata.name!))) return undefined;
    const { items } = await client.list(resource, undefined, { limit: 1 });
    if (items.length > 0) {
      const since = clock.now() - Date.parse(crd.metadata.deletionTimestamp!);
      return { requeueAfter: Math.min(MAX_WAIT, Math.max(MIN_WAIT, since / 4)) };
    }
    await release(crd, 'InstanceDeletionCompleted', 'removed all instances', ctx);
  } else await release(crd, 'NeverEstablished', 'resource was never established', ctx);
  return undefined;
}

const terminatingAt = (crd: CRD, status: string, reason: string, message: string, now: string): CRD => ({
  ...crd,
  status: {
    ...crd.status,
    conditions: setCondition(crd.status?.conditions, { type: 'Terminating', status, reason, message }, now),
  } as CRD['status'],
});

async function terminating(
  crd: Stored<CRD>,
  status: string,
  reason: string,
  message: string,
  ctx: ControllerContext,
): Promise<void> {
  const { clock } = ctx;
  await ignoring(
    asServer(ctx).updateStatus<CRD>(
      CRDS,
      '',
      crd.metadata.name!,
      (object) => terminatingAt(object, status, reason, message, formatTime(clock.now())),
      crd,
    ),
    isNotFound,
  );
}

async function release(
  crd: Stored<CRD>,
  reason: string,
  message: string,
  ctx: ControllerContext,
): Promise<void> {
  await terminating(crd, 'False', reason, message, ctx);
  await ignoring(
    asServer(ctx).update<CRD>(CRDS, '', crd.metadata.name!, (object) => {
      if (object.metadata.uid !== crd.metadata.uid) return object;
      const { finalizers = [], ...metadata } = object.metadata;
      const rest = finalizers.filter((one) => one !== CLEANUP_FINALIZER);
      return { ...object, metadata: rest.length > 0 ? { ...metadata, finalizers: rest } : metadata };
    }),
    isNotFound,
  );
}

export const customResourceDefinitionController: Controller = {
  name: 'customresourcedefinition-controller',
  watches: [{ resource: CRDS, keys: concerned }],
  // Names are given out one after the other.
  concurrency: 1,
  reconcile,
};

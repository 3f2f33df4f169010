/**
 * An APIService for each group and version that CustomResourceDefinitions serve: clients and aggregators find there what
 * this server answers itself. Sources: kubernetes pkg/controlplane/controller/crdregistration, kube-aggregator
 * pkg/controllers/autoregister, pkg/controllers/status/local.
 */
import { formatTime } from '../../apimachinery/time.ts';
import type { APIService } from '../../apimachinery/types/apiregistration.v1.gen.ts';
import type { CustomResourceDefinition } from '../../apimachinery/types/apiextensions.v1.gen.ts';
import { setCondition } from '../../apimachinery/conditions.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isAlreadyExists, isNotFound } from '../errors.ts';
import type { Change, Controller, ControllerContext } from '../framework.ts';
import { asServer } from './server.ts';

const CRDS: ResourceName = ['apiextensions.k8s.io', 'customresourcedefinitions'];
const API_SERVICES: ResourceName = ['apiregistration.k8s.io', 'apiservices'];

/** On what this controller made, and will change and delete. */
const MANAGED = 'kube-aggregator.kubernetes.io/automanaged';
/** Below all built-in groups: a custom resource never takes a built-in one's short name. */
const GROUP_PRIORITY = 1000;
const VERSION_PRIORITY = 100;

type CRD = CustomResourceDefinition & KubeObject;
type Service = APIService & KubeObject;

const namesOf = ({ spec }: CRD): string[] =>
  (spec.versions ?? []).map((version) => `${version.name}.${spec.group}`);

function* concerned({ object, old }: Change<CRD>): Iterable<string> {
  if (object) yield* namesOf(object);
  if (old) yield* namesOf(old);
}

/** Group and version of a name, when a definition serves them. */
function servedUnder(name: string, ctx: ControllerContext): { group: string; version: string } | undefined {
  for (const { spec } of ctx.lister<CRD>(CRDS).list()) {
    for (const { name: version, served } of spec.versions ?? []) {
      if (served && `${version}.${spec.group}` === name) return { group: spec.group, version };
    }
  }
  return undefined;
}

async function reconcile(name: string, ctx: ControllerContext): Promise<void> {
  const served = servedUnder(name, ctx);
  const known = ctx.lister<Service>(API_SERVICES).get('', name);
  if (known && known.metadata.labels?.[MANAGED] !== 'true') return;
  if (!served) {
    if (known) {
      const { uid } = known.metadata;
      await asServer(ctx).delete(API_SERVICES, '', name, uid ? { preconditions: { uid } } : {});
    }
    return;
  }
  const spec = { ...served, groupPriorityMinimum: GROUP_PRIORITY, versionPriority: VERSION_PRIORITY };
  if (!known) {
    const made = await ignoring(
      asServer(ctx).create<Service>(API_SERVICES, '', {
        metadata: { name, labels: { [MANAGED]: 'true' } },
        spec,
      } as Service),
      isAlreadyExists,
    );
    if (made) await available(name, made, ctx);
    return;
  }
  if (equalJSON(known.spec, spec)) return available(name, known, ctx);
  await ignoring(
    asServer(ctx).update<Service>(API_SERVICES, '', name, (object) => ({ ...object, spec })),
    isNotFound,
  );
}

async function available(name: string, hint: Stored<Service>, ctx: ControllerContext): Promise<void> {
  const now = formatTime(ctx.clock.now());
  const condition = {
    type: 'Available',
    status: 'True',
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  await ignoring(
    asServer(ctx).updateStatus<Service>(
      API_SERVICES,
      '',
      name,
      (object) => ({
        ...object,
        status: { ...object.status, conditions: setCondition(object.status?.conditions, condition, now) },
      }),
      hint,
    ),
    isNotFound,
  );
}

export const crdRegistrationController: Controller = {
  name: 'autoregister-controller',
  actsAs: { username: 'system:apiserver', fieldManager: 'kube-apiserver' },
  watches: [
    { resource: CRDS, keys: concerned },
    { resource: API_SERVICES, keys: ({ object, old }: Change) => [(object ?? old)!.metadata.name!] },
  ],
  reconcile,
};

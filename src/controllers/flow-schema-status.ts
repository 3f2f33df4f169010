/**
 * Says of each FlowSchema whether the priority level that it names is there: its condition Dangling.
 * Source: kubernetes/apiserver pkg/util/flowcontrol/apf_controller.go (presyncFlowSchemaStatus).
 */
import { formatTime } from '../apimachinery/time.ts';
import type { FlowSchema, FlowSchemaCondition } from '../apimachinery/types/flowcontrol.v1.gen.ts';
import type { KubeObject } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import { type Controller, itself } from './framework.ts';

const FLOW_SCHEMAS: ResourceName = ['flowcontrol.apiserver.k8s.io', 'flowschemas'];
const PRIORITY_LEVELS: ResourceName = ['flowcontrol.apiserver.k8s.io', 'prioritylevelconfigurations'];
const MANAGER = 'api-priority-and-fairness-config-consumer-v1';

type Schema = FlowSchema & KubeObject;

const levelOf = ({ spec }: Schema): string => spec?.priorityLevelConfiguration?.name ?? '';

/** The condition of a schema that names this level, but for its time. */
export function dangling(level: string, exists: boolean): FlowSchemaCondition {
  const about = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  return exists
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${about} and it exists` }
    : {
        type: 'Dangling',
        status: 'True',
        reason: 'NotFound',
        message: `${about} but there is no such object`,
      };
}

/** Keys are names of FlowSchemas. */
export const flowSchemaStatusController: Controller = {
  name: MANAGER,
  watches: [
    { resource: FLOW_SCHEMAS, keys: itself },
    {
      resource: PRIORITY_LEVELS,
      *keys(change, { lister }) {
        // One that changes is as much there as before.
        if (change.old && change.object) return;
        const name = (change.object ?? change.old)!.metadata.name!;
        for (const schema of lister<Schema>(FLOW_SCHEMAS).list()) {
          if (levelOf(schema) === name) yield schema.metadata.name!;
        }
      },
    },
  ],
  async reconcile(name, { client, clock, lister }) {
    const schema = lister<Schema>(FLOW_SCHEMAS).get('', name);
    if (!schema) return;
    const level = levelOf(schema);
    const wanted = dangling(level, lister(PRIORITY_LEVELS).get('', level) !== undefined);
    const present = schema.status?.conditions?.find(({ type }) => type === wanted.type);
    if (
      present?.status === wanted.status &&
      present?.reason === wanted.reason &&
      present?.message === wanted.message
    ) {
      return;
    }
    const condition = { ...wanted, lastTransitionTime: formatTime(clock.now()) };
    await ignoring(
      client.apply<Schema>(
        FLOW_SCHEMAS,
        '',
        { metadata: { name }, status: { conditions: [condition] } },
        MANAGER,
        'status',
      ),
      isNotFound,
    );
  },
};

/** Tells a pod why it is about to be deleted. Source: kubernetes pkg/controller/podgc, pkg/controller/tainteviction. */
import { formatTime } from '../apimachinery/time.ts';
import type { Pod, PodCondition } from '../apimachinery/types/core.v1.gen.ts';
import { setPodCondition } from '../apis/core/pod-util.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import type { ResourceName } from '../registry/client.ts';
import { ignoring, isNotFound } from './errors.ts';
import type { ControllerContext } from './framework.ts';

const PODS: ResourceName = ['', 'pods'];

/** What happens to the pod's status and how it is deleted. */
export interface Disruption {
  /** Of condition DisruptionTarget; absent: none is set. */
  readonly condition?: Pick<PodCondition, 'reason' | 'message'>;
  /** Makes a pod that has not finished fail. */
  readonly phase?: 'Failed';
  /** Seconds; absent: the pod's own. */
  readonly gracePeriodSeconds?: number;
}

/** Sets condition and phase, then deletes the pod. What is gone meanwhile, or another pod of that name, is left. */
export async function disruptPod(
  pod: Stored<Pod & KubeObject>,
  { condition, phase, gracePeriodSeconds }: Disruption,
  { client, clock }: ControllerContext,
): Promise<void> {
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  if (condition || phase) {
    const updated = await ignoring(
      client.updateStatus<Pod & KubeObject>(
        PODS,
        namespace,
        name,
        (object) => {
          if (object.metadata.uid !== uid) return object;
          if (phase) object.status = { ...object.status, phase };
          if (condition) {
            const target: PodCondition = { type: 'DisruptionTarget', status: 'True', ...condition };
            setPodCondition(object, target, formatTime(clock.now()));
          }
          return object;
        },
        pod,
      ),
      isNotFound,
    );
    if (updated?.metadata.uid !== uid) return;
  }
  await client.delete(PODS, namespace, name, {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    preconditions: { uid },
  });
}

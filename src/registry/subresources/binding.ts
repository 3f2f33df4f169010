/** Binding a pod to a node. Source: kubernetes pkg/registry/core/pod/storage/storage.go (BindingREST). */
import { setCondition } from '../../apimachinery/conditions.ts';
import { aggregate } from '../../apimachinery/field-error.ts';
import { badRequest, conflict, StatusError } from '../../apimachinery/status.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type { Binding, Pod } from '../../apimachinery/types/core.v1.gen.ts';
import { validateBinding } from '../../apis/core/binding.ts';
import { resourceNamed } from '../../apis/resources.ts';
import type { Stored } from '../../apis/object.ts';
import type { RequestContext, WriteOptions } from '../context.ts';
import { etcdKey, otherUid } from '../etcd-key.ts';
import { guaranteedUpdate } from '../update.ts';
import type { UpdateStrategy } from './strategy.ts';

/** A binding sets nodeName, the condition and annotations: nothing an update may change is looked at again. */
const STRATEGY: UpdateStrategy = {
  subresource: 'binding',
  countsGeneration: false,
  prepare: () => {},
  validate: () => [],
};

/**
 * Binds a pod. `hint` is the pod as the caller has it.
 * @throws StatusError 400 for a Binding of another name, 404, 409 when the pod is bound, going or gated, 500 for an
 *   invalid Binding.
 */
export async function bind(
  ctx: RequestContext,
  namespace: string,
  name: string,
  binding: Binding,
  options: WriteOptions = {},
  hint?: Stored<Pod>,
): Promise<Stored<Pod>> {
  const pods = resourceNamed('', 'pods');
  const { target, metadata } = binding;
  if (metadata?.name !== name) throw badRequest('name in URL does not match name in Binding object');
  const errors = validateBinding(binding);
  // As upstream, no 422: what is wrong, in an error of no class.
  if (errors.length > 0) throw new StatusError(500, '', aggregate(errors));
  const { object } = await guaranteedUpdate<Pod & Record<string, any>>(
    ctx,
    pods,
    namespace,
    name,
    (pod) => {
      if (metadata?.uid && metadata.uid !== pod.metadata.uid) {
        throw conflict(
          pods,
          name,
          otherUid(etcdKey(pods, namespace, name), metadata.uid, pod.metadata.uid ?? ''),
        );
      }
      const refuse = (message: string): Error =>
        conflict({ group: '', resource: 'pods/binding' }, name, message);
      if (pod.metadata.deletionTimestamp)
        throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
      if (pod.spec?.nodeName) throw refuse(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
      if (pod.spec?.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
      pod.spec!.nodeName = target.name!;
      if (metadata?.annotations)
        pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations };
      if (metadata?.labels) pod.metadata.labels = { ...pod.metadata.labels, ...metadata.labels };
      pod.status ??= {};
      pod.status.conditions = setCondition(
        pod.status.conditions,
        { type: 'PodScheduled', status: 'True' },
        formatTime(ctx.clock.now()),
      );
      return pod;
    },
    // As upstream: nobody comes to own what a binding sets.
    {
      ...options,
      managed: true,
      strategy: STRATEGY,
      ...(hint ? { hint: hint as Stored<Pod & Record<string, any>> } : {}),
    },
  );
  return object;
}

/** Carries out what the engine decided, through the registry, and reports back. */
import { setCondition } from '../apimachinery/conditions.ts';
import { StatusError } from '../apimachinery/status.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { Pod, PodCondition } from '../apimachinery/types/core.v1.gen.ts';
import type { KubeObject, Stored } from '../apis/object.ts';
import { applyMergePatch } from '../apimachinery/patch/merge-patch.ts';
import type { Client, ResourceName } from '../registry/client.ts';
import type { EventRecorder } from '../registry/event-recorder.ts';
import type { BindDecision, Decision, FailureDecision, PreemptDecision, WriteDecision } from './decisions.ts';
import type { PreBindWrite } from './framework.ts';
import type { Scheduler } from './scheduler.ts';

const PODS: ResourceName = ['', 'pods'];
type AnyPod = Pod & KubeObject;

/** Decisions do not depend on each other's writes, so all are under way at once and are committed together. */
export async function carryOut(
  engine: Scheduler,
  client: Client,
  recorder: EventRecorder,
  decisions: readonly Decision[],
): Promise<void> {
  await Promise.all(decisions.map((decision) => carryOutOne(engine, client, recorder, decision)));
}

function carryOutOne(
  engine: Scheduler,
  client: Client,
  recorder: EventRecorder,
  decision: Decision,
): Promise<void> {
  switch (decision.type) {
    case 'bind':
      return bind(engine, client, recorder, decision);
    case 'failure':
      return fail(client, recorder, decision);
    case 'preempt':
      return preempt(engine, client, recorder, decision);
    case 'write':
      return writeOnly(client, decision);
  }
}

async function bind(
  engine: Scheduler,
  client: Client,
  recorder: EventRecorder,
  { pod, nodeName, preBind, waits, event }: BindDecision,
): Promise<void> {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  try {
    for (const write of preBind) await patch(client, write);
    if (waits) {
      engine.bindingWaits(uid, client.clock.now());
      return;
    }
    await client.bind(
      namespace,
      name,
      { metadata: { name, uid }, target: { kind: 'Node', name: nodeName } },
      pod as Stored<Pod>,
    );
    engine.bindingDone(uid, client.clock.now());
    recorder.event(pod as Stored, event.type, event.reason, event.note);
  } catch (error) {
    engine.bindingFailed(uid, (error as Error).message, client.clock.now());
  }
}

async function patch(client: Client, write: PreBindWrite): Promise<void> {
  const { apiVersion, resource, subresource, namespace = '', name } = write;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const change = (object: Stored): KubeObject => {
    if (!write.change) return applyMergePatch(object, write.patch) as KubeObject;
    write.change(object, client.clock.now());
    return object;
  };
  const update = subresource === 'status' ? client.updateStatus : client.update;
  await update.call(client, [group, resource], namespace, name, change);
}

async function writeOnly(client: Client, { write }: WriteDecision): Promise<void> {
  try {
    await patch(client, write);
  } catch (error) {
    console.error(`scheduler: ${write.resource} ${write.name}`, (error as Error).message);
  }
}

async function fail(client: Client, recorder: EventRecorder, decision: FailureDecision): Promise<void> {
  const { pod, condition, nominatedNodeName, event } = decision;
  if (event) recorder.event(pod as Stored, event.type, event.reason, event.note);
  if (!condition && nominatedNodeName === undefined) return;
  await writeStatus(client, pod, condition, nominatedNodeName);
}

/** Writes a condition and the nominated node; a pod that is gone meanwhile needs neither. */
async function writeStatus(
  client: Client,
  pod: Pod,
  condition: PodCondition | undefined,
  nominatedNodeName: string | undefined,
): Promise<boolean> {
  const { namespace = '', name = '', uid } = pod.metadata ?? {};
  try {
    await client.updateStatus<AnyPod>(
      PODS,
      namespace,
      name,
      (current) => {
        if (current.metadata.uid !== uid) return current;
        current.status ??= {};
        if (condition) {
          current.status.conditions = setCondition(
            current.status.conditions,
            condition,
            formatTime(client.clock.now()),
          );
        }
        if (nominatedNodeName === '') delete current.status.nominatedNodeName;
        else if (nominatedNodeName) current.status.nominatedNodeName = nominatedNodeName;
        return current;
      },
      pod as Stored<AnyPod>,
    );
    return true;
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return false;
    console.error('scheduler: status of a pod', (error as Error).message);
    return false;
  }
}

async function preempt(
  engine: Scheduler,
  client: Client,
  recorder: EventRecorder,
  { pod, condition, event }: PreemptDecision,
): Promise<void> {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  try {
    await writeStatus(client, pod, condition, undefined);
    await client.delete(PODS, namespace, name, { preconditions: { uid } });
    recorder.event(pod as Stored, event.type, event.reason, event.note);
  } catch {
    engine.preemptionFailed(uid);
  }
}

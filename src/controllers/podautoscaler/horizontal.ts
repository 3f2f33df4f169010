/**
 * Keeps what autoscalers scale within their bounds, and says of their metrics what can be said. Between the bounds the
 * metrics decide, as far as there is a source of them; no proposal is kept in mind: what it takes to wait for a better one
 * (stabilization windows, `behavior`) comes with the first source that is real.
 * Source: kubernetes pkg/controller/podautoscaler/horizontal.go.
 */
import { matches, parseSelector } from '../../apimachinery/labels.ts';
import type {
  HorizontalPodAutoscalerStatus,
  MetricStatus,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { semanticEqual } from '../../apis/strategy.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import { ignoring, isNotFound } from '../errors.ts';
import { messageOf, PODS } from '../pod-control.ts';
import { withinBounds } from './bounds.ts';
import { MetricError, type MetricsSource, noMetrics, type Proposal, type ScaleTarget } from './metrics.ts';
import { Report } from './report.ts';
import { type Autoscaler, AUTOSCALERS, findTarget, watchTargets, watchWorkloads } from './target.ts';

/** What the metrics of an autoscaler come to. */
type Computed =
  | { readonly ok: true; readonly best: Proposal; readonly statuses: MetricStatus[] }
  | { readonly ok: false; readonly message: string; readonly statuses: MetricStatus[] };

async function writeStatus(
  { metadata }: Stored<Autoscaler>,
  status: HorizontalPodAutoscalerStatus,
  { client }: ControllerContext,
): Promise<void> {
  const { namespace = '', name = '', uid } = metadata;
  const write = client.updateStatus<Autoscaler>(AUTOSCALERS, namespace, name, (newest) =>
    newest.metadata.uid === uid ? { ...newest, status } : newest,
  );
  await ignoring(write, isNotFound);
}

export function newHorizontalPodAutoscaler(source: MetricsSource = noMetrics): Controller {
  /** Selectors of the pods under autoscalers, by their keys. */
  const selectors = new Map<string, string>();

  /** Keys of the autoscalers that have pods in common with this selector, sorted. */
  function sharing(namespace: string, selector: string, ctx: ControllerContext): string[] {
    const prefix = `${namespace}/`;
    const parsed = [...selectors]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => ({ key, selector: parseSelector(text) }));
    if (parsed.length < 2) return [];
    const own = parseSelector(selector);
    const pods = ctx.lister(PODS).list(namespace);
    const found = new Set<string>();
    for (const { metadata } of pods) {
      if (!matches(own, metadata.labels)) continue;
      for (const one of parsed) if (matches(one.selector, metadata.labels)) found.add(one.key);
    }
    return [...found].sort();
  }

  /** Undefined: the pods are those of this autoscaler alone. */
  function selectorProblem(
    key: string,
    { namespace, selector }: ScaleTarget,
    report: Report,
    ctx: ControllerContext,
    warn: (reason: string, message: string) => void,
  ): string | undefined {
    const refuse = (reason: string, message: string, event = reason, shown = message): string => {
      warn(event, message);
      report.set('ScalingActive', 'False', reason, shown);
      return message;
    };
    if (selector === '') {
      const shown = "the HPA target's scale is missing a selector";
      return refuse('InvalidSelector', 'selector is required', 'SelectorRequired', shown);
    }
    try {
      parseSelector(selector);
    } catch (error) {
      const what = "couldn't convert selector into a corresponding internal selector object";
      return refuse('InvalidSelector', `${what}: ${messageOf(error)}`);
    }
    selectors.set(key, selector);
    const others = sharing(namespace, selector, ctx);
    if (others.length < 2) return undefined;
    return refuse(
      'AmbiguousSelector',
      `pods by selector ${selector} are controlled by multiple HPAs: [${others.join(' ')}]`,
    );
  }

  async function compute(
    key: string,
    autoscaler: Stored<Autoscaler>,
    target: ScaleTarget,
    report: Report,
    ctx: ControllerContext,
  ): Promise<Computed> {
    const warn = (reason: string, message: string): void =>
      ctx.recorder.event(autoscaler, 'Warning', reason, message);
    const problem = selectorProblem(key, target, report, ctx, warn);
    if (problem !== undefined) return { ok: false, message: problem, statuses: [] };
    const metrics = autoscaler.spec.metrics ?? [];
    const statuses: MetricStatus[] = [];
    const failures: MetricError[] = [];
    let best: Proposal | undefined;
    for (const metric of metrics) {
      try {
        const proposal = await source.propose(metric, target);
        statuses.push(proposal.status);
        if (!best || proposal.replicas > best.replicas) best = proposal;
      } catch (error) {
        if (!(error instanceof MetricError)) throw error;
        // Upstream lists what it does not know without a type.
        statuses.push({ type: '' });
        failures.push(error);
        warn(error.reason, error.message);
      }
    }
    const [first] = failures;
    // On half the metrics nothing is scaled down.
    if (best && (!first || best.replicas >= target.specReplicas)) {
      const message = `the HPA was able to successfully calculate a replica count from ${best.name}`;
      report.set('ScalingActive', 'True', 'ValidMetricFound', message);
      return { ok: true, best, statuses };
    }
    const reason = first?.message ?? 'no metrics';
    const message = `the HPA was unable to compute the replica count: ${reason}`;
    report.set('ScalingActive', 'False', first?.reason ?? 'InvalidMetricSourceType', message);
    const count = `${failures.length} invalid out of ${metrics.length}`;
    return {
      ok: false,
      message: `invalid metrics (${count}), first error is: ${first?.whole ?? reason}`,
      statuses,
    };
  }

  /** Brings the replicas to where they should be; the reason, of a rescale. */
  async function scale(
    key: string,
    autoscaler: Stored<Autoscaler>,
    report: Report,
    ctx: ControllerContext,
  ): Promise<void> {
    const { recorder, client } = ctx;
    const warn = (reason: string, message: string): void =>
      recorder.event(autoscaler, 'Warning', reason, message);
    const found = await findTarget(autoscaler, ctx);
    if (typeof found === 'string') {
      warn('FailedGetScale', found);
      const what = "the HPA controller was unable to get the target's current scale";
      report.set('AbleToScale', 'False', 'FailedGetScale', `${what}: ${found}`);
      return;
    }
    report.set(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    const { target, resource } = found;
    const { minReplicas = 1, maxReplicas, scaleTargetRef } = autoscaler.spec;
    const current = target.specReplicas;
    let desired = current;
    let reason = '';
    let statuses: MetricStatus[] = [];
    if (current === 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      report.set('ScalingActive', 'False', 'ScalingDisabled', message);
    } else if (current > maxReplicas) {
      [desired, reason] = [maxReplicas, 'Current number of replicas above Spec.MaxReplicas'];
    } else if (current < minReplicas) {
      [desired, reason] = [minReplicas, 'Current number of replicas below Spec.MinReplicas'];
    } else {
      const computed = await compute(key, autoscaler, target, report, ctx);
      statuses = computed.statuses;
      if (!computed.ok) {
        warn('FailedComputeMetricsReplicas', computed.message);
        report.replicas(current, report.status.desiredReplicas, statuses, false);
        return;
      }
      const { best } = computed;
      if (best.replicas > current) reason = `${best.name} above target`;
      if (best.replicas < current) reason = 'All metrics below target';
      report.set('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
      const limited = withinBounds(current, best.replicas, minReplicas, maxReplicas);
      desired = limited.replicas;
      const isLimited = desired === best.replicas ? 'False' : 'True';
      report.set('ScalingLimited', isLimited, limited.reason, limited.message);
    }
    if (desired !== current) {
      const size = `New size: ${desired}; reason: ${reason}`;
      try {
        await client.scale(resource, target.namespace, scaleTargetRef.name, desired);
      } catch (error) {
        warn('FailedRescale', `${size}; error: ${messageOf(error)}`);
        const what = 'the HPA controller was unable to update the target scale';
        report.set('AbleToScale', 'False', 'FailedUpdateScale', `${what}: ${messageOf(error)}`);
        report.replicas(current, report.status.desiredReplicas, statuses, false);
        throw error;
      }
      const message = `the HPA controller was able to update the target scale to ${desired}`;
      report.set('AbleToScale', 'True', 'SucceededRescale', message);
      recorder.event(autoscaler, 'Normal', 'SuccessfulRescale', size);
    }
    report.replicas(current, desired, statuses, desired !== current);
  }

  async function reconcile(key: string, ctx: ControllerContext): Promise<Result | void> {
    const { namespace, name } = splitKey(key);
    // The copy may not show what was reported a moment ago: scaling wakes this up at once.
    const autoscaler = await ctx.client.get<Autoscaler>(AUTOSCALERS, namespace, name);
    if (!autoscaler) {
      selectors.delete(key);
      return;
    }
    const report = new Report(autoscaler.status, ctx.clock.now());
    try {
      await scale(key, autoscaler, report, ctx);
    } finally {
      if (!semanticEqual(report.status, autoscaler.status)) {
        await writeStatus(autoscaler, report.status, ctx);
      }
    }
    if (source.interval !== undefined) return { requeueAfter: source.interval };
  }

  return {
    name: 'horizontal-pod-autoscaler',
    watches: [
      {
        resource: AUTOSCALERS,
        // Its own reports are no reason to look again.
        keys: ({ object, old }: Change<Autoscaler>) =>
          object && old && semanticEqual(object.spec, old.spec) ? [] : [keyOfObject((object ?? old)!)],
      },
      { resource: PODS, whole: () => false, keys: () => [] },
      ...watchWorkloads,
    ],
    watchCustom: watchTargets,
    reconcile,
  };
}

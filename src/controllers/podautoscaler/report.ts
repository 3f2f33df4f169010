/** The status of an autoscaler as one reconcile makes it, to be written once. Source: kubernetes pkg/controller/podautoscaler/horizontal.go. */
import { setCondition } from '../../apimachinery/conditions.ts';
import { formatTime } from '../../apimachinery/time.ts';
import type {
  HorizontalPodAutoscalerStatus,
  MetricStatus,
} from '../../apimachinery/types/autoscaling.v2.gen.ts';

export class Report {
  status: HorizontalPodAutoscalerStatus;
  readonly #now: string;

  /** `now` in ms. */
  constructor(old: HorizontalPodAutoscalerStatus | undefined, now: number) {
    this.status = { ...old, desiredReplicas: old?.desiredReplicas ?? 0 };
    this.#now = formatTime(now);
  }

  set(type: string, status: 'True' | 'False', reason: string, message: string): void {
    // In the order in which Go writes it: version v1 has conditions as text.
    const condition = { type, status, lastTransitionTime: this.#now, reason, message };
    this.status.conditions = setCondition(this.status.conditions, condition, this.#now);
  }

  replicas(
    currentReplicas: number,
    desiredReplicas: number,
    metrics: MetricStatus[],
    rescaled: boolean,
  ): void {
    const { conditions, lastScaleTime } = this.status;
    const scaled = rescaled ? this.#now : lastScaleTime;
    this.status = {
      ...(currentReplicas > 0 ? { currentReplicas } : {}),
      desiredReplicas,
      ...(metrics.length > 0 ? { currentMetrics: metrics } : {}),
      ...(conditions ? { conditions } : {}),
      ...(scaled ? { lastScaleTime: scaled } : {}),
    };
  }
}

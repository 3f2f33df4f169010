/**
 * HorizontalPodAutoscaler v1: another form of what v2 stores. Its strategy is that of v2, applied to the v2 form.
 * Source: kubernetes pkg/apis/autoscaling/v1/defaults.go and conversion.go.
 */
import type { HorizontalPodAutoscaler } from '../../apimachinery/types/autoscaling.v1.gen.ts';
import type * as v2 from '../../apimachinery/types/autoscaling.v2.gen.ts';
import { define } from '../definition.ts';
import type { KubeObject } from '../object.ts';
import { toV1, toV2 } from './conversion.ts';
import { AUTOSCALER, autoscalerStrategy as strategy } from './horizontal-pod-autoscaler.ts';
import { autoscalerPrinter } from './printing.ts';

/** Changes an object in place by way of its v2 form. */
function change(autoscaler: HorizontalPodAutoscaler, by: (v2Form: v2.HorizontalPodAutoscaler) => void): void {
  const form = toV2(autoscaler);
  by(form);
  const { metadata, spec, status } = toV1(form);
  autoscaler.spec = spec;
  if (status) autoscaler.status = status;
  else delete autoscaler.status;
  if (metadata?.annotations) {
    autoscaler.metadata ??= {};
    autoscaler.metadata.annotations = metadata.annotations;
  } else delete autoscaler.metadata?.annotations;
}

export const horizontalPodAutoscalersV1 = define<HorizontalPodAutoscaler>({
  ...AUTOSCALER,
  version: 'v1',
  typeName: 'autoscaling.v1.HorizontalPodAutoscaler',
  storedAs: {
    group: AUTOSCALER.group,
    resource: AUTOSCALER.resource,
    toStored: (object: KubeObject) => toV2(object as HorizontalPodAutoscaler),
    fromStored: (object: KubeObject) => toV1(object as v2.HorizontalPodAutoscaler),
  },
  strategy: {
    generation: strategy.generation,
    default: (autoscaler) => change(autoscaler, strategy.default),
    prepareForCreate: (autoscaler) => change(autoscaler, strategy.prepareForCreate),
    prepareForUpdate: (autoscaler, old) =>
      change(autoscaler, (form) => strategy.prepareForUpdate(form, toV2(old))),
    validate: (autoscaler) => strategy.validate(toV2(autoscaler)),
    validateUpdate: (autoscaler, old) => strategy.validateUpdate(toV2(autoscaler), toV2(old)),
    status: {
      prepareForUpdate: (autoscaler, old) =>
        change(autoscaler, (form) => strategy.status.prepareForUpdate(form, toV2(old))),
      validateUpdate: (autoscaler) => strategy.status.validateUpdate(toV2(autoscaler)),
    },
  },
  printer: {
    columns: autoscalerPrinter.columns,
    cells: (autoscaler, now) => autoscalerPrinter.cells(toV2(autoscaler), now),
  },
});

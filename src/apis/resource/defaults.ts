/** Source: kubernetes pkg/apis/resource/v1/defaults.go, pkg/registry/resource/devicetaintrule/strategy.go. */
import type {
  DeviceSubRequest,
  DeviceTaintRule,
  DeviceToleration,
  ExactDeviceRequest,
  ResourceClaimSpec,
  ResourceSlice,
} from '../../apimachinery/types/resource.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { formatTime } from '../../apimachinery/time.ts';
import { keepStatus, semanticEqual } from '../strategy.ts';

function defaultRequest(request: ExactDeviceRequest | DeviceSubRequest): void {
  request.allocationMode ??= 'ExactCount';
  if (request.allocationMode === 'ExactCount' && !request.count) request.count = 1;
  defaultTolerations(request.tolerations);
}

function defaultTolerations(tolerations: readonly DeviceToleration[] | undefined): void {
  for (const toleration of tolerations ?? []) toleration.operator ||= 'Equal';
}

export function defaultClaimSpec(spec: ResourceClaimSpec | undefined): void {
  for (const request of spec?.devices?.requests ?? []) {
    if (request.exactly) defaultRequest(request.exactly);
    for (const alternative of request.firstAvailable ?? []) defaultRequest(alternative);
  }
}

/** A taint without a time was added now. */
export function defaultResourceSlice(slice: ResourceSlice, ctx: StrategyContext): void {
  for (const device of slice.spec?.devices ?? []) {
    for (const taint of device.taints ?? []) taint.timeAdded ??= formatTime(ctx.now);
  }
}

export function defaultDeviceTaintRule(rule: DeviceTaintRule, ctx: StrategyContext): void {
  if (rule.spec?.taint) rule.spec.taint.timeAdded ??= formatTime(ctx.now);
}

/** A changed effect counts as added now, unless the client says otherwise. */
export function prepareTaintRuleUpdate(
  rule: DeviceTaintRule,
  old: DeviceTaintRule,
  ctx: StrategyContext,
): void {
  keepStatus(rule, old);
  const [taint, before] = [rule.spec?.taint, old.spec?.taint];
  if (!taint || !before) return;
  if (taint.effect !== before.effect && semanticEqual(taint.timeAdded, before.timeAdded)) {
    taint.timeAdded = formatTime(ctx.now);
  }
}

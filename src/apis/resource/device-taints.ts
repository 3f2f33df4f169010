/** Taints of devices. Sources: dynamic-resource-allocation resourceclaim/devicetoleration.go, resourceslice/tracker/tracker.go. */
import type {
  DeviceTaint,
  DeviceTaintRule,
  DeviceToleration,
} from '../../apimachinery/types/resource.v1.gen.ts';

/** Whether a toleration is for a taint, whatever the taint's effect does. */
export function tolerates(toleration: DeviceToleration, taint: DeviceTaint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return (toleration.operator ?? 'Equal') === 'Equal' && (toleration.value ?? '') === (taint.value ?? '');
}

/** Whether a rule taints a device. An empty selector means all devices; none means none. */
export function taintsDevice(
  { spec }: DeviceTaintRule,
  driver: string,
  pool: string,
  device: string,
): boolean {
  const selector = spec.deviceSelector;
  if (!selector) return false;
  return (
    (selector.driver ?? driver) === driver &&
    (selector.pool ?? pool) === pool &&
    (selector.device ?? device) === device
  );
}

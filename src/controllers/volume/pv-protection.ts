/** Keeps volumes that are bound. Source: kubernetes pkg/controller/volume/pvprotection/pv_protection_controller.go. */
import { VOLUMES } from './claims.ts';
import { protectionController } from './protection.ts';

export const pvProtectionController = protectionController({
  name: 'pv-protection-controller',
  resource: VOLUMES,
  finalizer: 'kubernetes.io/pv-protection',
  isUsed: (volume) => volume.status?.phase === 'Bound',
});

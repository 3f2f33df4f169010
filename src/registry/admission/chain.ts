/** The plug-ins in upstream's order (pkg/kubeapiserver/options/plugins.go). */
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './plugin.ts';

const CHAIN: readonly AdmissionPlugin[] = [namespaceLifecycle];

/** Lets every plug-in change the object. */
export async function admit(attributes: AdmissionAttributes): Promise<void> {
  for (const plugin of CHAIN) {
    if (plugin.admit && plugin.handles(attributes)) await plugin.admit(attributes);
  }
}

/** Lets every plug-in refuse the object as it stands now. */
export async function validateAdmission(attributes: AdmissionAttributes): Promise<void> {
  for (const plugin of CHAIN) {
    if (plugin.validate && plugin.handles(attributes)) await plugin.validate(attributes);
  }
}

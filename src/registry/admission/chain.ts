/** The plug-ins in upstream's order (pkg/kubeapiserver/options/plugins.go). */
import { StatusError } from '../../apimachinery/status.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './plugin.ts';
import { priority } from './priority.ts';
import { serviceAccount } from './service-account.ts';

const CHAIN: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  serviceAccount,
  priority,
  defaultTolerationSeconds,
];

/** Lets every plug-in change the object. False: a plug-in was out of date, begin again with new reads. */
export const admit = (attributes: AdmissionAttributes): Promise<boolean> => run('admit', attributes);

/** Lets every plug-in refuse the object as it stands now. False: as for admit. */
export const validateAdmission = (attributes: AdmissionAttributes): Promise<boolean> =>
  run('validate', attributes);

async function run(stage: 'admit' | 'validate', attributes: AdmissionAttributes): Promise<boolean> {
  try {
    for (const plugin of CHAIN) {
      if (plugin[stage] && plugin.handles(attributes)) await plugin[stage](attributes);
    }
    return true;
  } catch (error) {
    // What a plug-in lets through is proved at commit, what it refuses is not: look again before it counts.
    if (error instanceof StatusError && attributes.reads.refresh()) return false;
    throw error;
  }
}

/** The plug-ins in upstream's order (pkg/kubeapiserver/options/plugins.go). */
import { StatusError } from '../../apimachinery/status.ts';
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultStorageClass } from './default-storage-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeDeclaredFeatureValidator } from './node-declared-features.ts';
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { podResizeValidator } from './pod-resize.ts';
import { podSecurity } from './pod-security/pod-security.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './plugin.ts';
import { priority } from './priority.ts';
import { rbacEscalation } from './rbac-escalation.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { storageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { mutatingAdmissionPolicy } from './policy/mutating-policy.ts';
import { validatingAdmissionPolicy } from './policy/validating-policy.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

const CHAIN: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  nodeDeclaredFeatureValidator,
  podResizeValidator,
  mutatingAdmissionPolicy,
  validatingAdmissionPolicy,
  resourceQuota,
  rbacEscalation,
];

/** Lets every plug-in change the object. False: a plug-in was out of date, begin again with new reads. */
export async function admit(attributes: AdmissionAttributes): Promise<boolean> {
  let mutated = false;
  const watched: AdmissionAttributes = {
    ...attributes,
    mutated() {
      mutated = true;
    },
  };
  if (!(await run('admit', watched))) return false;
  // What policies of the cluster changed the plug-ins see once more, and once only (admission/reinvocation.go).
  return !mutated || run('admit', { ...attributes, again: true });
}

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

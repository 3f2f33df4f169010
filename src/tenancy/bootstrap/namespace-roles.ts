/** Roles in the system's namespaces. Facts from kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/namespace_policy.go. */
import { CONTROLLER_MANAGER, SCHEDULER, type SubjectFacts } from './cluster-roles.ts';
import { EVENTS, READ } from './policy-rules.ts';

interface NamespaceRole {
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly string[];
  readonly subjects: readonly SubjectFacts[];
  /** Default: the name of the role. */
  readonly binding?: string;
}

const system = (
  name: string,
  rules: readonly string[],
  subjects: readonly SubjectFacts[],
  binding?: string,
): NamespaceRole => ({ namespace: 'kube-system', name, rules, subjects, ...(binding ? { binding } : {}) });

const account = (name: string): SubjectFacts => ['account', `kube-system/${name}`];

const LEADER_ELECTION = [
  `${READ},create,update coordination.k8s.io leases`,
  `${READ},create,update coordination.k8s.io leasecandidates`,
];

export const NAMESPACE_ROLES: readonly NamespaceRole[] = [
  system(
    'extension-apiserver-authentication-reader',
    [`${READ} core configmaps extension-apiserver-authentication`],
    [CONTROLLER_MANAGER, SCHEDULER],
    'system::extension-apiserver-authentication-reader',
  ),
  system('system:controller:bootstrap-signer', [`${READ} core secrets`], [account('bootstrap-signer')]),
  system('system:controller:cloud-provider', [`create,${READ} core configmaps`], [account('cloud-provider')]),
  system(
    'system:controller:token-cleaner',
    [`${READ},delete core secrets`, EVENTS],
    [account('token-cleaner')],
  ),
  system('system::leader-locking-kube-controller-manager', LEADER_ELECTION, [
    CONTROLLER_MANAGER,
    account('kube-controller-manager'),
    account('leader-election-controller'),
  ]),
  system('system::leader-locking-kube-scheduler', LEADER_ELECTION, [SCHEDULER, account('kube-scheduler')]),
  {
    namespace: 'kube-public',
    name: 'system:controller:bootstrap-signer',
    rules: [`${READ} core configmaps`, 'update core configmaps cluster-info', EVENTS],
    subjects: [account('bootstrap-signer')],
  },
];

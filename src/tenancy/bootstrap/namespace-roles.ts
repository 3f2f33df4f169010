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
  system(
    'system::leader-locking-kube-controller-manager',
    ['watch core configmaps', 'get,update core configmaps kube-controller-manager'],
    [CONTROLLER_MANAGER, account('kube-controller-manager')],
  ),
  system(
    'system::leader-locking-kube-scheduler',
    ['watch core configmaps', 'get,update core configmaps kube-scheduler'],
    [SCHEDULER, account('kube-scheduler')],
  ),
  {
    namespace: 'kube-public',
    name: 'system:controller:bootstrap-signer',
    rules: [`${READ} core configmaps`, 'update core configmaps cluster-info', EVENTS],
    subjects: [account('bootstrap-signer')],
  },
];

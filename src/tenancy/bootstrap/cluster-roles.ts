/**
 * The cluster roles every cluster has, and whom they are bound to.
 * Facts from kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
 */
import { EVENTS, READ, READ_WRITE, WRITE } from './policy-rules.ts';

export interface RoleFacts {
  /** Lines of policy-rules.ts. */
  readonly rules?: readonly string[];
  /** The role is made of those labelled `rbac.authorization.k8s.io/aggregate-to-<this>`. */
  readonly aggregates?: string;
  /** The label that makes the role a part of another. */
  readonly aggregateTo?: string;
}

export const CLUSTER_ROLES: Readonly<Record<string, RoleFacts>> = {
  'cluster-admin': { rules: ['* * *', '* url *'] },
  admin: { aggregates: 'admin' },
  edit: { aggregates: 'edit', aggregateTo: 'admin' },
  view: { aggregates: 'view', aggregateTo: 'edit' },
  'system:aggregate-to-admin': {
    aggregateTo: 'admin',
    rules: [
      'create authorization.k8s.io localsubjectaccessreviews',
      `${READ_WRITE} rbac.authorization.k8s.io roles,rolebindings`,
    ],
  },
  'system:aggregate-to-edit': {
    aggregateTo: 'edit',
    rules: [
      `${READ} core pods/attach,pods/proxy,pods/exec,pods/portforward,secrets,services/proxy`,
      'impersonate core serviceaccounts',
      `${WRITE} core pods,pods/attach,pods/proxy,pods/exec,pods/portforward`,
      'create core pods/eviction',
      `${WRITE} core configmaps,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy`,
      'create core serviceaccounts/token',
      `${WRITE} core,events.k8s.io events`,
      `${WRITE} apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale`,
      `${WRITE} autoscaling horizontalpodautoscalers`,
      `${WRITE} batch cronjobs,jobs`,
      `${WRITE} extensions daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale`,
      `${WRITE} policy poddisruptionbudgets`,
      `${WRITE} networking.k8s.io ingresses,networkpolicies`,
      `${READ_WRITE} coordination.k8s.io leases`,
      `${WRITE} resource.k8s.io resourceclaims,resourceclaimtemplates`,
    ],
  },
  'system:aggregate-to-view': {
    aggregateTo: 'view',
    rules: [
      `${READ} core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status`,
      `${READ} core bindings,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status`,
      `${READ} core namespaces`,
      `${READ} core,events.k8s.io events`,
      `${READ} discovery.k8s.io endpointslices`,
      `${READ} apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status`,
      `${READ} autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status`,
      `${READ} batch cronjobs,cronjobs/status,jobs,jobs/status`,
      `${READ} extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale`,
      `${READ} policy poddisruptionbudgets,poddisruptionbudgets/status`,
      `${READ} networking.k8s.io ingresses,ingresses/status,networkpolicies`,
      `${READ} resource.k8s.io resourceclaims,resourceclaims/status,resourceclaimtemplates`,
    ],
  },
  'system:auth-delegator': {
    rules: ['create authentication.k8s.io tokenreviews', 'create authorization.k8s.io subjectaccessreviews'],
  },
  'system:basic-user': {
    rules: [
      'create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews',
      'create authentication.k8s.io selfsubjectreviews',
    ],
  },
  'system:certificates.k8s.io:certificatesigningrequests:nodeclient': {
    rules: ['create certificates.k8s.io certificatesigningrequests/nodeclient'],
  },
  'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient': {
    rules: ['create certificates.k8s.io certificatesigningrequests/selfnodeclient'],
  },
  'system:certificates.k8s.io:kube-apiserver-client-approver': {
    rules: ['approve certificates.k8s.io signers kubernetes.io/kube-apiserver-client'],
  },
  'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver': {
    rules: ['approve certificates.k8s.io signers kubernetes.io/kube-apiserver-client-kubelet'],
  },
  'system:certificates.k8s.io:kubelet-serving-approver': {
    rules: ['approve certificates.k8s.io signers kubernetes.io/kubelet-serving'],
  },
  'system:certificates.k8s.io:legacy-unknown-approver': {
    rules: ['approve certificates.k8s.io signers kubernetes.io/legacy-unknown'],
  },
  'system:cluster-trust-bundle-discovery': { rules: [`${READ} certificates.k8s.io clustertrustbundles`] },
  'system:discovery': {
    rules: [
      'get url /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/',
    ],
  },
  'system:heapster': {
    rules: [`${READ} core events,namespaces,nodes,pods`, `${READ} extensions deployments`],
  },
  'system:kube-aggregator': { rules: [`${READ} core endpoints,services`] },
  'system:kube-controller-manager': {
    rules: [
      EVENTS,
      'create coordination.k8s.io leases',
      'get,update coordination.k8s.io leases kube-controller-manager',
      'create core secrets,serviceaccounts',
      'delete core secrets',
      'get core configmaps,namespaces,secrets,serviceaccounts',
      'update core secrets,serviceaccounts',
      'create authentication.k8s.io tokenreviews',
      'create authorization.k8s.io subjectaccessreviews',
      'list,watch * *',
      'create core serviceaccounts/token',
    ],
  },
  'system:kube-dns': { rules: ['list,watch core endpoints,services'] },
  'system:kube-scheduler': {
    rules: [
      EVENTS,
      'create coordination.k8s.io leases',
      'get,list,update,watch coordination.k8s.io leases kube-scheduler',
      `${READ_WRITE} coordination.k8s.io leasecandidates`,
      `${READ} core nodes`,
      `${READ},delete core pods`,
      'create core bindings,pods/binding',
      'patch,update core pods/status',
      `${READ} core replicationcontrollers,services`,
      `${READ} apps,extensions replicasets`,
      `${READ} apps statefulsets`,
      `${READ} policy poddisruptionbudgets`,
      `${READ} core persistentvolumeclaims,persistentvolumes`,
      'create authentication.k8s.io tokenreviews',
      'create authorization.k8s.io subjectaccessreviews',
      `${READ} storage.k8s.io csinodes`,
      `${READ} storage.k8s.io volumeattachments`,
      `${READ} core namespaces`,
      `${READ} storage.k8s.io csidrivers`,
      `${READ} storage.k8s.io csistoragecapacities`,
      `${READ} resource.k8s.io deviceclasses`,
      `${READ},patch,update resource.k8s.io resourceclaims`,
      `${READ},patch,update resource.k8s.io resourceclaims/status`,
      'update core pods/finalizers',
      `${READ} resource.k8s.io resourceslices`,
      'create,delete resource.k8s.io resourceclaims',
      'patch,update resource.k8s.io resourceclaims/binding',
      `${READ} resource.k8s.io devicetaintrules`,
    ],
  },
  'system:kubelet-api-admin': {
    rules: [
      `${READ} core nodes`,
      'proxy core nodes',
      '* core nodes/log,nodes/metrics,nodes/proxy,nodes/stats',
      '* core nodes/configz,nodes/healthz,nodes/pods',
    ],
  },
  'system:monitoring': {
    rules: [
      'get url /flagz,/healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*,/statusz',
      'get core nodes/metrics',
    ],
  },
  'system:node': {
    rules: [
      'create authentication.k8s.io tokenreviews',
      'create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews',
      `${READ} core services`,
      `create,${READ} core nodes`,
      'patch,update core nodes/status',
      'patch,update core nodes',
      EVENTS,
      `${READ} core pods`,
      'create,delete core pods',
      'patch,update core pods/status',
      'create core pods/eviction',
      `${READ} core configmaps,secrets`,
      'get core persistentvolumeclaims,persistentvolumes',
      'get core endpoints',
      `create,${READ} certificates.k8s.io certificatesigningrequests`,
      'create,delete,get,patch,update coordination.k8s.io leases',
      'get storage.k8s.io volumeattachments',
      'create core serviceaccounts/token',
      'get,patch,update core persistentvolumeclaims/status',
      `${READ} storage.k8s.io csidrivers`,
      'create,delete,get,patch,update storage.k8s.io csinodes',
      `${READ} node.k8s.io runtimeclasses`,
      'get resource.k8s.io resourceclaims',
      'deletecollection resource.k8s.io resourceslices',
      `${READ} certificates.k8s.io clustertrustbundles`,
      'get core serviceaccounts',
    ],
  },
  'system:node-bootstrapper': { rules: [`create,${READ} certificates.k8s.io certificatesigningrequests`] },
  'system:node-problem-detector': { rules: ['get core nodes', 'patch core nodes/status', EVENTS] },
  'system:node-proxier': {
    rules: [
      'list,watch core endpoints,services',
      `${READ} core nodes`,
      EVENTS,
      'list,watch networking.k8s.io servicecidrs',
      'list,watch discovery.k8s.io endpointslices',
    ],
  },
  'system:persistent-volume-provisioner': {
    rules: [
      `create,delete,${READ} core persistentvolumes`,
      `${READ},update core persistentvolumeclaims`,
      `${READ} storage.k8s.io storageclasses`,
      'watch core events',
      EVENTS,
    ],
  },
  'system:public-info-viewer': { rules: ['get url /healthz,/livez,/readyz,/version,/version/'] },
  'system:service-account-issuer-discovery': {
    rules: [
      'get url /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/',
    ],
  },
  'system:volume-scheduler': {
    rules: [
      `${READ},patch,update core persistentvolumes`,
      `${READ} storage.k8s.io storageclasses`,
      `${READ},patch,update core persistentvolumeclaims`,
    ],
  },
};

/** Subjects of the bindings of the same name: `group`, `user` or `account` (namespace/name). */
export type SubjectFacts = readonly ['group' | 'user' | 'account', string];

const AUTHENTICATED: SubjectFacts = ['group', 'system:authenticated'];
export const CONTROLLER_MANAGER: SubjectFacts = ['user', 'system:kube-controller-manager'];
export const SCHEDULER: SubjectFacts = ['user', 'system:kube-scheduler'];

export const CLUSTER_ROLE_BINDINGS: Readonly<Record<string, readonly SubjectFacts[]>> = {
  'cluster-admin': [['group', 'system:masters']],
  'system:monitoring': [['group', 'system:monitoring']],
  'system:discovery': [AUTHENTICATED],
  'system:basic-user': [AUTHENTICATED],
  'system:public-info-viewer': [AUTHENTICATED, ['group', 'system:unauthenticated']],
  'system:node-proxier': [['user', 'system:kube-proxy']],
  'system:kube-controller-manager': [CONTROLLER_MANAGER],
  'system:kube-dns': [['account', 'kube-system/kube-dns']],
  'system:kube-scheduler': [SCHEDULER],
  'system:volume-scheduler': [SCHEDULER],
  // Nodes have an authorizer of their own; the binding stands for those who add subjects.
  'system:node': [],
  'system:service-account-issuer-discovery': [['group', 'system:serviceaccounts']],
};

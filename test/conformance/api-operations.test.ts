/** Upstream's tests of the API operations of a kind, which differ in the kind alone. */
import { conformance } from './suite.ts';
import { apiOperations, type Operations } from './api-operations.ts';

const cases: [`[sig-${string}] ${string}`, Operations][] = [
  [
    '[sig-api-machinery] API priority and fairness should support FlowSchema API operations [Conformance]',
    {
      collection: 'flowcontrol.apiserver.k8s.io/v1/flowschemas',
      kind: 'FlowSchema',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-api-machinery] API priority and fairness should support PriorityLevelConfiguration API operations [Conformance]',
    {
      collection: 'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
      kind: 'PriorityLevelConfiguration',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] should support MutatingAdmissionPolicy API operations [Conformance]',
    {
      collection: 'admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
      kind: 'MutatingAdmissionPolicy',
      namespaced: false,
    },
  ],
  [
    '[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] should support MutatingAdmissionPolicyBinding API operations [Conformance]',
    {
      collection: 'admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings',
      kind: 'MutatingAdmissionPolicyBinding',
      namespaced: false,
    },
  ],
  [
    '[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicy API operations [Conformance]',
    {
      collection: 'admissionregistration.k8s.io/v1/validatingadmissionpolicies',
      kind: 'ValidatingAdmissionPolicy',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicyBinding API operations [Conformance]',
    {
      collection: 'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
      kind: 'ValidatingAdmissionPolicyBinding',
      namespaced: false,
    },
  ],
  [
    '[sig-api-machinery] StorageVersionMigration CRUD Tests storagemigration.k8s.io/v1 StorageVersionMigration [Conformance]',
    {
      collection: 'storagemigration.k8s.io/v1/storageversionmigrations',
      kind: 'StorageVersionMigration',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-apps] CronJob should support CronJob API operations [Conformance]',
    { collection: 'batch/v1/cronjobs', kind: 'CronJob', namespaced: true, status: true },
  ],
  [
    '[sig-auth] Certificates API [Privileged:ClusterAdmin] should support CSR API operations [Conformance]',
    {
      collection: 'certificates.k8s.io/v1/certificatesigningrequests',
      kind: 'CertificateSigningRequest',
      namespaced: false,
      status: true,
    },
  ],
  [
    '[sig-auth] PodCertificateRequest API [Privileged:ClusterAdmin] should support PodCertificateRequest API operations [Conformance]',
    {
      collection: 'certificates.k8s.io/v1/podcertificaterequests',
      kind: 'PodCertificateRequest',
      namespaced: true,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-network] EndpointSlice should support creating EndpointSlice API operations [Conformance]',
    { collection: 'discovery.k8s.io/v1/endpointslices', kind: 'EndpointSlice', namespaced: true },
  ],
  [
    '[sig-network] Ingress API should support creating Ingress API operations [Conformance]',
    { collection: 'networking.k8s.io/v1/ingresses', kind: 'Ingress', namespaced: true, status: true },
  ],
  [
    '[sig-network] IngressClass API should support creating IngressClass API operations [Conformance]',
    { collection: 'networking.k8s.io/v1/ingressclasses', kind: 'IngressClass', namespaced: false },
  ],
  [
    '[sig-network] ServiceCIDR and IPAddress API should support IPAddress API operations [Conformance]',
    { collection: 'networking.k8s.io/v1/ipaddresses', kind: 'IPAddress', namespaced: false },
  ],
  [
    '[sig-network] ServiceCIDR and IPAddress API should support ServiceCIDR API operations [Conformance]',
    {
      collection: 'networking.k8s.io/v1/servicecidrs',
      kind: 'ServiceCIDR',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-node] RuntimeClass should support RuntimeClasses API operations [Conformance]',
    { collection: 'node.k8s.io/v1/runtimeclasses', kind: 'RuntimeClass', namespaced: false },
  ],
  [
    '[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 DeviceClass [Conformance]',
    { collection: 'resource.k8s.io/v1/deviceclasses', kind: 'DeviceClass', namespaced: false },
  ],
  [
    '[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 DeviceTaintRule [Conformance]',
    {
      collection: 'resource.k8s.io/v1/devicetaintrules',
      kind: 'DeviceTaintRule',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceClaim [Conformance]',
    {
      collection: 'resource.k8s.io/v1/resourceclaims',
      kind: 'ResourceClaim',
      namespaced: true,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceClaimTemplate [Conformance]',
    {
      collection: 'resource.k8s.io/v1/resourceclaimtemplates',
      kind: 'ResourceClaimTemplate',
      namespaced: true,
    },
  ],
  [
    '[sig-node] [DRA] CRUD Tests resource.k8s.io/v1 ResourceSlice [Conformance]',
    { collection: 'resource.k8s.io/v1/resourceslices', kind: 'ResourceSlice', namespaced: false },
  ],
  [
    '[sig-storage] CSIInlineVolumes should run through the lifecycle of a CSIDriver [Conformance]',
    { collection: 'storage.k8s.io/v1/csidrivers', kind: 'CSIDriver', namespaced: false },
  ],
  [
    '[sig-storage] CSINodes CSI Conformance should run through the lifecycle of a csinode [Conformance]',
    { collection: 'storage.k8s.io/v1/csinodes', kind: 'CSINode', namespaced: false },
  ],
  [
    '[sig-storage] CSIStorageCapacity should support CSIStorageCapacities API operations [Conformance]',
    { collection: 'storage.k8s.io/v1/csistoragecapacities', kind: 'CSIStorageCapacity', namespaced: true },
  ],
  [
    '[sig-storage] StorageClasses CSI Conformance should run through the lifecycle of a StorageClass [Conformance]',
    { collection: 'storage.k8s.io/v1/storageclasses', kind: 'StorageClass', namespaced: false },
  ],
  [
    '[sig-storage] VolumeAttachment Conformance should apply changes to a volumeattachment status [Conformance]',
    {
      collection: 'storage.k8s.io/v1/volumeattachments',
      kind: 'VolumeAttachment',
      namespaced: false,
      status: true,
      statusOnly: true,
    },
  ],
  [
    '[sig-storage] VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment [Conformance]',
    { collection: 'storage.k8s.io/v1/volumeattachments', kind: 'VolumeAttachment', namespaced: false },
  ],
  [
    '[sig-storage] VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through the lifecycle of a VolumeAttributesClass [Conformance]',
    {
      collection: 'storage.k8s.io/v1/volumeattributesclasses',
      kind: 'VolumeAttributesClass',
      namespaced: false,
    },
  ],
];

for (const [name, operations] of cases) {
  conformance('A', name, (e2e) => apiOperations(e2e, operations));
}

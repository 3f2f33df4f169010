/**
 * A small valid object of every resource that can be created and kept, and what may be changed in it. The samples lie
 * still: no controller, scheduler or node has much to do with them.
 */

/** A merge patch. */
type Patch = Record<string, unknown>;

export interface Sample {
  /** The object without apiVersion, kind, name and namespace; `serial` is another number for each object. */
  object(name: string, serial: number, namespace: string): Record<string, any>;
  /** For kinds whose names have a form of their own. Default: the id itself. */
  name?(id: string, serial: number): string;
  /** metadata.generation of a new object; absent: the kind has none. */
  readonly generation?: 1;
  /** A change of the desired state. */
  readonly change?: Patch;
  /** metadata.generation after that change; default: one more, if the kind has any. */
  readonly changedGeneration?: number;
  /** A change through the status subresource. */
  readonly status?: Patch;
  /** Labels count as desired state. */
  readonly countsLabels?: true;
  /** Nobody owns its fields: every endpoint resets what it could own. */
  readonly unowned?: true;
  /** An update must name the resourceVersion it replaces. */
  readonly wantsVersion?: true;
  /** An update of a missing object creates it. */
  readonly createsOnUpdate?: true;
  /** What DELETE answers at once: default a Status. */
  readonly answersDeleted?: true;
}

const TIME = '2026-01-02T03:04:05Z';
const NOW = `${new Date().toISOString().slice(0, 19)}Z`;
const condition = (type: string, status = 'False') => ({
  type,
  status,
  reason: 'Tested',
  message: 'set by a test',
  lastTransitionTime: TIME,
});
const conditions = (type: string): Patch => ({ status: { conditions: [condition(type)] } });

const container = { name: 'main', image: 'registry.example/app:1' };
const template = (name: string, restartPolicy?: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [container], ...(restartPolicy ? { restartPolicy } : {}) },
});
const selector = (name: string) => ({ matchLabels: { app: name } });
const workload = (name: string) => ({
  spec: { replicas: 0, selector: selector(name), template: template(name) },
});

/** Rules that no request of these tests matches. */
const rules = {
  apiGroups: ['samples.example'],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources: ['things'],
};
const webhook = (name: string) => ({
  webhooks: [
    {
      name: `${name}.samples.example`,
      clientConfig: { url: 'https://hooks.samples.example/admit' },
      rules: [rules],
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
    },
  ],
});
const matchConstraints = { resourceRules: [rules] };

const SIGNING_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHZMIGBAgEAMB8xDjAMBgNVBAMMBWFsaWNlMQ0wCwYDVQQKDAR0ZWFtMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE3LWze0MGc9vJnPlbo8JyuqEi6nEGgFOupz7Y
tUQMXtOo/ZMeztXh/2wdZI+5wCvkKL0yfbSKivk5K/LEnCOEXaAAMAoGCCqGSM49
BAMCA0cAMEQCIAp/gSnYQRkQFUMZz6ByUk5SryMmee2r3ZvhAOGnxrE6AiAgSxIN
ftzypPNSbd3hgmriTNvgUdRpXia4CoNCgw4BEg==
-----END CERTIFICATE REQUEST-----
`;
const ROOT_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBhDCCASugAwIBAgIUPS12i7NrcaAG9M9gUWe3NJJEQ5AwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZXhhbXBsZS1yb290MCAXDTI2MTEyMDE5MTA0MVoYDzIxMjYx
MDI3MTkxMDQxWjAXMRUwEwYDVQQDDAxleGFtcGxlLXJvb3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATctbN7QwZz28mc+VujwnK6oSLqcQaAU66nPti1RAxe06j9
kx7O1eH/bB1kj7nAK+QovTJ9tIqK+Tkr8sScI4Rdo1MwUTAdBgNVHQ4EFgQUnCOX
97pCCQhDW4j5xkiiRX8SQT4wHwYDVR0jBBgwFoAUnCOX97pCCQhDW4j5xkiiRX8S
QT4wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAcXhYx+g4bQs3r
m2+J9VpRiDYHmrcDWjvVNMwzfmTI8AIgMtGjO9l22c6pSzUJ2ZWneQCxJUJXcDPx
HymBztpxv28=
-----END CERTIFICATE-----
`;

const octets = (serial: number): string => `${(serial >> 8) & 255}.${serial & 255}`;

export const SAMPLES: Readonly<Record<string, Sample>> = {
  'v1/configmaps': { object: () => ({ data: { key: 'one' } }), change: { data: { key: 'two' } } },
  'v1/endpoints': {
    createsOnUpdate: true,
    object: () => ({ subsets: [{ addresses: [{ ip: '192.0.2.10' }], ports: [{ port: 80 }] }] }),
    change: { subsets: [{ addresses: [{ ip: '192.0.2.11' }], ports: [{ port: 80, protocol: 'TCP' }] }] },
  },
  'v1/events': {
    createsOnUpdate: true,
    object: (_name, _serial, namespace) => ({
      involvedObject: { kind: 'ConfigMap', apiVersion: 'v1', name: 'other', namespace },
      reason: 'Tested',
      message: 'seen once',
      type: 'Normal',
      source: { component: 'tests' },
      firstTimestamp: TIME,
      lastTimestamp: TIME,
      count: 1,
    }),
    change: { count: 2 },
  },
  'v1/limitranges': {
    createsOnUpdate: true,
    object: () => ({ spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '100Ti' } }] } }),
    change: { spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '200Ti' } }] } },
  },
  'v1/namespaces': { object: () => ({}), status: conditions('NamespaceContentRemaining') },
  'v1/nodes': {
    // A block of its own: else a controller gives it one meanwhile.
    object: () => ({ spec: { unschedulable: true, podCIDR: '10.9.0.0/24', podCIDRs: ['10.9.0.0/24'] } }),
    change: { spec: { taints: [{ key: 'example.com/a', effect: 'NoSchedule' }] } },
    status: { status: { capacity: { cpu: '4', memory: '8Gi', pods: '110' } } },
  },
  'v1/persistentvolumeclaims': {
    object: () => ({
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'none',
        resources: { requests: { storage: '1Gi' } },
      },
    }),
    status: { status: { conditions: [condition('FileSystemResizePending')] } },
    answersDeleted: true,
  },
  'v1/persistentvolumes': {
    object: () => ({
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'none',
        hostPath: { path: '/data' },
      },
    }),
    change: { spec: { capacity: { storage: '2Gi' } } },
    status: { status: { message: 'set by a test' } },
    answersDeleted: true,
  },
  'v1/pods': {
    object: () => ({
      spec: { containers: [container], schedulingGates: [{ name: 'samples.example/wait' }] },
    }),
    generation: 1,
    change: { spec: { activeDeadlineSeconds: 600 } },
    status: { status: { message: 'set by a test' } },
    answersDeleted: true,
  },
  'v1/podtemplates': {
    object: (name) => ({ template: template(name) }),
    generation: 1,
    change: { template: { spec: { priorityClassName: 'system-node-critical' } } },
    answersDeleted: true,
  },
  'v1/replicationcontrollers': {
    object: (name) => ({ spec: { replicas: 0, selector: { app: name }, template: template(name) } }),
    generation: 1,
    change: { spec: { minReadySeconds: 5 } },
    status: { status: { observedGeneration: 7 } },
  },
  'v1/resourcequotas': {
    object: () => ({ spec: { hard: { 'count/things.samples.example': '1' } } }),
    change: { spec: { hard: { 'count/things.samples.example': '2' } } },
    status: { status: { hard: { 'count/things.samples.example': '7' } } },
    answersDeleted: true,
  },
  'v1/secrets': {
    object: () => ({ stringData: { key: 'one' } }),
    change: { data: { key: 'dHdv' } },
  },
  'v1/serviceaccounts': {
    object: () => ({ automountServiceAccountToken: true }),
    change: { automountServiceAccountToken: false },
    answersDeleted: true,
  },
  'v1/services': {
    createsOnUpdate: true,
    object: () => ({ spec: { selector: { app: 'none' }, ports: [{ port: 80 }] } }),
    change: { spec: { sessionAffinity: 'ClientIP' } },
    status: conditions('samples.example/Tested'),
    answersDeleted: true,
  },
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicies': {
    wantsVersion: true,
    object: () => ({
      spec: {
        matchConstraints,
        reinvocationPolicy: 'Never',
        mutations: [
          {
            patchType: 'ApplyConfiguration',
            applyConfiguration: { expression: 'Object{spec: Object.spec{replicas: 100}}' },
          },
        ],
      },
    }),
    generation: 1,
    change: { spec: { failurePolicy: 'Ignore' } },
  },
  'admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings': {
    wantsVersion: true,
    object: () => ({ spec: { policyName: 'missing.samples.example' } }),
    generation: 1,
    change: { spec: { policyName: 'other.samples.example' } },
  },
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': {
    wantsVersion: true,
    object: webhook,
    generation: 1,
    change: { webhooks: [{ ...webhook('changed').webhooks[0] }] },
  },
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': {
    wantsVersion: true,
    object: () => ({ spec: { matchConstraints, validations: [{ expression: 'true' }] } }),
    generation: 1,
    change: { spec: { failurePolicy: 'Ignore' } },
    status: { status: { observedGeneration: 7 } },
  },
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': {
    wantsVersion: true,
    object: () => ({ spec: { policyName: 'missing.samples.example', validationActions: ['Warn'] } }),
    generation: 1,
    change: { spec: { validationActions: ['Audit'] } },
  },
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': {
    wantsVersion: true,
    object: webhook,
    generation: 1,
    change: { webhooks: [{ ...webhook('changed').webhooks[0] }] },
  },
  'apiextensions.k8s.io/v1/customresourcedefinitions': {
    wantsVersion: true,
    name: (id) => `${id}s.samples.example`,
    object: (name) => {
      const plural = name.split('.')[0]!;
      return {
        spec: {
          group: 'samples.example',
          scope: 'Namespaced',
          names: { plural, kind: `K${plural}` },
          versions: [
            { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
          ],
        },
      };
    },
    generation: 1,
    change: { spec: { names: { categories: ['samples'] } } },
    status: conditions('Tested'),
  },
  'apiregistration.k8s.io/v1/apiservices': {
    wantsVersion: true,
    name: (id) => `v1.${id}.example`,
    object: (name) => ({
      spec: {
        group: name.slice(3),
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        service: { name: 'missing', namespace: 'default' },
        insecureSkipTLSVerify: true,
      },
    }),
    change: { spec: { versionPriority: 20 } },
    status: conditions('Available'),
  },
  'apps/v1/controllerrevisions': {
    object: () => ({ revision: 1, data: { kept: true } }),
    change: { revision: 2 },
  },
  'apps/v1/daemonsets': {
    object: (name) => ({ spec: { selector: selector(name), template: template(name) } }),
    generation: 1,
    change: { spec: { minReadySeconds: 5 } },
    status: { status: { observedGeneration: 7 } },
  },
  'apps/v1/deployments': {
    object: workload,
    generation: 1,
    change: { spec: { minReadySeconds: 5 } },
    status: { status: { observedGeneration: 7 } },
  },
  'apps/v1/replicasets': {
    object: workload,
    generation: 1,
    change: { spec: { minReadySeconds: 5 } },
    status: { status: { observedGeneration: 7 } },
  },
  'apps/v1/statefulsets': {
    object: (name) => ({ spec: { ...workload(name).spec, serviceName: 'none' } }),
    generation: 1,
    change: { spec: { minReadySeconds: 5 } },
    status: { status: { observedGeneration: 7 } },
  },
  'autoscaling/v1/horizontalpodautoscalers': {
    object: () => ({
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'missing' },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 50,
      },
    }),
    change: { spec: { maxReplicas: 4 } },
    status: { status: { currentReplicas: 1, desiredReplicas: 2 } },
  },
  'autoscaling/v2/horizontalpodautoscalers': {
    object: () => ({
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'missing' },
        maxReplicas: 3,
      },
    }),
    change: { spec: { maxReplicas: 4 } },
    status: { status: { currentReplicas: 1, desiredReplicas: 2 } },
  },
  'batch/v1/cronjobs': {
    object: (name) => ({
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        jobTemplate: { spec: { template: template(name, 'Never') } },
      },
    }),
    generation: 1,
    change: { spec: { schedule: '0 0 2 1 *' } },
    status: { status: { lastScheduleTime: TIME } },
  },
  'batch/v1/jobs': {
    object: () => ({
      spec: { suspend: true, template: { spec: { containers: [container], restartPolicy: 'Never' } } },
    }),
    generation: 1,
    change: { spec: { backoffLimit: 3 } },
    status: { status: { conditions: [condition('samples.example/Tested')] } },
  },
  'certificates.k8s.io/v1/certificatesigningrequests': {
    unowned: true,
    object: () => ({
      spec: { request: btoa(SIGNING_REQUEST), signerName: 'samples.example/signer', usages: ['client auth'] },
    }),
    status: {
      // One that was decided more than an hour ago is cleaned away.
      status: { conditions: [{ ...condition('Failed', 'True'), lastUpdateTime: NOW }] },
    },
  },
  'certificates.k8s.io/v1/clustertrustbundles': {
    wantsVersion: true,
    object: () => ({ spec: { trustBundle: ROOT_CERTIFICATE } }),
  },
  'certificates.k8s.io/v1/podcertificaterequests': {
    wantsVersion: true,
    object: () => ({
      spec: {
        signerName: 'samples.example/signer',
        podName: 'pod',
        podUID: '0d8f7a3c-5f0f-4a7e-9b7d-111111111111',
        serviceAccountName: 'default',
        serviceAccountUID: '0d8f7a3c-5f0f-4a7e-9b7d-222222222222',
        nodeName: 'node',
        nodeUID: '0d8f7a3c-5f0f-4a7e-9b7d-333333333333',
        maxExpirationSeconds: 86_400,
        stubPKCS10Request: btoa('request'),
      },
    }),
    status: { status: { conditions: [condition('Denied', 'True')] } },
  },
  'coordination.k8s.io/v1/leases': {
    createsOnUpdate: true,
    wantsVersion: true,
    object: () => ({ spec: { holderIdentity: 'one', leaseDurationSeconds: 30 } }),
    change: { spec: { holderIdentity: 'two' } },
  },
  'discovery.k8s.io/v1/endpointslices': {
    object: () => ({
      addressType: 'IPv4',
      endpoints: [{ addresses: ['192.0.2.10'] }],
      ports: [{ port: 80 }],
    }),
    generation: 1,
    countsLabels: true,
    change: { endpoints: [{ addresses: ['192.0.2.11'] }] },
    changedGeneration: 3,
  },
  'events.k8s.io/v1/events': {
    createsOnUpdate: true,
    object: (_name, _serial, namespace) => ({
      eventTime: '2026-01-02T03:04:05.000006Z',
      regarding: { kind: 'ConfigMap', apiVersion: 'v1', name: 'other', namespace },
      reason: 'Tested',
      action: 'Testing',
      note: 'seen',
      type: 'Normal',
      reportingController: 'samples.example/tests',
      reportingInstance: 'tests-1',
    }),
    change: { series: { count: 2, lastObservedTime: '2026-01-02T03:05:05.000006Z' } },
  },
  'flowcontrol.apiserver.k8s.io/v1/flowschemas': {
    object: () => ({
      spec: {
        priorityLevelConfiguration: { name: 'missing' },
        matchingPrecedence: 9000,
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'nobody' } }],
            nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/samples'] }],
          },
        ],
      },
    }),
    generation: 1,
    change: { spec: { matchingPrecedence: 9001 } },
    status: conditions('Dangling'),
  },
  'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations': {
    object: () => ({
      spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } } },
    }),
    generation: 1,
    change: { spec: { limited: { nominalConcurrencyShares: 2 } } },
    status: conditions('Tested'),
  },
  'networking.k8s.io/v1/ingressclasses': {
    object: () => ({ spec: { controller: 'samples.example/ingress' } }),
    generation: 1,
    change: {
      spec: { parameters: { apiGroup: 'samples.example', kind: 'Thing', name: 'a', scope: 'Cluster' } },
    },
  },
  'networking.k8s.io/v1/ingresses': {
    object: () => ({ spec: { defaultBackend: { service: { name: 'missing', port: { number: 80 } } } } }),
    generation: 1,
    change: { spec: { defaultBackend: { service: { name: 'other' } } } },
    status: { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
  },
  'networking.k8s.io/v1/ipaddresses': {
    name: (_id, serial) => `10.250.${octets(serial)}`,
    object: () => ({
      spec: { parentRef: { group: 'samples.example', resource: 'things', namespace: 'default', name: 'a' } },
    }),
  },
  'networking.k8s.io/v1/networkpolicies': {
    object: () => ({ spec: { podSelector: { matchLabels: { app: 'none' } }, policyTypes: ['Ingress'] } }),
    generation: 1,
    change: { spec: { policyTypes: ['Ingress', 'Egress'] } },
  },
  'networking.k8s.io/v1/servicecidrs': {
    object: (_name, serial) => ({ spec: { cidrs: [`10.${100 + (serial >> 8)}.${serial & 255}.0/24`] } }),
    status: { status: { conditions: [condition('Ready')] } },
  },
  'node.k8s.io/v1/runtimeclasses': {
    wantsVersion: true,
    object: () => ({ handler: 'sample' }),
    change: { scheduling: { nodeSelector: { kind: 'sample' } } },
  },
  'policy/v1/poddisruptionbudgets': {
    wantsVersion: true,
    object: () => ({ spec: { minAvailable: 1, selector: selector('none') } }),
    generation: 1,
    change: { spec: { minAvailable: 2 } },
    status: { status: { observedGeneration: 7 } },
  },
  'rbac.authorization.k8s.io/v1/clusterrolebindings': {
    createsOnUpdate: true,
    object: () => ({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'missing' },
      subjects: [{ kind: 'User', name: 'nobody', apiGroup: 'rbac.authorization.k8s.io' }],
    }),
    change: { subjects: [{ kind: 'User', name: 'somebody', apiGroup: 'rbac.authorization.k8s.io' }] },
  },
  'rbac.authorization.k8s.io/v1/clusterroles': {
    createsOnUpdate: true,
    object: () => ({ rules: [{ apiGroups: ['samples.example'], resources: ['things'], verbs: ['get'] }] }),
    change: { rules: [{ apiGroups: ['samples.example'], resources: ['things'], verbs: ['list'] }] },
  },
  'rbac.authorization.k8s.io/v1/rolebindings': {
    createsOnUpdate: true,
    object: () => ({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'missing' },
      subjects: [{ kind: 'User', name: 'nobody', apiGroup: 'rbac.authorization.k8s.io' }],
    }),
    change: { subjects: [{ kind: 'User', name: 'somebody', apiGroup: 'rbac.authorization.k8s.io' }] },
  },
  'rbac.authorization.k8s.io/v1/roles': {
    createsOnUpdate: true,
    object: () => ({ rules: [{ apiGroups: ['samples.example'], resources: ['things'], verbs: ['get'] }] }),
    change: { rules: [{ apiGroups: ['samples.example'], resources: ['things'], verbs: ['list'] }] },
  },
  'resource.k8s.io/v1/deviceclasses': {
    object: () => ({ spec: { selectors: [{ cel: { expression: 'true' } }] } }),
    generation: 1,
    change: { spec: { selectors: [{ cel: { expression: 'false' } }] } },
  },
  'resource.k8s.io/v1/devicetaintrules': {
    object: () => ({
      spec: {
        deviceSelector: { driver: 'missing.samples.example' },
        taint: { key: 'samples.example/broken', effect: 'NoSchedule' },
      },
    }),
    generation: 1,
    change: { spec: { taint: { effect: 'NoExecute' } } },
    status: conditions('Tested'),
  },
  'resource.k8s.io/v1/resourceclaims': {
    object: () => ({
      spec: {
        devices: { requests: [{ name: 'one', exactly: { deviceClassName: 'missing.samples.example' } }] },
      },
    }),
    status: { status: { allocation: { devices: {} } } },
  },
  'resource.k8s.io/v1/resourceclaimtemplates': {
    object: () => ({
      spec: {
        spec: {
          devices: { requests: [{ name: 'one', exactly: { deviceClassName: 'missing.samples.example' } }] },
        },
      },
    }),
  },
  'resource.k8s.io/v1/resourceslices': {
    object: (name) => ({
      spec: {
        driver: 'samples.example',
        nodeName: 'missing',
        pool: { name, generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'one' }],
      },
    }),
    generation: 1,
    change: { spec: { devices: [{ name: 'two' }] } },
  },
  'scheduling.k8s.io/v1/priorityclasses': {
    object: () => ({ value: 1000 }),
    generation: 1,
    change: { description: 'changed' },
    changedGeneration: 1,
  },
  'storage.k8s.io/v1/csidrivers': {
    wantsVersion: true,
    object: () => ({ spec: { attachRequired: false } }),
    change: { spec: { requiresRepublish: true } },
    changedGeneration: 1,
  },
  'storage.k8s.io/v1/csinodes': {
    wantsVersion: true,
    object: () => ({ spec: { drivers: [] } }),
    change: { spec: { drivers: [{ name: 'samples.example', nodeID: 'a', topologyKeys: ['zone'] }] } },
  },
  'storage.k8s.io/v1/csistoragecapacities': {
    wantsVersion: true,
    object: () => ({ storageClassName: 'none', capacity: '1Gi' }),
    change: { capacity: '2Gi' },
  },
  'storage.k8s.io/v1/storageclasses': {
    object: () => ({ provisioner: 'samples.example/none' }),
    change: { allowVolumeExpansion: true },
  },
  'storage.k8s.io/v1/volumeattachments': {
    wantsVersion: true,
    object: () => ({
      spec: { attacher: 'samples.example', nodeName: 'missing', source: { persistentVolumeName: 'missing' } },
    }),
    status: { status: { attached: true } },
  },
  'storage.k8s.io/v1/volumeattributesclasses': {
    object: () => ({ driverName: 'samples.example', parameters: { iops: '1' } }),
  },
  'storagemigration.k8s.io/v1/storageversionmigrations': {
    wantsVersion: true,
    object: () => ({ spec: { resource: { group: 'samples.example', resource: 'things' } } }),
    status: { status: { conditions: [condition('Running')] } },
  },
};

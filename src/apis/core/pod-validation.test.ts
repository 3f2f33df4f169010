import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { Container, Pod, PodSpec, Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { defaultPod, defaultPodTemplateSpec } from './pod-defaults.ts';
import { validatePod, validatePodBinding, validatePodTemplateSpec } from './pod-validation.ts';

const show = (errors: FieldError[]): string[] => errors.map((one) => `${one.field}: ${one.message}`);

function pod(spec: Partial<PodSpec> = {}, annotations: Record<string, string> = {}): Pod {
  const one: Pod = {
    metadata: { name: 'p', namespace: 'ns', annotations },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...spec },
  };
  defaultPod(one);
  return one;
}
const ofSpec = (spec: Partial<PodSpec>): string[] => show(validatePod(pod(spec)));
const ofContainer = (over: Partial<Container>, volumes: Volume[] = []): string[] =>
  ofSpec({ containers: [{ name: 'c', image: 'i:1', ...over }], volumes });
const ofVolume = (volume: Partial<Volume>): string[] => ofSpec({ volumes: [{ name: 'v', ...volume }] });

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('validatePod', () => {
  it('accepts a plain pod and one with nearly everything', () => {
    expect(ofSpec({})).toEqual([]);
    const everything: Partial<PodSpec> = {
      serviceAccountName: 'sa',
      nodeSelector: { a: 'b' },
      tolerations: [{ operator: 'Exists' }, { key: 'k', effect: 'NoExecute', tolerationSeconds: 5 }],
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          minDomains: 2,
          labelSelector: {},
        },
      ],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'Gt', values: ['1'] }] }],
          },
        },
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'h', labelSelector: {} }],
        },
      },
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
        { name: 'd', persistentVolumeClaim: { claimName: 'x' } },
      ],
      initContainers: [
        { name: 'side', image: 's', restartPolicy: 'Always', readinessProbe: { exec: { command: ['x'] } } },
      ],
      containers: [
        {
          name: 'c',
          image: 'i',
          ports: [{ name: 'web', containerPort: 80, hostPort: 80 }],
          env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['x']" } } }],
          volumeMounts: [{ name: 'a', mountPath: '/a', subPath: 'x' }],
          volumeDevices: [{ name: 'd', devicePath: '/dev/x' }],
          resources: { limits: { cpu: '1', 'example.com/gpu': '1', 'hugepages-2Mi': '4Mi' } },
          livenessProbe: { tcpSocket: { port: 'web' } },
          lifecycle: { preStop: { sleep: { seconds: 5 } } },
          securityContext: { runAsUser: 0, capabilities: { add: ['NET_ADMIN'] } },
        },
      ],
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['a.b'] }],
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.10'], searches: ['a.', '_b.c', '.'], options: [{ name: 'ndots' }] },
      readinessGates: [{ conditionType: 'example.com/gate' }],
      schedulingGates: [{ name: 'example.com/hold' }],
      resourceClaims: [{ name: 'r', resourceClaimName: 'claim' }],
      activeDeadlineSeconds: 5,
      overhead: { cpu: '10m' },
      os: { name: 'linux' },
    };
    expect(ofSpec(everything)).toEqual([]);
  });

  it.each<[string, Partial<PodSpec>, string[]]>([
    ['no containers', { containers: [] }, ['spec.containers: Required value']],
    [
      'a container without name and image',
      { containers: [{ name: '' }] },
      ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value'],
    ],
    [
      'tolerations that compare',
      {
        tolerations: [
          { key: 'k', operator: 'Lt', value: '01' },
          { key: 'k', operator: 'Gt', value: '5' },
        ],
      },
      [
        'spec.tolerations[0].operator: Unsupported value: "Lt": supported values: "Equal", "Exists", "Lt", "Gt"',
        'spec.tolerations[1].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"',
      ],
    ],
    [
      'a host name of its own',
      { hostNetwork: true, setHostnameAsFQDN: true, hostnameOverride: 'a'.repeat(65) },
      [
        'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
        'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
        'spec.hostnameOverride: Too long: may not be more than 64 bytes',
      ],
    ],
    [
      'users of its own with the namespaces of the host',
      { hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true },
      [
        'spec.hostNetwork: Forbidden: when `hostUsers` is false',
        'spec.HostPID: Forbidden: when `hostUsers` is false',
        'spec.HostIPC: Forbidden: when `hostUsers` is false',
      ],
    ],
    [
      'resources of the whole pod',
      {
        containers: [
          {
            name: 'c',
            image: 'i',
            resources: {
              limits: { cpu: '3', 'hugepages-2Mi': '4Mi' },
              requests: { cpu: '2', 'hugepages-2Mi': '4Mi' },
            },
          },
        ],
        resources: {
          claims: [{ name: 'r' }],
          limits: { cpu: '2', 'hugepages-2Mi': '2Mi' },
          requests: { cpu: '1', 'example.com/gpu': '1', 'hugepages-2Mi': '2Mi' },
        },
      },
      [
        'spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level',
        'spec.resources.requests[example.com/gpu]: Unsupported value: "example.com/gpu": supported values: "cpu", "hugepages-", "memory"',
        'spec.resources.limits: Required value: Limit must be set for non overcommitable resources',
        'spec.resources.claims[0]: Not found: "r": must be one of the names in pod.spec.resourceClaims which is empty',
        'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
        'spec.resources.requests[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container requests of 4Mi',
        'spec.resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
        'spec.resources.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 2',
        'spec.resources.containers[0][hugepages-2Mi].limits: Invalid value: "4Mi": must be less than or equal to pod limits of 2Mi',
      ],
    ],
    [
      'resources of the whole pod on Windows',
      { os: { name: 'windows' }, resources: { limits: { cpu: '2' } } },
      ['spec.resources: Forbidden: may not be set for a windows pod'],
    ],
    [
      'a group without a name',
      { schedulingGroup: {} },
      ['spec.schedulingGroup.podGroupName: Invalid value: null: must specify one of: `podGroupName`'],
    ],
    [
      'variables of files',
      {
        volumes: [
          { name: 'e', emptyDir: {} },
          { name: 'm', configMap: { name: 'm' } },
        ],
        containers: [
          {
            name: 'c',
            image: 'i',
            env: [
              { name: 'A', valueFrom: { fileKeyRef: { volumeName: 'e', path: 'p', key: 'K' } } },
              { name: 'B', valueFrom: { fileKeyRef: { volumeName: 'm', path: '../p', key: 'K' } } },
              { name: 'C', valueFrom: { fileKeyRef: { volumeName: '', path: '', key: '' } } },
            ],
          },
        ],
      },
      [
        `spec.containers[0].env[1].valueFrom.fileKeyRef.path: Invalid value: "../p": must not contain '..'`,
        'spec.containers[0].env[2].valueFrom.fileKeyRef.key: Required value',
        'spec.containers[0].env[2].valueFrom.fileKeyRef.volumeName: Required value',
        'spec.containers[0].env[2].valueFrom.fileKeyRef.path: Required value',
        'spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: "m": referenced volume must be of type emptyDir',
        'spec.containers[0].env[2].valueFrom.fileKeyRef.volumeName: Not found: ""',
      ],
    ],
    [
      'rules of init containers',
      {
        restartPolicy: 'Never',
        initContainers: [
          {
            name: 'i',
            image: 'i',
            restartPolicy: 'Never',
            restartPolicyRules: [{ action: 'Again', exitCodes: { operator: 'Is', values: [] } }],
          },
        ],
      },
      [
        'spec.initContainers[0].restartPolicyRules[0].action: Unsupported value: "Again": supported values: "Restart", "RestartAllContainers"',
        'spec.initContainers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
      ],
    ],
    [
      'a name that is no label',
      { containers: [{ name: 'A', image: 'i' }] },
      [`spec.containers[0].name: Invalid value: "A": ${LABEL}`],
    ],
    [
      'equal names',
      {
        containers: [
          { name: 'c', image: 'i' },
          { name: 'c', image: 'i' },
        ],
      },
      ['spec.containers[1].name: Duplicate value: "c"'],
    ],
    [
      'equal names of init containers and containers',
      { initContainers: [{ name: 'c', image: 'i' }] },
      ['spec.initContainers[0].name: Duplicate value: "c"'],
    ],
    [
      'probes of init containers',
      { initContainers: [{ name: 'i', image: 'i', readinessProbe: { tcpSocket: { port: 1 } } }] },
      [
        'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
    [
      'ephemeral containers at creation',
      { ephemeralContainers: [{ name: 'e', image: 'i' }] },
      ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
    ],
    [
      'a node while gated',
      { nodeName: 'n', schedulingGates: [{ name: 'a' }] },
      ['spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared'],
    ],
    [
      'host ports taken twice',
      {
        containers: ['a', 'b'].map((name) => ({
          name,
          image: 'i',
          ports: [{ containerPort: 1, hostPort: 80 }],
        })),
      },
      ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//80"'],
    ],
    [
      'other ports on the host network',
      {
        hostNetwork: true,
        containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1, hostPort: 2 }] }],
      },
      [
        'spec.containers[0].ports[0].hostPort: Invalid value: 2: must match `containerPort` when `hostNetwork` is true',
      ],
    ],
    [
      'tolerations',
      { tolerations: [{ value: 'x' }, { key: 'k', operator: 'Exists', value: 'v', effect: 'No' }] },
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
        'spec.tolerations[1].operator: Invalid value: "v": value must be empty when `operator` is \'Exists\'',
        'spec.tolerations[1].effect: Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'spread constraints',
      {
        topologySpreadConstraints: [
          { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'x', minDomains: 0, matchLabelKeys: ['k'] },
        ],
      },
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "x": supported values: "DoNotSchedule", "ScheduleAnyway"',
        'spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not x',
        'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
      ],
    ],
    [
      'repeated spread constraints',
      {
        topologySpreadConstraints: [1, 2].map((maxSkew) => ({
          maxSkew,
          topologyKey: 'z',
          whenUnsatisfiable: 'ScheduleAnyway',
        })),
      },
      [
        'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, ScheduleAnyway}"',
      ],
    ],
    [
      'node affinity',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'k', operator: 'In' }] },
                { matchFields: [{ key: 'x', operator: 'In', values: ['a'] }] },
              ],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }],
          },
        },
      },
      [
        "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchFields[0].key: Invalid value: "x": not a valid field selector key',
        'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
      ],
    ],
    [
      'pod affinity',
      {
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'z', matchLabelKeys: ['a'], mismatchLabelKeys: ['a'], labelSelector: {} },
            ],
          },
        },
      },
      [
        'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys',
      ],
    ],
    [
      'dnsPolicy None without servers',
      { dnsPolicy: 'None', dnsConfig: {} },
      [
        'spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
      ],
    ],
    [
      'too many name servers, and a wrong one',
      { dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', 'x'] } },
      [
        'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","x"]: must not have more than 3 nameservers',
        'spec.dnsConfig.nameservers[3]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      'deadlines',
      { activeDeadlineSeconds: 0 },
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'host users and the host',
      { hostUsers: false, hostNetwork: true, hostPID: true },
      [
        'spec.hostNetwork: Forbidden: when `hostUsers` is false',
        'spec.HostPID: Forbidden: when `hostUsers` is false',
      ],
    ],
    [
      'gates',
      { schedulingGates: [{ name: 'a' }, { name: 'a' }] },
      ['spec.schedulingGates[1]: Duplicate value: "a"'],
    ],
    [
      'claims',
      { resourceClaims: [{ name: 'a' }] },
      [
        'spec.resourceClaims[0]: Invalid value: {"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      ],
    ],
    [
      'an unknown system',
      { os: { name: 'x' } },
      ['spec.os: Unsupported value: "x": supported values: "linux", "windows"'],
    ],
    [
      'Linux fields on Windows',
      { os: { name: 'windows' }, securityContext: { fsGroup: 1 }, hostPID: true },
      [
        'spec.hostPID: Forbidden: cannot be set for a windows pod',
        'spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod',
      ],
    ],
    [
      'sysctls',
      {
        hostNetwork: true,
        securityContext: {
          sysctls: [
            { name: 'net.x', value: '' },
            { name: 'net.x', value: '' },
          ],
        },
      },
      [
        'spec.securityContext.sysctls[0].name: Invalid value: "net.x": may not be specified when \'hostNetwork\' is true',
        'spec.securityContext.sysctls[1].name: Duplicate value: "net.x"',
        'spec.securityContext.sysctls[1].name: Invalid value: "net.x": may not be specified when \'hostNetwork\' is true',
      ],
    ],
    [
      'tokens of nobody',
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
      [
        'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
      ],
    ],
    [
      'more for containers than for the pod',
      {
        resources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
        containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } }],
      },
      [
        'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
        'spec.resources.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 1',
      ],
    ],
    [
      'resources that a pod cannot have',
      { resources: { limits: { 'ephemeral-storage': '1' } } },
      [
        'spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
      ],
    ],
    [
      'an image with a space, as pods have none',
      { containers: [{ name: 'c', image: ' i' }] },
      ['spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace'],
    ],
  ])('refuses %s', (_name, spec, expected) => {
    expect(ofSpec(spec)).toEqual(expected);
  });

  it.each<[string, Partial<Container>, string[]]>([
    [
      'ports',
      { ports: [{ containerPort: 0 }, { name: 'A', containerPort: 70000, protocol: 'X' }] },
      [
        'spec.containers[0].ports[0].containerPort: Required value',
        'spec.containers[0].ports[1].name: Invalid value: "A": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.containers[0].ports[1].name: Invalid value: "A": must contain at least one letter (a-z)',
        'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
        'spec.containers[0].ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
    [
      'variables',
      {
        env: [
          { name: '' },
          { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'B', valueFrom: {} },
          { name: 'C', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } },
          { name: 'D', valueFrom: { fieldRef: { fieldPath: 'spec.nope' } } },
          { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } } },
          { name: 'F', valueFrom: { secretKeyRef: { name: 's', key: '' } } },
        ],
      },
      [
        'spec.containers[0].env[0].name: Required value',
        'spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        'spec.containers[0].env[2].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
        'spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
        'spec.containers[0].env[4].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nope": error converting fieldPath: field label not supported: spec.nope',
        'spec.containers[0].env[5].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
        'spec.containers[0].env[6].valueFrom.secretKeyRef.key: Required value',
      ],
    ],
    [
      'envFrom',
      { envFrom: [{}, { configMapRef: { name: '' } }] },
      [
        'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
        'spec.containers[0].envFrom[1].configMapRef.name: Required value',
      ],
    ],
    [
      'mounts',
      {
        volumeMounts: [
          { name: 'x', mountPath: '' },
          { name: 'v', mountPath: '/a', subPath: '/x', mountPropagation: 'Bidirectional' },
          { name: 'v', mountPath: '/a', recursiveReadOnly: 'Enabled' },
        ],
      },
      [
        'spec.containers[0].volumeMounts[0].name: Not found: "x"',
        'spec.containers[0].volumeMounts[0].mountPath: Required value',
        'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path',
        'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
        'spec.containers[0].volumeMounts[2].mountPath: Invalid value: "/a": must be unique',
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
      ],
    ],
    [
      'devices',
      { volumeDevices: [{ name: 'v', devicePath: '/a/../b' }] },
      [
        'spec.containers[0].volumeDevices[0].name: Invalid value: "v": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/a/../b": can not contain backsteps (\'..\')',
      ],
    ],
    [
      'resources',
      {
        resources: {
          limits: { cpu: '1', memory: '-1', foo: '1', 'example.com/x': '1500m', 'hugepages-2Mi': '3Mi' },
          requests: { cpu: '2', 'example.com/x': '1', 'hugepages-2Mi': '3Mi', memory: '-1', foo: '1' },
        },
      },
      [
        'spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
        'spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource for containers',
        'spec.containers[0].resources.limits[example.com/x]: Invalid value: "1500m": must be an integer',
        'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
        'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
        'spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource for containers',
        'spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/x limit of 1500m',
        'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      ],
    ],
    [
      'requests of what cannot be shared',
      { resources: { requests: { 'example.com/x': '1' } } },
      [
        'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
      ],
    ],
    [
      'huge pages alone',
      { resources: { limits: { 'hugepages-2Mi': '2Mi' } } },
      ['spec.containers[0].resources: Forbidden: HugePages require cpu or memory'],
    ],
    [
      'claims the pod has not',
      { resources: { claims: [{ name: 'x' }] } },
      [
        'spec.containers[0].resources.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty',
      ],
    ],
    [
      'probes',
      {
        livenessProbe: { successThreshold: 2, httpGet: { port: 0 }, tcpSocket: { port: 1 } },
        readinessProbe: { terminationGracePeriodSeconds: 1, periodSeconds: -1, exec: {} },
        startupProbe: {},
      },
      [
        'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
        'spec.containers[0].readinessProbe.exec.command: Required value',
        'spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
        'spec.containers[0].startupProbe: Required value: must specify a handler type',
      ],
    ],
    [
      'hooks',
      { lifecycle: { preStop: { sleep: { seconds: 31 } }, stopSignal: 'SIGUSR1' } },
      [
        'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
        'spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`',
      ],
    ],
    [
      'security contexts',
      {
        securityContext: {
          runAsUser: -1,
          privileged: true,
          allowPrivilegeEscalation: false,
          procMount: 'Unmasked',
        },
      },
      [
        'spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
        'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
        'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":-1,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":"Unmasked","SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ],
    ],
    [
      'restart rules',
      { restartPolicyRules: [{ action: 'Stop', exitCodes: { operator: 'Like' } }, { action: 'Restart' }] },
      [
        'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
        'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
        'spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Like": supported values: "In", "NotIn"',
        'spec.containers[0].restartPolicyRules[1].exitCodes: Required value: must be specified',
      ],
    ],
    [
      'resize policies',
      { resizePolicy: ['cpu', 'cpu'].map((resourceName) => ({ resourceName, restartPolicy: 'x' })) },
      [
        'spec.containers[0].resizePolicy: Unsupported value: "x": supported values: "NotRequired", "RestartContainer"',
        'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
        'spec.containers[0].resizePolicy: Unsupported value: "x": supported values: "NotRequired", "RestartContainer"',
      ],
    ],
  ])('refuses a container with wrong %s', (_name, over, expected) => {
    expect(ofContainer(over, [{ name: 'v', emptyDir: {} }])).toEqual(expected);
  });

  it.each<[string, Partial<Volume>, string[]]>([
    [
      'two sources',
      { emptyDir: {}, hostPath: { path: '/' } },
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    ['no path', { hostPath: { path: '' } }, ['spec.volumes[0].hostPath.path: Required value']],
    [
      'a path that climbs',
      { hostPath: { path: '/a/..', type: 'Nope' } },
      [
        'spec.volumes[0].hostPath.path: Invalid value: "/a/..": must not contain \'..\'',
        'spec.volumes[0].hostPath.type: Unsupported value: "Nope": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      ],
    ],
    [
      'a secret',
      { secret: { defaultMode: 512, items: [{ key: '', path: '..x', mode: -1 }] } },
      [
        'spec.volumes[0].secret.secretName: Required value',
        'spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
        'spec.volumes[0].secret.items[0].key: Required value',
        'spec.volumes[0].secret.items[0].path: Invalid value: "..x": must not start with \'..\'',
        'spec.volumes[0].secret.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
      ],
    ],
    [
      'a projection',
      {
        projected: {
          sources: [
            { configMap: { name: 'a', items: [{ key: 'k', path: 'p' }] }, secret: { name: '' } },
            { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.uid' } }] } },
          ],
        },
      },
      [
        'spec.volumes[0].projected.sources[0].secret.name: Required value',
        'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
        'spec.volumes[0].projected: Invalid value: "p": conflicting duplicate paths',
      ],
    ],
    [
      'the downward API',
      {
        downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }, { path: 'b' }] },
      },
      [
        'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
        'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      ],
    ],
    [
      'a claim template',
      { ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: { accessModes: ['Nope'] } } } },
      [
        'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
        'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "Nope": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
      ],
    ],
    ['an image', { image: {} }, ['spec.volumes[0].image.reference: Required value']],
    ['a driver', { csi: { driver: '' } }, ['spec.volumes[0].csi.driver: Required value']],
    [
      'NFS',
      { nfs: { server: '', path: 'x' } },
      [
        'spec.volumes[0].nfs.server: Required value',
        'spec.volumes[0].nfs.path: Invalid value: "x": must be an absolute path',
      ],
    ],
  ])('refuses a volume with %s', (_name, volume, expected) => {
    expect(ofVolume(volume)).toEqual(expected);
  });

  it('tells of volumes with one name, and mounts only sound ones', () => {
    const volumes: Volume[] = [{ name: 'v' }, { name: 'v' }, { name: 'bad', nfs: { server: '', path: '/' } }];
    const volumeMounts = ['v', 'bad'].map((name) => ({ name, mountPath: `/${name}` }));
    expect(ofContainer({ volumeMounts }, volumes)).toEqual([
      'spec.volumes[1].name: Duplicate value: "v"',
      'spec.volumes[2].nfs.server: Required value',
      'spec.containers[0].volumeMounts[1].name: Not found: "bad"',
    ]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a mirror pod without a node',
      { 'kubernetes.io/config.mirror': 'x' },
      [
        'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod annotation is set',
      ],
    ],
    [
      'a deletion cost',
      { 'controller.kubernetes.io/pod-deletion-cost': '+1' },
      [
        'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer',
      ],
    ],
    [
      'a profile of nobody',
      { 'container.apparmor.security.beta.kubernetes.io/x': 'nope' },
      [
        'metadata.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "x": container not found',
        'metadata.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "nope": invalid AppArmor profile name: "nope"',
      ],
    ],
  ])('refuses the annotation of %s', (_name, annotations, expected) => {
    expect(show(validatePod(pod({}, annotations)))).toEqual(expected);
  });

  it('wants annotations and fields to agree', () => {
    const annotations = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' };
    const one = pod({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, annotations);
    expect(show(validatePod(one))).toEqual([
      'spec.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match',
    ]);
  });
});

describe('validatePodTemplateSpec', () => {
  it('holds templates to what they have in common with pods', () => {
    const template = {
      metadata: { labels: { a: 'b c' } },
      spec: {
        hostNetwork: true,
        containers: [{ name: 'c', image: ' i', ports: [{ containerPort: 80 }] }],
        ephemeralContainers: [{ name: 'e', image: 'i' }],
      },
    };
    defaultPodTemplateSpec(template);
    expect(show(validatePodTemplateSpec(template, 'spec.template'))).toEqual([
      "spec.template.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      'spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
    ]);
  });
});

describe('validatePodBinding', () => {
  it('wants a node', () => {
    expect(show(validatePodBinding({ target: { kind: 'Node', name: 'n' } }))).toEqual([]);
    expect(show(validatePodBinding({ target: { kind: 'Pod' } }))).toEqual([
      'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"',
      'target.name: Required value',
    ]);
  });
});

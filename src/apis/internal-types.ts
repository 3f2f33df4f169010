/**
 * The fields of internal types of the groups outside core, in the notation of core/internal-types.gen.ts, as far as
 * refusals show them. Source: the types.go files of kubernetes pkg/apis, as of 1.36.0.
 */
export const GROUP_TYPES: Readonly<Record<string, string>> = {
  // apps
  DaemonSetUpdateStrategy: 'Type RollingUpdate:*RollingUpdateDaemonSet',
  DeploymentStrategy: 'Type RollingUpdate:*RollingUpdateDeployment',
  RollingUpdateDaemonSet: 'MaxUnavailable:n MaxSurge:n',
  RollingUpdateDeployment: 'MaxUnavailable:n MaxSurge:n',
  RollingUpdateStatefulSetStrategy: 'Partition:n MaxUnavailable:?',
  StatefulSetUpdateStrategy: 'Type RollingUpdate:*RollingUpdateStatefulSetStrategy',
  // events
  EventSource: 'Component Host',
  // core, where it is shown by other groups
  PersistentVolumeSpec:
    'Capacity:{} ...PersistentVolumeSource AccessModes:[]s ClaimRef:*ObjectReference PersistentVolumeReclaimPolicy StorageClassName MountOptions:[]s VolumeMode:? NodeAffinity:*VolumeNodeAffinity VolumeAttributesClassName:?',
  PodTemplateSpec: '...ObjectMeta Spec:PodSpec',
  // batch
  PodFailurePolicy: 'Rules:[]PodFailurePolicyRule',
  PodFailurePolicyOnExitCodesRequirement: 'ContainerName:? Operator Values:[]n',
  PodFailurePolicyOnPodConditionsPattern: 'Type Status',
  PodFailurePolicyRule:
    'Action OnExitCodes:*PodFailurePolicyOnExitCodesRequirement OnPodConditions:[]PodFailurePolicyOnPodConditionsPattern',
  SuccessPolicy: 'Rules:[]SuccessPolicyRule',
  SuccessPolicyRule: 'SucceededIndexes:? SucceededCount:?',
  UncountedTerminatedPods: 'Succeeded:[]s Failed:[]s',
  // networking
  ParentReference: 'Group Resource Namespace Name',
  // policy
  PodDisruptionBudgetSpec: 'MinAvailable:? Selector:*L MaxUnavailable:? UnhealthyPodEvictionPolicy:?',
  // authorization
  NonResourceAttributes: 'Path Verb',
  // rbac
  RoleRef: 'APIGroup=apiGroup Kind Name',
  // storage
  CSINodeDriver: 'Name NodeID=nodeID TopologyKeys:[]s Allocatable:*VolumeNodeResources',
  VolumeAttachmentSource: 'PersistentVolumeName:? InlineVolumeSpec:*PersistentVolumeSpec',
  VolumeAttachmentSpec: 'Attacher Source:VolumeAttachmentSource NodeName',
  VolumeNodeResources: 'Count:?',
  // flowcontrol
  ExemptPriorityLevelConfiguration: 'NominalConcurrencyShares:? LendablePercent:?',
  FlowDistinguisherMethod: 'Type',
  FlowSchemaSpec:
    'PriorityLevelConfiguration:PriorityLevelConfigurationReference MatchingPrecedence:n DistinguisherMethod:*FlowDistinguisherMethod Rules:[]PolicyRulesWithSubjects',
  FlowSubject: 'Kind User:*NamedSubject Group:*NamedSubject ServiceAccount:*ServiceAccountSubject',
  LimitResponse: 'Type Queuing:*QueuingConfiguration',
  LimitedPriorityLevelConfiguration:
    'NominalConcurrencyShares:n LimitResponse:LimitResponse LendablePercent:? BorrowingLimitPercent:?',
  NamedSubject: 'Name',
  NonResourcePolicyRule: 'Verbs:[]s NonResourceURLs=nonResourceURLs:[]s',
  PolicyRulesWithSubjects:
    'Subjects:[]FlowSubject ResourceRules:[]ResourcePolicyRule NonResourceRules:[]NonResourcePolicyRule',
  PriorityLevelConfigurationReference: 'Name',
  PriorityLevelConfigurationSpec:
    'Type Limited:*LimitedPriorityLevelConfiguration Exempt:*ExemptPriorityLevelConfiguration',
  QueuingConfiguration: 'Queues:n HandSize:n QueueLengthLimit:n',
  ResourcePolicyRule: 'Verbs:[]s APIGroups=apiGroups:[]s Resources:[]s ClusterScope:b Namespaces:[]s',
  ServiceAccountSubject: 'Namespace Name',
  // admissionregistration
  AuditAnnotation: 'Key ValueExpression',
  // certificates
  PodCertificateRequestSpec:
    'SignerName PodName PodUID=podUID ServiceAccountName ServiceAccountUID=serviceAccountUID NodeName NodeUID=nodeUID MaxExpirationSeconds:? PKIXPublicKey=pkixPublicKey:j ProofOfPossession:j StubPKCS10Request=stubPKCS10Request:j UnverifiedUserAnnotations:{}',
  // resource
  AllocatedDeviceStatus:
    'Driver Pool Device ShareID=shareID:? Conditions:[]C Data:j NetworkData:*NetworkDeviceData',
  AllocationResult: 'Devices:DeviceAllocationResult NodeSelector:*NodeSelector AllocationTimestamp:?',
  CELDeviceSelector: 'Expression',
  CapacityRequirements: 'Requests:{}',
  DeviceAllocationConfiguration: 'Source Requests:[]s ...DeviceConfiguration',
  DeviceAllocationResult: 'Results:[]DeviceRequestAllocationResult Config:[]DeviceAllocationConfiguration',
  DeviceAttribute:
    'IntValue=int:? BoolValue=bool:? StringValue=string:? VersionValue=version:? IntValues=ints:[]n BoolValues=bools:[]b StringValues=strings:[]s VersionValues=versions:[]s',
  DeviceClaim: 'Requests:[]DeviceRequest Constraints:[]DeviceConstraint Config:[]DeviceClaimConfiguration',
  DeviceClaimConfiguration: 'Requests:[]s ...DeviceConfiguration',
  DeviceConfiguration: 'Opaque:*OpaqueDeviceConfiguration',
  DeviceConstraint: 'Requests:[]s MatchAttribute:? DistinctAttribute:?',
  DeviceRequest: 'Name Exactly:*ExactDeviceRequest FirstAvailable:[]DeviceSubRequest',
  DeviceRequestAllocationResult:
    'Request Driver Pool Device AdminAccess:? Tolerations:[]DeviceToleration BindingConditions:[]s BindingFailureConditions:[]s ShareID=shareID:? ConsumedCapacity:{}',
  DeviceSelector: 'CEL=cel:*CELDeviceSelector',
  DeviceSubRequest:
    'Name DeviceClassName Selectors:[]DeviceSelector AllocationMode Count:n Tolerations:[]DeviceToleration Capacity:*CapacityRequirements',
  DeviceTaint: 'Key Value Effect TimeAdded:?',
  DeviceToleration: 'Key Operator Value Effect TolerationSeconds:?',
  ExactDeviceRequest:
    'DeviceClassName Selectors:[]DeviceSelector AllocationMode Count:n AdminAccess:? Tolerations:[]DeviceToleration Capacity:*CapacityRequirements',
  NetworkDeviceData: 'InterfaceName IPs=ips:[]s HardwareAddress',
  OpaqueDeviceConfiguration: 'Driver Parameters:j',
  ResourceClaimConsumerReference: 'APIGroup=apiGroup Resource Name UID=uid',
  SharedDeviceID: 'Driver Pool Device ShareID=shareID',
  ResourceClaimSpec: 'Devices:DeviceClaim',
  ResourceClaimTemplateSpec: '...ObjectMeta Spec:ResourceClaimSpec',
};

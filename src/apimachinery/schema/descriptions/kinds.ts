/** One sentence on each of the other kinds, and on their specs and statuses where there is more to say. */
export const KINDS: Readonly<Record<string, string>> = {
  'core.v1.Binding': `Puts a pod on a node.
target The node.`,
  'core.v1.ComponentStatus': `Deprecated: health of a component of the control plane.
conditions What was observed of the component.`,
  'core.v1.ComponentCondition': `Health of a component.
error Error code of a health check.
status True, False or Unknown.
type Healthy.`,
  'core.v1.Endpoints': `Deprecated, use EndpointSlice: the addresses a Service leads to.
subsets Addresses and ports; every address of a subset has every port of it.`,
  'core.v1.EndpointSubset': `Addresses that share their ports.
addresses Addresses that are ready.
notReadyAddresses Addresses that are not ready.
ports The ports.`,
  'core.v1.Event': `A report of something that happened to an object; kept for a limited time.
action What was done or failed.
count How often it happened.
eventTime When it was first observed.
firstTimestamp When it was first recorded.
involvedObject The object it is about.
lastTimestamp When it last happened.
related A second object it is about.
reportingComponent Controller that reports it.
reportingInstance Instance of that controller.
series How often it happened and when it last did, for events that repeat.
source Deprecated: who reports it.
type Normal or Warning.`,
  'events.v1.Event': `A report of something that happened to an object; kept for a limited time.
action What was done or failed.
deprecatedCount How often it happened, as core/v1 counts.
deprecatedFirstTimestamp When it was first recorded, as core/v1 has it.
deprecatedLastTimestamp When it last happened, as core/v1 has it.
deprecatedSource Who reports it, as core/v1 has it.
eventTime When it was first observed.
note What happened, for people to read; at most 1 kB.
regarding The object it is about.
related A second object it is about.
reportingController Controller that reports it.
reportingInstance Instance of that controller.
series How often it happened and when it last did, for events that repeat.
type Normal or Warning.`,
  'core.v1.LimitRange': `Limits and defaults for the resources of objects in a namespace.`,
  'core.v1.LimitRangeSpec': `The limits of a namespace.
limits The limits, by what they are for.`,
  'core.v1.LimitRangeItem': `Limits for one kind of thing.
default Limits of containers that have none.
defaultRequest Requests of containers that have none.
max The most of each resource.
maxLimitRequestRatio How many times its request a limit may be.
min The least of each resource.
type Container, Pod or PersistentVolumeClaim.`,
  'core.v1.ReplicationController': `Keeps a number of identical pods running; ReplicaSet and Deployment have taken its place.`,
  'core.v1.ReplicationControllerSpec': `What a ReplicationController is to keep running.
minReadySeconds Seconds a new pod must stay ready before it counts as available. Default 0.
replicas How many pods are wanted. Default 1.
selector Labels of the pods that belong to it; without it, those of the template.
template The pods that are created.`,
  'core.v1.ResourceQuota': `Upper bounds for what the objects of a namespace use together.`,
  'core.v1.ResourceQuotaSpec': `The bounds.
hard The most of each resource, such as pods or requests.cpu.
scopeSelector Which objects count, by conditions on scopes.
scopes Which objects count; they must match all of these.`,
  'core.v1.ResourceQuotaStatus': `The bounds and what is used.
hard The most of each resource.
used What is used of each.`,
  'admissionregistration.v1.MutatingAdmissionPolicy': `Changes objects on their way in, by CEL expressions.`,
  'admissionregistration.v1.MutatingAdmissionPolicyBinding': `Puts a MutatingAdmissionPolicy into force for some objects.`,
  'admissionregistration.v1.MutatingWebhookConfiguration': `Webhooks that may change objects on their way in.
webhooks The webhooks.`,
  'admissionregistration.v1.ValidatingAdmissionPolicy': `Refuses requests by CEL expressions.`,
  'admissionregistration.v1.ValidatingAdmissionPolicyBinding': `Puts a ValidatingAdmissionPolicy into force for some objects.`,
  'admissionregistration.v1.ValidatingWebhookConfiguration': `Webhooks that may refuse requests.
webhooks The webhooks.`,
  'apiextensions.v1.CustomResourceDefinition': `Adds a kind to the API.`,
  'apiextensions.v1.CustomResourceDefinitionSpec': `A kind: its names and its versions.
conversion How objects are turned from one version into another.
group Group of the kind.
names Names of the kind.
preserveUnknownFields Deprecated: fields without a schema are kept. Has to be false.
scope Namespaced or Cluster.
versions The versions, each with its schema.`,
  'apiextensions.v1.CustomResourceDefinitionNames': `Names of a kind.
categories Names under which clients group resources, such as all.
kind Name of the kind, in CamelCase.
listKind Name of its list. Default <kind>List.
plural Plural name, as it stands in paths.
shortNames Short names for the command line.
singular Singular name. Default: the kind in lower case.`,
  'apiextensions.v1.CustomResourceDefinitionVersion': `A version of a kind.
additionalPrinterColumns Columns of the table. Default: the age.
deprecated Whether requests are answered with a warning.
deprecationWarning Text of that warning.
name Name of the version, such as v1 or v1beta1.
schema Schema of the objects.
selectableFields Fields that field selectors can name; at most 8.
served Whether the version is served.
storage Whether objects are stored in this version; exactly one is.
subresources The subresources status and scale.`,
  'apiregistration.v1.APIService': `A group and version of the API, and who serves it.`,
  'apiregistration.v1.APIServiceSpec': `A group and version of the API, and who serves it.
caBundle Certificates by which the server is known.
group Name of the group.
groupPriorityMinimum Rank of the group: higher ones come first.
insecureSkipTLSVerify Do not check the server's certificate.
service The Service that serves it; without one, this server does.
version Name of the version.
versionPriority Rank of the version in its group: higher ones come first.`,
  'authentication.v1.SelfSubjectReview': `Tells who the caller is.`,
  'authentication.v1.TokenRequest': `Asks for a token of a service account.`,
  'authentication.v1.TokenRequestSpec': `The token that is wanted.
audiences Whom the token is for.
boundObjectRef Object the token is valid with: when it is gone, so is the token.
expirationSeconds Seconds the token is to be valid.`,
  'authentication.v1.TokenReview': `Asks whose token this is.`,
  'authorization.v1.LocalSubjectAccessReview': `Asks whether somebody may do something in one namespace.`,
  'authorization.v1.SelfSubjectAccessReview': `Asks whether the caller may do something.`,
  'authorization.v1.SelfSubjectRulesReview': `Asks what the caller may do in one namespace.`,
  'authorization.v1.SubjectAccessReview': `Asks whether somebody may do something.`,
  'certificates.v1.CertificateSigningRequest': `Asks a signer for a certificate.`,
  'certificates.v1.CertificateSigningRequestSpec': `The certificate that is wanted; cannot be changed.
expirationSeconds Seconds the certificate should be valid; at least 600.
extra Further facts on who asked; set by the server.
groups Groups of who asked; set by the server.
request The request, as PEM.
signerName The signer.
uid Identity of who asked; set by the server.
usages What the certificate is for.
username Name of who asked; set by the server.`,
  'certificates.v1.CertificateSigningRequestStatus': `What was decided.
certificate The certificate, as PEM, once it is issued.
conditions Approved, Denied or Failed.`,
  'certificates.v1.ClusterTrustBundle': `Certificates to trust, for all in the cluster.`,
  'certificates.v1.PodCertificateRequest': `Asks a signer for a certificate for a pod.`,
  'coordination.v1.Lease': `A claim to a role or a sign of life that has to be renewed.`,
  'coordination.v1.LeaseSpec': `Who holds the lease, since when and how long.
acquireTime When the holder acquired it.
holderIdentity Who holds it.
leaseDurationSeconds Seconds after renewTime from when others may take it.
leaseTransitions How often the holder has changed.
preferredHolder Who should hold it instead.
renewTime When it was last renewed.
strategy How the holder is chosen.`,
  'discovery.v1.EndpointSlice': `A part of the addresses a Service leads to.
addressType IPv4, IPv6 or FQDN; cannot be changed.
endpoints The endpoints; at most 1000.
ports The ports each of them has; at most 100.`,
  'discovery.v1.Endpoint': `One endpoint, mostly a pod.
addresses Its addresses, which stand for the same thing; the first is used.
conditions Whether it is ready, serving and terminating.
deprecatedTopology Where it is, as v1beta1 had it.
hints Who should use it.
hostname Host name in DNS.
nodeName Node it is on.
targetRef The object behind it.
zone Zone it is in.`,
  'flowcontrol.v1.FlowSchema': `Sorts requests into a priority level.`,
  'flowcontrol.v1.PriorityLevelConfiguration': `How many requests of a priority level are served at a time, and how others wait.`,
  'networking.v1.IngressClass': `A controller for Ingresses.`,
  'networking.v1.IngressClassSpec': `Which controller serves a class.
controller Name of the controller; cannot be changed.
parameters Object with settings for the controller.`,
  'networking.v1.IPAddress': `An address that is in use.`,
  'networking.v1.ServiceCIDR': `Networks from which Services get their addresses.`,
  'node.v1.RuntimeClass': `A way to run containers.
handler Name of the handler on the nodes; cannot be changed.
overhead Resources a pod needs besides those of its containers.
scheduling Which nodes can run the class.`,
  'policy.v1.Eviction': `Asks to delete a pod if its disruption budgets allow it.
deleteOptions How to delete it.`,
  'policy.v1.PodDisruptionBudget': `How many of a set of pods may be evicted at a time.`,
  'policy.v1.PodDisruptionBudgetSpec': `The pods and how many of them must stay.
maxUnavailable How many may be unavailable, as a number or a percentage; not together with minAvailable.
minAvailable How many must stay available, as a number or a percentage.
selector Which pods; an empty selector means all of the namespace.
unhealthyPodEvictionPolicy When pods that are not healthy may be evicted: IfHealthyBudget or AlwaysAllow. Default IfHealthyBudget.`,
  'policy.v1.PodDisruptionBudgetStatus': `What was observed of the pods.
currentHealthy Pods that are healthy.
desiredHealthy Fewest pods that must be healthy.
disruptedPods Pods whose eviction was allowed and that are still there, and when.
disruptionsAllowed How many pods may be evicted now.
expectedPods Pods that the budget counts.`,
  'resource.v1.DeviceClass': `A class of devices that claims can ask for.`,
  'resource.v1.DeviceTaintRule': `Adds a taint to devices.`,
  'resource.v1.ResourceClaim': `Asks for devices, and holds those that were allocated.`,
  'resource.v1.ResourceClaimTemplate': `A template for the ResourceClaims of pods.`,
  'resource.v1.ResourceSlice': `A part of the devices a driver offers.`,
  'scheduling.v1.PriorityClass': `A name for a priority of pods.
description When to use the class, for people to read.
globalDefault Pods without a class get this one; at most one class has it.
preemptionPolicy Whether pods of the class may drive out others: PreemptLowerPriority or Never.
value The priority: higher ones come first. Cannot be changed.`,
  'storage.v1.CSIDriver': `A CSI driver and what it needs.`,
  'storage.v1.CSINode': `The CSI drivers of a node.`,
  'storage.v1.CSIStorageCapacity': `How much storage of a class can be had in a place.
capacity How much there is.
maximumVolumeSize Size of the largest volume that can be made.
nodeTopology Nodes from which the storage can be reached.
storageClassName The StorageClass; cannot be changed.`,
  'storage.v1.StorageClass': `A kind of storage that volumes are made of when claimed.
allowVolumeExpansion Whether volumes can grow.
allowedTopologies Where volumes may be made.
mountOptions Options for mounting.
parameters Settings for the provisioner; cannot be changed.
provisioner Who makes the volumes; cannot be changed.
reclaimPolicy What becomes of volumes whose claim is gone: Delete or Retain. Default Delete.
volumeBindingMode When volumes are made and bound: Immediate or WaitForFirstConsumer. Default Immediate.`,
  'storage.v1.VolumeAttachment': `Asks to attach a volume to a node, and tells whether it is.`,
  'storage.v1.VolumeAttributesClass': `A set of attributes that volumes can be changed to.
driverName The CSI driver; cannot be changed.
parameters The attributes; cannot be changed.`,
  'storagemigration.v1.StorageVersionMigration': `Asks to rewrite all objects of a resource in its storage version.`,
};

/** core: namespaces, nodes, configuration, identities. */
export const CORE: Readonly<Record<string, string>> = {
  'core.v1.ConfigMap': `Configuration that pods read.
binaryData Data that is no text; keys must not also be in data.
data Data as text; keys have letters, digits, '-', '_' and '.'.
immutable Nothing but the metadata can be changed any more, and this cannot be undone.`,
  'core.v1.Secret': `Confidential data that pods read; at most 1 MiB.
data Data in base64; keys have letters, digits, '-', '_' and '.'.
immutable Nothing but the metadata can be changed any more, and this cannot be undone.
stringData Data as plain text, for writing only: it goes into data and is never read back.
type What the data is for, such as Opaque or kubernetes.io/tls. Cannot be changed.`,
  'core.v1.Namespace': `A space for names; most objects are in one.`,
  'core.v1.NamespaceSpec': `What holds back the end of a Namespace.
finalizers What has to be done before the Namespace may go.`,
  'core.v1.NamespaceStatus': `What was observed of a Namespace.
phase Active, or Terminating while it is being deleted.`,
  'core.v1.NamespaceCondition': `One aspect of the end of a Namespace.
status True, False or Unknown.
type What is left to do or has failed.`,
  'core.v1.ServiceAccount': `An identity for the processes in pods.
automountServiceAccountToken Whether pods get a token of the account, unless they say otherwise.
imagePullSecrets Secrets for pulling images, for pods that use the account.
secrets Secrets that pods of the account may use.`,

  'core.v1.Node': `A machine pods run on.`,
  'core.v1.NodeSpec': `How a node is used.
configSource Not used any more.
externalID Not used any more.
podCIDR Network the pods of the node get their addresses from.
podCIDRs Networks the pods of the node get their addresses from, one for each IP family; the first is podCIDR.
providerID Identity of the machine at its provider, as provider://id.
taints What keeps pods away that do not tolerate it.
unschedulable No new pods are put on the node.`,
  'core.v1.NodeStatus': `What was observed of a node.
addresses Addresses under which the node is reached.
allocatable What pods can use of the node's resources.
capacity What resources the node has.
conditions Whether the node is ready and what it lacks.
config Not used any more.
daemonEndpoints Ports of the daemons on the node.
declaredFeatures Features the node says it has.
features What its container runtime can do.
images Images that are on the node.
nodeInfo Identity and software of the node.
phase Not used any more.
runtimeHandlers Runtime handlers there are on the node.
volumesAttached Volumes that are attached to the node.
volumesInUse Attached volumes that are mounted.`,
  'core.v1.NodeCondition': `One aspect of the state of a node.
status True, False or Unknown.
type Ready, MemoryPressure, DiskPressure, PIDPressure or NetworkUnavailable.`,
  'core.v1.NodeAddress': `An address of a node.
address The address.
type Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.`,
  'core.v1.NodeDaemonEndpoints': `Ports of the daemons on a node.
kubeletEndpoint Port of the kubelet.`,
  'core.v1.DaemonEndpoint': `A port of a daemon.
Port Number of the port.`,
  'core.v1.NodeSystemInfo': `Identity and software of a node.
architecture Processor architecture, such as amd64.
bootID Identity of the last start of the machine.
containerRuntimeVersion Container runtime and its version, such as containerd://2.1.0.
kernelVersion Version of the kernel.
kubeProxyVersion Not used any more.
kubeletVersion Version of the kubelet.
machineID Identity the machine has in its cluster.
operatingSystem Operating system, such as linux.
osImage Name of the operating system's release.
swap Swap memory of the node.
systemUUID Identity of the machine's hardware.`,
  'core.v1.NodeSwapStatus': `Swap memory of a node.
capacity Its size in bytes.`,
  'core.v1.NodeFeatures': `What a container runtime can do.
supplementalGroupsPolicy It knows supplementalGroupsPolicy and the users of containers.`,
  'core.v1.NodeRuntimeHandler': `A runtime handler of a node.
features What it can do.
name Its name; empty for the default one.`,
  'core.v1.NodeRuntimeHandlerFeatures': `What a runtime handler can do.
recursiveReadOnlyMounts It can mount read-only all the way down.
userNamespaces It can give pods their own user namespaces.`,
  'core.v1.ContainerImage': `An image on a node.
names Its names, with tags and digests.
sizeBytes Its size in bytes.`,
  'core.v1.AttachedVolume': `A volume that is attached to a node.
devicePath Where its device is.
name Name of the volume.`,
  'core.v1.Taint': `Keeps pods away from a node unless they tolerate it.
effect NoSchedule keeps new pods away, PreferNoSchedule does so where possible, NoExecute also ends running ones.
key Key of the taint.
timeAdded When the taint was added.
value Value of the taint.`,
  'core.v1.NodeConfigSource': `Not used any more.
configMap Not used any more.`,
  'core.v1.NodeConfigStatus': `Not used any more.
active Not used any more.
assigned Not used any more.
error Not used any more.
lastKnownGood Not used any more.`,
  'core.v1.ConfigMapNodeConfigSource': `Not used any more.
kubeletConfigKey Not used any more.
name Not used any more.
namespace Not used any more.
resourceVersion Not used any more.
uid Not used any more.`,

  'core.v1.LocalObjectReference': `Names an object of the same namespace.
name Name of the object.`,
  'core.v1.ObjectReference': `Names an object, or a part of one.
apiVersion Group and version of the object.
fieldPath The part, such as spec.containers{name}.
kind Kind of the object.
name Name of the object.
namespace Namespace of the object.
resourceVersion The version that is meant.
uid Identity of the object.`,
  'core.v1.TypedLocalObjectReference': `Names an object of the same namespace and its kind.
apiGroup Group of the object; without it, the core group.
kind Kind of the object.
name Name of the object.`,
  'core.v1.TypedObjectReference': `Names an object and its kind.
apiGroup Group of the object; without it, the core group.
kind Kind of the object.
name Name of the object.
namespace Namespace of the object; without it, the same one.`,
  'core.v1.SecretReference': `Names a Secret in any namespace.
name Name of the Secret.
namespace Namespace of the Secret.`,
  'core.v1.TopologySelectorTerm': `Conditions on the place of a volume.
matchLabelExpressions Conditions on labels.`,
};

/** core: volumes of pods, persistent volumes and their claims. */

const ISCSI = `chapAuthDiscovery Authenticate by CHAP when discovering.
chapAuthSession Authenticate by CHAP in the session.
initiatorName Name of the initiator, where it is not the node's own.
iqn Name of the target.
iscsiInterface Interface of the transport. Default default (tcp).
lun Number of the unit in the target.
portals Further portals, as address or address:port.
secretRef Secret for CHAP.
targetPortal Portal, as address or address:port.`;
const RBD = `image Name of the image.
keyring Path of the user's key ring. Default /etc/ceph/keyring.
monitors Addresses of the Ceph monitors.
pool Name of the pool. Default rbd.
secretRef Secret of the user; comes before the key ring.
user Name of the user. Default admin.`;
const CEPHFS = `monitors Addresses of the Ceph monitors.
path Directory that is mounted. Default /.
secretFile Path of the user's key ring. Default /etc/ceph/user.secret.
secretRef Secret of the user; comes before the file.
user Name of the user. Default admin.`;
const CINDER = `secretRef Secret for connecting to OpenStack.
volumeID Identity of the volume.`;
const FLEX = `driver Name of the driver.
options Further options of the driver.
secretRef Secret that is handed to the driver.`;
const GLUSTERFS = `endpoints Endpoints object with the addresses of the servers.
path Name of the volume.`;
const SCALEIO = `fsType File system of the volume. Default xfs.
gateway Address of the API gateway.
protectionDomain Name of the protection domain.
secretRef Secret of the user.
sslEnabled Whether the gateway is reached by TLS. Default false.
storageMode ThickProvisioned or ThinProvisioned. Default ThinProvisioned.
storagePool Storage pool of the protection domain.
system Name of the storage system.
volumeName Name of the volume.`;
const STORAGEOS = `secretRef Secret for the StorageOS API.
volumeName Name of the volume.
volumeNamespace Namespace of the volume in StorageOS.`;

/** What a Volume and a PersistentVolume can both be. */
const SOURCES = `awsElasticBlockStore Deprecated: a disk of AWS.
azureDisk Deprecated: a disk of Azure.
azureFile Deprecated: a file share of Azure.
cephfs Not supported any more: CephFS.
cinder Deprecated: a volume of OpenStack.
csi Storage of a CSI driver.
fc A Fibre Channel disk attached to the node.
flexVolume Deprecated: storage of an exec-based plug-in.
flocker Not supported any more: Flocker.
gcePersistentDisk Deprecated: a disk of Google Cloud.
glusterfs Not supported any more: GlusterFS.
hostPath A file or directory of the node.
iscsi An iSCSI disk attached to the node.
nfs A directory of an NFS server.
photonPersistentDisk Not supported any more: a Photon disk.
portworxVolume Deprecated: a Portworx volume.
quobyte Not supported any more: Quobyte.
rbd Not supported any more: a Ceph block device.
scaleIO Not supported any more: ScaleIO.
storageos Not supported any more: StorageOS.
vsphereVolume Deprecated: a disk of vSphere.`;

const ITEMS = `items Keys that become files; without any, all keys do, under their own names.`;

export const VOLUMES: Readonly<Record<string, string>> = {
  'core.v1.Volume': `A volume of a pod: its name and one source.
configMap Files from a ConfigMap.
downwardAPI Files with fields of the pod.
emptyDir An empty directory that lives as long as the pod.
ephemeral A claim that is made for the pod and goes with it.
gitRepo Not supported any more: a clone of a Git repository.
image The content of an image.
name Name, unique in the pod, a DNS label.
persistentVolumeClaim The volume of a claim.
projected Files from several sources in one directory.
secret Files from a Secret.
${SOURCES}`,
  'core.v1.VolumeMount': `A volume in the file system of a container.
mountPath Where it is mounted; must not contain ':'.
mountPropagation Whether later mounts are passed on: None, HostToContainer or Bidirectional. Default None.
name Name of the volume.
readOnly Mount for reading only. Default false.
recursiveReadOnly Whether that holds all the way down: Disabled, IfPossible or Enabled. Default Disabled.
subPath Path in the volume that is mounted. Default: its root.
subPathExpr Like subPath, with $(NAME) replaced by the container's variable NAME; not together with it.`,
  'core.v1.VolumeDevice': `A block device in a container.
devicePath Path of the device in the container.
name Name of the volume, which is a claim of the mode Block.`,
  'core.v1.ConfigMapVolumeSource': `Files from a ConfigMap.
${ITEMS}
name Name of the ConfigMap.
optional Whether the ConfigMap or its keys may be missing.`,
  'core.v1.SecretVolumeSource': `Files from a Secret.
${ITEMS}
optional Whether the Secret or its keys may be missing.
secretName Name of the Secret.`,
  'core.v1.KeyToPath': `A key that becomes a file.
key The key.
mode Permission bits of the file, 0 to 0777; in JSON as a decimal number. Default: defaultMode.
path Path of the file in the volume; relative and without '..'.`,
  'core.v1.DownwardAPIVolumeSource': `Files with fields of the pod.
items The files.`,
  'core.v1.DownwardAPIVolumeFile': `A file with a field of the pod.
fieldRef The field: annotations, labels, name, namespace or uid.
mode Permission bits of the file, 0 to 0777; in JSON as a decimal number. Default: defaultMode.
path Path of the file in the volume; relative and without '..'.
resourceFieldRef A resource of a container, instead of a field.`,
  'core.v1.EmptyDirVolumeSource': `An empty directory that lives as long as the pod.
medium Memory keeps it in memory; empty means the node's default.
sizeLimit Most space it may take.`,
  'core.v1.EphemeralVolumeSource': `A claim that is made for the pod and goes with it.
volumeClaimTemplate The claim; it is named <pod>-<volume>.`,
  'core.v1.PersistentVolumeClaimTemplate': `A claim that is made for a pod.
metadata Labels and annotations of the claim.
spec What the claim asks for.`,
  'core.v1.PersistentVolumeClaimVolumeSource': `The volume of a claim.
claimName Name of the claim, in the pod's namespace.
readOnly Mount for reading only in all containers. Default false.`,
  'core.v1.ProjectedVolumeSource': `Files from several sources in one directory.
sources The sources.`,
  'core.v1.VolumeProjection': `One source of a projected volume.
clusterTrustBundle Certificates of trust bundles.
configMap Keys of a ConfigMap.
downwardAPI Fields of the pod.
podCertificate A certificate that is issued to the pod.
secret Keys of a Secret.
serviceAccountToken A token of the pod's service account.`,
  'core.v1.ConfigMapProjection': `Keys of a ConfigMap.
${ITEMS}
name Name of the ConfigMap.
optional Whether the ConfigMap or its keys may be missing.`,
  'core.v1.SecretProjection': `Keys of a Secret.
${ITEMS}
name Name of the Secret.
optional Whether the Secret or its keys may be missing.`,
  'core.v1.DownwardAPIProjection': `Fields of the pod.
items The files.`,
  'core.v1.ServiceAccountTokenProjection': `A token of the pod's service account.
audience Whom the token is for. Default: the API server.
expirationSeconds Seconds the token is asked to be valid; it is renewed in time. At least 600, default 3600.
path Path of the file in the volume.`,
  'core.v1.ClusterTrustBundleProjection': `Certificates of trust bundles: of one by name, or of a signer's that match.
labelSelector Which bundles of the signer; not together with name.
name Name of the one bundle.
optional Whether there may be no such bundle.
path Path of the file in the volume.
signerName The signer; not together with name.`,
  'core.v1.PodCertificateProjection': `A key and a certificate that a signer issues to the pod.
certificateChainPath Path of a file with the certificate chain.
credentialBundlePath Path of a file with the key and the certificate chain.
keyPath Path of a file with the key.
keyType Kind of key: RSA3072, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521 or ED25519.
maxExpirationSeconds Most seconds the certificate may be valid. Default 86400.
signerName The signer.
userAnnotations Further facts for the signer.`,
  'core.v1.ImageVolumeSource': `The content of an image.
pullPolicy When it is pulled: Always, IfNotPresent or Never.
reference Name of the image.`,
  'core.v1.HostPathVolumeSource': `A file or directory of the node.
path Its path.
type What must be there or is made: DirectoryOrCreate, Directory, FileOrCreate, File, Socket, CharDevice or BlockDevice; empty means it is not looked at.`,
  'core.v1.LocalVolumeSource': `A directory or disk of one node.
path Its path on the node.`,
  'core.v1.NFSVolumeSource': `A directory of an NFS server.
path Path on the server.
server Name or address of the server.`,
  'core.v1.CSIVolumeSource': `Storage that a CSI driver makes for the pod.
driver Name of the driver.
fsType File system of the volume; the driver's own when empty.
nodePublishSecretRef Secret that is handed to the driver.
volumeAttributes Settings for the driver.`,
  'core.v1.CSIPersistentVolumeSource': `A volume of a CSI driver.
controllerExpandSecretRef Secret for growing the volume.
controllerPublishSecretRef Secret for attaching the volume.
driver Name of the driver.
nodeExpandSecretRef Secret for growing the volume on the node.
nodePublishSecretRef Secret for mounting the volume.
nodeStageSecretRef Secret for preparing the volume on the node.
volumeAttributes Settings for the driver.
volumeHandle Identity of the volume for the driver; cannot be changed.`,
  'core.v1.FCVolumeSource': `A Fibre Channel disk: by targets and unit, or by world wide identifiers.
lun Number of the unit.
targetWWNs World wide names of the targets.
wwids World wide identifiers of the disk.`,
  'core.v1.ISCSIVolumeSource': `An iSCSI disk.
${ISCSI}`,
  'core.v1.ISCSIPersistentVolumeSource': `An iSCSI disk.
${ISCSI}`,
  'core.v1.AWSElasticBlockStoreVolumeSource': `A disk of AWS.
partition Number of the partition; empty means the whole disk.
volumeID Identity of the disk.`,
  'core.v1.AzureDiskVolumeSource': `A disk of Azure.
cachingMode None, ReadOnly or ReadWrite.
diskName Name of the disk.
diskURI Address of the disk.
fsType File system of the volume. Default ext4.
kind Shared, Dedicated or Managed. Default Shared.`,
  'core.v1.AzureFileVolumeSource': `A file share of Azure.
secretName Secret with the account's name and key.
shareName Name of the share.`,
  'core.v1.AzureFilePersistentVolumeSource': `A file share of Azure.
secretName Secret with the account's name and key.
secretNamespace Namespace of the Secret. Default: that of the claim.
shareName Name of the share.`,
  'core.v1.CephFSVolumeSource': `CephFS.
${CEPHFS}`,
  'core.v1.CephFSPersistentVolumeSource': `CephFS.
${CEPHFS}`,
  'core.v1.CinderVolumeSource': `A volume of OpenStack.
${CINDER}`,
  'core.v1.CinderPersistentVolumeSource': `A volume of OpenStack.
${CINDER}`,
  'core.v1.FlexVolumeSource': `Storage of an exec-based plug-in.
${FLEX}`,
  'core.v1.FlexPersistentVolumeSource': `Storage of an exec-based plug-in.
${FLEX}`,
  'core.v1.FlockerVolumeSource': `A data set of Flocker.
datasetName Its name.
datasetUUID Its identity.`,
  'core.v1.GCEPersistentDiskVolumeSource': `A disk of Google Cloud.
partition Number of the partition; empty means the whole disk.
pdName Name of the disk.`,
  'core.v1.GitRepoVolumeSource': `A clone of a Git repository.
directory Directory it is cloned into.
repository Address of the repository.
revision Commit that is checked out.`,
  'core.v1.GlusterfsVolumeSource': `GlusterFS.
${GLUSTERFS}`,
  'core.v1.GlusterfsPersistentVolumeSource': `GlusterFS.
endpointsNamespace Namespace of the Endpoints. Default: that of the claim.
${GLUSTERFS}`,
  'core.v1.PhotonPersistentDiskVolumeSource': `A Photon disk.
pdID Identity of the disk.`,
  'core.v1.PortworxVolumeSource': `A Portworx volume.
volumeID Identity of the volume.`,
  'core.v1.QuobyteVolumeSource': `A Quobyte volume.
group Group it is mapped to. Default: none.
registry Addresses of the registry, as host:port, separated by commas.
tenant Tenant it belongs to.
user User it is mapped to.
volume Name of the volume.`,
  'core.v1.RBDVolumeSource': `A Ceph block device.
${RBD}`,
  'core.v1.RBDPersistentVolumeSource': `A Ceph block device.
${RBD}`,
  'core.v1.ScaleIOVolumeSource': `A ScaleIO volume.
${SCALEIO}`,
  'core.v1.ScaleIOPersistentVolumeSource': `A ScaleIO volume.
${SCALEIO}`,
  'core.v1.StorageOSVolumeSource': `A StorageOS volume.
${STORAGEOS}`,
  'core.v1.StorageOSPersistentVolumeSource': `A StorageOS volume.
${STORAGEOS}`,
  'core.v1.VsphereVirtualDiskVolumeSource': `A disk of vSphere.
storagePolicyID Identity of the storage policy.
storagePolicyName Name of the storage policy.
volumePath Path of the disk.`,

  'core.v1.PersistentVolume': `Storage that lives longer than the pods that use it.`,
  'core.v1.PersistentVolumeSpec': `What a volume is: its size, its source and who may use it.
accessModes How it can be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.
capacity Its size.
claimRef The claim it is bound to, or is kept for.
local A directory or disk of one node.
mountOptions Options for mounting, such as ro; they are not checked.
nodeAffinity Nodes from which it can be reached.
persistentVolumeReclaimPolicy What becomes of it when its claim is gone: Retain, Delete or Recycle (deprecated). Default Retain.
storageClassName StorageClass it belongs to; empty means none.
volumeAttributesClassName VolumeAttributesClass it has; cannot be set by users on bound volumes.
volumeMode Filesystem or Block. Default Filesystem.
${SOURCES}`,
  'core.v1.PersistentVolumeStatus': `What was observed of a volume.
lastPhaseTransitionTime When the phase last changed.
message Why the volume is in this state, for people to read.
phase Pending, Available, Bound, Released or Failed.
reason Why it failed, in one word.`,
  'core.v1.VolumeNodeAffinity': `Nodes from which a volume can be reached.
required Conditions on the nodes.`,
  'core.v1.PersistentVolumeClaim': `A request for storage, and once bound the right to it.`,
  'core.v1.PersistentVolumeClaimSpec': `What a claim asks for.
accessModes How the volume must be mountable: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.
dataSource What the volume is filled from: a VolumeSnapshot or another claim of the same namespace.
dataSourceRef What the volume is filled from: any object for which there is a populator.
resources Size that is asked for; it may grow later.
selector Labels the volume must have.
storageClassName StorageClass of the volume; without it the default one, and "" for none.
volumeAttributesClassName VolumeAttributesClass the volume is to have.
volumeMode Filesystem or Block. Default Filesystem.
volumeName The volume the claim is bound to.`,
  'core.v1.VolumeResourceRequirements': `Size of a volume.
limits The most.
requests The least.`,
  'core.v1.PersistentVolumeClaimStatus': `What was observed of a claim.
accessModes How the volume can be mounted.
allocatedResourceStatuses How far each change of size has come.
allocatedResources Size that is set aside, which may be more than there is yet.
capacity Size of the volume.
conditions Whether the volume is being resized, modified and so on.
currentVolumeAttributesClassName VolumeAttributesClass the volume has.
modifyVolumeStatus How far the change to another VolumeAttributesClass has come.
phase Pending, Bound or Lost.`,
  'core.v1.PersistentVolumeClaimCondition': `One aspect of the state of a claim.
status True, False or Unknown.
type Resizing, FileSystemResizePending and others.`,
  'core.v1.ModifyVolumeStatus': `How far a change of a volume's attributes has come.
status Pending, InProgress or Infeasible.
targetVolumeAttributesClassName VolumeAttributesClass it is changed to.`,
};

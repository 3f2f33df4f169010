/** apimachinery: what all kinds share. */
export const META: Readonly<Record<string, string>> = {
  'meta.v1.ObjectMeta': `What every stored object has besides its spec and status.
annotations Keys and values that tools keep with the object; not for selecting.
creationTimestamp CreationTimestamp is a timestamp of the server, taken when it stored the object for the first time.
deletionGracePeriodSeconds Seconds the object has for its end; set only together with deletionTimestamp.
deletionTimestamp When the object will be gone, or as soon after as its finalizers are; set when a graceful deletion is asked for, and only ever moved earlier.
finalizers What has to be done before the object may go; it is deleted for good when the last one is removed.
generateName Start of a name that the server completes at creation; used when name is empty.
generation Counts the changes of the wanted state; set by the server.
labels Keys and values that organize objects and that selectors match.
managedFields Which fields which manager owns, as server-side apply keeps track of them.
name Name, unique among the objects of the kind in the namespace; cannot be changed.
namespace Namespace the name is unique in, empty for cluster-scoped kinds; cannot be changed.
ownerReferences Objects this one belongs to: when all of them are gone it is garbage collected. At most one is the controller.
resourceVersion Version of the stored object, opaque to clients; changes with every write and guards updates against each other.
selfLink Not used any more.
uid Identity of this one object in time and space; set by the server.`,
  'meta.v1.ListMeta': `What every list has besides its items.
continue Token for the next page; empty on the last one.
remainingItemCount How many items follow on further pages, as far as the server knows.
resourceVersion State of the cluster the list shows; a watch can go on from there.
selfLink Not used any more.
shardInfo Which part of the objects the list shows, when only one was asked for.`,
  'meta.v1.ShardInfo': `Which part of all objects a list shows.
selector The selector the part was asked for with.`,
  'meta.v1.OwnerReference': `Names an object that owns this one, in the same namespace or cluster-scoped.
apiVersion Group and version of the owner.
blockOwnerDeletion A foreground deletion of the owner waits until this object is gone.
controller This owner is the one that manages the object.
kind Kind of the owner.
name Name of the owner.
uid Identity of the owner.`,
  'meta.v1.ManagedFieldsEntry': `The fields one manager owns after one kind of operation.
apiVersion Version of the schema the fields are written in.
fieldsType Form of the fields; only FieldsV1.
fieldsV1 The fields, in the form FieldsV1.
manager Name of the manager.
operation How the fields came to be owned: Apply or Update.
subresource Subresource they were written through; empty for the object itself.
time When fields were last added, changed or taken over.`,
  'meta.v1.LabelSelector': `Selects objects by their labels: all conditions must hold. An empty selector matches everything, an absent one nothing.
matchExpressions Conditions on keys.
matchLabels Keys and the values they must have.`,
  'meta.v1.LabelSelectorRequirement': `One condition on a label.
key Key of the label.
operator In, NotIn, Exists or DoesNotExist.
values What the value is compared with: at least one for In and NotIn, none for Exists and DoesNotExist.`,
  'meta.v1.Condition': `One aspect of the state of an object.
observedGeneration The metadata.generation the condition is about.
status True, False or Unknown.
type The aspect, in CamelCase or as domain/CamelCase.`,
  'meta.v1.Status': `The outcome of a call that does not answer with an object.
code HTTP status code.
details More about the outcome; its shape depends on the reason.
message What happened, for people to read.
metadata Metadata as lists have it.
reason Why it happened, in one word; empty when unknown.
status Success or Failure.`,
  'meta.v1.StatusCause': `One of the causes of a failure.
field The field it is about, as a path such as spec.containers[0].name.
message The cause, for people to read.
reason The cause in one word.`,
  'meta.v1.StatusDetails': `What a failure was about.
causes All causes, where there are several.
group Group of the object.
kind Resource or kind of the object.
name Name of the object.
retryAfterSeconds Seconds after which to try again.
uid Identity of the object.`,
  'meta.v1.DeleteOptions': `How to delete.
dryRun All: check and answer, but delete nothing.
gracePeriodSeconds Seconds until the object is deleted, not negative; 0 deletes at once. The default is the kind's own.
ignoreStoreReadErrorWithClusterBreakingPotential Delete even what can no longer be read from storage, without finalizers and preconditions.
orphanDependents Deprecated: use propagationPolicy. Whether dependents stay behind as orphans.
preconditions What must be true of the object, or else the deletion fails with a conflict.
propagationPolicy What becomes of dependents: Orphan, Background or Foreground.`,
  'meta.v1.Preconditions': `What must be true of an object for a call to go ahead.
resourceVersion The version the object must have.
uid The identity the object must have.`,
  'meta.v1.WatchEvent': `One event of a watch.
object The object after the change; for ERROR a Status, for BOOKMARK an object with only its resourceVersion.
type ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.`,
  'meta.v1.APIVersions': `The versions of the core group.
serverAddressByClientCIDRs Where clients of each network reach the server.
versions The versions.`,
  'meta.v1.APIGroupList': `The groups of the server.
groups The groups.`,
  'meta.v1.APIGroup': `A group and its versions.
name Name of the group.
preferredVersion The version to use when nothing else is known.
serverAddressByClientCIDRs Where clients of each network reach the server.
versions The versions, the preferred one first.`,
  'meta.v1.APIResourceList': `The resources of one group and version.
groupVersion The group and version.
resources The resources and subresources.`,
  'meta.v1.APIResource': `A resource or subresource.
categories Names under which clients group resources, such as all.
group Group of the kind, where it is not that of the list.
kind Kind of the objects.
name Plural name, as it stands in paths.
namespaced Whether the objects are in namespaces.
shortNames Short names for the command line.
singularName Singular name for the command line.
storageVersionHash Hash of the version the objects are stored in; only to be compared.
verbs What can be done with the objects.
version Version of the kind, where it is not that of the list.`,
  'meta.v1.GroupVersionForDiscovery': `A version of a group.
groupVersion Group and version, as group/version.
version The version alone.`,
  'meta.v1.ServerAddressByClientCIDR': `The address for clients of one network.
clientCIDR The network.
serverAddress Host, or host and port.`,
};

/** core: pods, but for their volumes. */

const CONTAINER = `args Arguments of the command; without them, those of the image. $(NAME) is replaced by the variable NAME.
command Command to run, not in a shell; without it, that of the image. $(NAME) is replaced by the variable NAME.
env Environment variables.
envFrom Sources of many environment variables at once; env comes before them, and a later source before an earlier one.
image Name of the image.
imagePullPolicy Always pulls the image at every start, IfNotPresent when it is missing, Never not at all. Default: Always for the tag latest or none, else IfNotPresent.
lifecycle What is done after the start and before the end of the container.
livenessProbe Tells whether the container still works; when not, it is restarted.
name Name, unique in the pod, a DNS label; cannot be changed.
ports Ports the container listens at; mostly for information.
readinessProbe Tells whether the container can serve; when not, Services leave the pod out.
resizePolicy Which resources can be changed without a restart.
resources Resources the container requests and may use.
restartPolicy When the container is restarted, where that differs from the pod; Always makes an init container a sidecar.
restartPolicyRules Exceptions from the restart policy by exit code; the first rule that matches decides.
securityContext Rights and identity of the container's processes; comes before that of the pod.
startupProbe Tells whether the container has started; until then the other probes wait.
stdin Keep a standard input open for the container.
stdinOnce Close the standard input when the first client has gone.
terminationMessagePath File the container writes its last message to. Default /dev/termination-log.
terminationMessagePolicy File reads the message from that file only; FallbackToLogsOnError takes the end of the log when it is empty and the container failed.
tty Give the container a terminal; needs stdin.
volumeDevices Block devices of the container.
volumeMounts Volumes mounted in the container's file system.
workingDir Directory the command runs in; without it, that of the image.`;

const AFFINITY_TERMS = `preferredDuringSchedulingIgnoredDuringExecution Terms with weights: places with the highest sum are preferred.
requiredDuringSchedulingIgnoredDuringExecution Terms that all must hold when the pod is placed; later changes do not move it.`;

const SECURITY = `appArmorProfile AppArmor profile; only on Linux.
runAsGroup Group the processes run as; only on Linux.
runAsNonRoot Refuse to start containers that would run as root.
runAsUser User the processes run as; only on Linux.
seLinuxOptions SELinux labels; only on Linux.
seccompProfile Which system calls are allowed; only on Linux.
windowsOptions Settings for Windows.`;

export const POD: Readonly<Record<string, string>> = {
  'core.v1.Pod': `Containers that run together on one node.`,
  'core.v1.PodTemplate': `A template for pods that other objects can refer to.
template The pods.`,
  'core.v1.PodTemplateSpec': `The pods that are created from a template.
metadata Labels and annotations of the pods.
spec What the pods run.`,
  'core.v1.PodSpec': `What a pod runs, where and how.
activeDeadlineSeconds Seconds the pod may be active on its node before it is ended as failed.
affinity Rules on which nodes the pod may or should run.
automountServiceAccountToken Whether the pod gets a token of its service account.
containers The containers; at least one. None can be added or removed later.
dnsConfig Additions to what dnsPolicy yields.
dnsPolicy Where names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default (as the node) or None (only dnsConfig). Default ClusterFirst.
enableServiceLinks Whether environment variables tell of the Services in the namespace. Default true.
ephemeralContainers Containers added to the running pod for debugging, through the subresource ephemeralcontainers.
hostAliases Lines added to the pod's hosts file.
hostIPC Use the node's IPC namespace. Default false.
hostNetwork Use the node's network. Default false.
hostPID Use the node's process namespace. Default false.
hostUsers Use the node's user namespace; false gives the pod its own. Default true.
hostname Host name; without it, the name of the pod.
hostnameOverride Host name in full, whatever the other fields say.
imagePullSecrets Secrets for pulling the images.
initContainers Containers that run one after the other before the others start; those with restartPolicy Always go on running beside them.
nodeName Node the pod runs on; set by the scheduler, or by whoever goes around it.
nodeSelector Labels a node must have for the pod to run there.
os Operating system the containers need.
overhead Resources the pod needs besides those of its containers; set from its RuntimeClass.
preemptionPolicy Whether the pod may drive out others of lower priority: PreemptLowerPriority or Never.
priority Priority as a number; set from the priority class.
priorityClassName PriorityClass of the pod; system-node-critical and system-cluster-critical are the highest.
readinessGates Further conditions that must be true for the pod to be ready.
resourceClaims ResourceClaims that must be allocated before the pod can start.
resources Resources of the whole pod, which its containers share.
restartPolicy When containers are restarted: Always, OnFailure or Never. Default Always.
runtimeClassName RuntimeClass the pod runs with.
schedulerName Scheduler that places the pod. Default default-scheduler.
schedulingGates As long as there are any, the pod is not scheduled; they can only be removed.
schedulingGroup Group of pods this one is scheduled together with.
securityContext Rights and identity of all containers.
serviceAccount Deprecated: same as serviceAccountName.
serviceAccountName Service account the pod runs as.
setHostnameAsFQDN The host name is the full name in DNS. Default false.
shareProcessNamespace The containers see each other's processes. Default false.
subdomain Makes the full name <hostname>.<subdomain>.<namespace>.svc.<cluster domain>.
terminationGracePeriodSeconds Seconds between asking the processes to end and killing them. Default 30.
tolerations Taints the pod does not mind.
topologySpreadConstraints How pods are spread over zones, nodes and the like.
volumes Volumes that containers can mount.`,
  'core.v1.PodStatus': `What was observed of a pod.
allocatedResources Resources the node has set aside for the whole pod.
conditions Whether the pod is scheduled, initialized, ready and so on.
containerStatuses State of each container.
ephemeralContainerStatuses State of each ephemeral container.
extendedResourceClaimStatus ResourceClaim that was made for the pod's extended resources.
hostIP Address of the node.
hostIPs Addresses of the node; the first is hostIP.
initContainerStatuses State of each init container.
message Why the pod is in this state, for people to read.
nodeAllocatableResourceClaimStatuses What ResourceClaims take of the node's ordinary resources for the pod.
nominatedNodeName Node where lower-priority pods make room for this one; not a promise.
observedGeneration The metadata.generation the node has last acted on.
phase Pending, Running, Succeeded, Failed or Unknown.
podIP Address of the pod.
podIPs Addresses of the pod, at most one for each IP family; the first is podIP.
qosClass Guaranteed, Burstable or BestEffort, from the resources of the containers.
reason Why the pod is in this state, in one word, such as Evicted.
resize Deprecated: how far a change of resources has come.
resourceClaimStatuses ResourceClaims that were made for the pod.
resources Resources the whole pod runs with now.
startTime When the node took up the pod.`,
  'core.v1.PodCondition': `One aspect of the state of a pod.
status True, False or Unknown.
type PodScheduled, Initialized, ContainersReady, Ready and others.`,
  'core.v1.PodIP': `An address of a pod.
ip The address.`,
  'core.v1.HostIP': `An address of a node.
ip The address.`,
  'core.v1.PodOS': `An operating system.
name linux or windows.`,
  'core.v1.PodReadinessGate': `A further condition of being ready.
conditionType Type of the condition in the pod's status.`,
  'core.v1.PodSchedulingGate': `Holds back the scheduling of a pod.
name Name of the gate.`,
  'core.v1.PodSchedulingGroup': `The group of pods a pod is scheduled with.
podGroupName Name of the PodGroup in the same namespace.`,
  'core.v1.PodResourceClaim': `A ResourceClaim under the name containers refer to: an existing one or one made for the pod.
name Name within the pod.
resourceClaimName Name of an existing ResourceClaim of the same namespace.
resourceClaimTemplateName Name of a ResourceClaimTemplate the claim is made from.`,
  'core.v1.PodResourceClaimStatus': `The ResourceClaim of one entry of spec.resourceClaims.
name Name of the entry.
resourceClaimName Name of the claim that was made; empty when none was needed.`,
  'core.v1.PodExtendedResourceClaimStatus': `The ResourceClaim that was made for extended resources.
requestMappings Which container's resource is which request of the claim.
resourceClaimName Name of the claim.`,
  'core.v1.ContainerExtendedResourceRequest': `An extended resource of a container and the request that serves it.
containerName Name of the container.
requestName Name of the request in the claim.
resourceName Name of the extended resource.`,
  'core.v1.NodeAllocatableResourceClaimStatus': `What one ResourceClaim takes of the node's ordinary resources.
containers Containers that use the claim.
resourceClaimName Name of the claim.
resources How much of each resource.`,
  'core.v1.PodDNSConfig': `Settings of name resolution.
nameservers Addresses of further name servers; at most 3 in all.
options Further options; they come before those of dnsPolicy.
searches Further domains to search in; at most 32.`,
  'core.v1.PodDNSConfigOption': `An option of name resolution.
name Name of the option.
value Value of the option.`,
  'core.v1.HostAlias': `A line of the hosts file.
hostnames Names for the address.
ip The address.`,

  'core.v1.Container': `A container of a pod.
${CONTAINER}`,
  'core.v1.EphemeralContainer': `A container added to a running pod for debugging; it is not restarted and cannot be removed.
${CONTAINER}
targetContainerName Container whose process namespace is shared; without it, that of the pod.`,
  'core.v1.ContainerPort': `A port a container listens at.
containerPort Number of the port, 1 to 65535.
hostIP Address of the node the host port is bound to.
hostPort Port of the node that leads here; must be the same as containerPort with hostNetwork.
name Name for the port, unique in the pod; Services can refer to it.
protocol TCP, UDP or SCTP. Default TCP.`,
  'core.v1.ContainerResizePolicy': `What a change of one resource means for a container.
resourceName cpu or memory.
restartPolicy NotRequired or RestartContainer. Default NotRequired.`,
  'core.v1.ContainerRestartRule': `What is done when a container ends in a certain way.
action Restart restarts the container; RestartAllContainers restarts the whole pod in place.
exitCodes Exit codes the rule is for.`,
  'core.v1.ContainerRestartRuleOnExitCodes': `A set of exit codes.
operator In: one of the values. NotIn: none of the values.
values The exit codes; at most 255.`,
  'core.v1.ContainerStatus': `State of a container.
allocatedResources Resources the node has set aside for the container.
allocatedResourcesStatus Health of the devices that were set aside.
containerID Identity of the container, as runtime://id.
image Name of the image it runs.
imageID Identity of the image it runs.
lastState How the container last ended, if it was restarted.
name Name of the container; the same as in the spec.
ready Whether the readiness probe says so, or the container just runs if it has none.
resources Resources the container runs with now.
restartCount How often it was restarted.
started Whether the startup probe and the postStart hook are through.
state Waiting, running or terminated, with details.
stopSignal Signal the container is asked to end with.
user User the first process ran as at the start.
volumeMounts State of the mounted volumes.`,
  'core.v1.ContainerState': `State of a container: one of the three; none means waiting.
running It runs.
terminated It has ended.
waiting It is not yet running.`,
  'core.v1.ContainerStateRunning': `A container that runs.
startedAt When it was last started.`,
  'core.v1.ContainerStateTerminated': `A container that has ended.
containerID Identity of the container, as runtime://id.
exitCode Exit code of its last run.
finishedAt When it ended.
message Its last message.
reason Why it ended, such as Completed, Error or OOMKilled.
signal Signal that ended it.
startedAt When it had started.`,
  'core.v1.ContainerStateWaiting': `A container that is not yet running.
message Why, for people to read.
reason Why, in one word, such as ContainerCreating or CrashLoopBackOff.`,
  'core.v1.ContainerUser': `Identity of a container's first process.
linux Identity on Linux.`,
  'core.v1.LinuxContainerUser': `Identity of a process on Linux.
gid Primary group.
supplementalGroups Further groups.
uid User.`,
  'core.v1.ResourceStatus': `Health of the devices of one resource.
name Name of the resource; for a claim claim:<claim>/<request>.
resources Health of each device.`,
  'core.v1.ResourceHealth': `Health of one device.
health Healthy, Unhealthy or Unknown.
message More about the health.
resourceID Identity of the device.`,
  'core.v1.VolumeMountStatus': `State of a mounted volume.
mountPath Where it is mounted.
name Name of the volume.
readOnly Whether it is mounted for reading only.
recursiveReadOnly Whether that holds all the way down: Disabled or Enabled.
volumeStatus More about the volume.`,
  'core.v1.VolumeStatus': `More about a mounted volume.
image Of a volume that is an image.`,
  'core.v1.ImageVolumeStatus': `State of a volume that is an image.
imageRef Digest of the image.`,

  'core.v1.EnvVar': `An environment variable.
name Name of the variable; any printable characters but '='.
value Value; $(NAME) is replaced by the variable NAME, $$ by $. Not together with valueFrom.
valueFrom Where the value comes from.`,
  'core.v1.EnvVarSource': `Where the value of a variable comes from; one of these.
configMapKeyRef A key of a ConfigMap.
fieldRef A field of the pod.
fileKeyRef A key of a file in a volume.
resourceFieldRef A resource of a container, such as limits.cpu.
secretKeyRef A key of a Secret.`,
  'core.v1.EnvFromSource': `A source of many variables: a ConfigMap or a Secret.
configMapRef The ConfigMap.
prefix Text before each name.
secretRef The Secret.`,
  'core.v1.ConfigMapEnvSource': `All keys of a ConfigMap.
name Name of the ConfigMap.
optional Whether the ConfigMap may be missing.`,
  'core.v1.SecretEnvSource': `All keys of a Secret.
name Name of the Secret.
optional Whether the Secret may be missing.`,
  'core.v1.ConfigMapKeySelector': `A key of a ConfigMap.
key The key.
name Name of the ConfigMap.
optional Whether the ConfigMap or the key may be missing.`,
  'core.v1.SecretKeySelector': `A key of a Secret.
key The key.
name Name of the Secret.
optional Whether the Secret or the key may be missing.`,
  'core.v1.FileKeySelector': `A key of a file that holds variables, in a volume.
key The key.
optional Whether the file or the key may be missing. Default false.
path Path of the file in the volume.
volumeName Name of the volume.`,
  'core.v1.ObjectFieldSelector': `A field of the pod.
apiVersion Version the path is written for. Default v1.
fieldPath Path of the field, such as metadata.name or status.podIP.`,
  'core.v1.ResourceFieldSelector': `A resource of a container.
containerName Name of the container; required in volumes.
divisor Unit the value is given in. Default 1.
resource The resource, such as limits.memory or requests.cpu.`,

  'core.v1.ResourceRequirements': `Resources that are requested and that may be used.
claims Entries of the pod's resourceClaims that are used; only in containers.
limits The most that may be used of each resource.
requests The least that is set aside of each resource; where absent, the limit.`,
  'core.v1.ResourceClaim': `Use of an entry of the pod's resourceClaims.
name Name of the entry.
request The request of the claim that is used; without it, everything in the claim.`,
  'core.v1.Probe': `How the health of a container is examined: by one of exec, grpc, httpGet and tcpSocket.
exec Runs a command; exit code 0 is healthy.
failureThreshold Failures in a row after which the probe counts as failed. Default 3.
grpc Asks the gRPC health service.
httpGet Sends an HTTP request; codes 200 to 399 are healthy.
initialDelaySeconds Seconds after the start before the first probe. Default 0.
periodSeconds Seconds between probes. Default 10.
successThreshold Successes in a row after which the probe counts as passed again; 1 for liveness and startup. Default 1.
tcpSocket Opens a connection; when it opens, that is healthy.
terminationGracePeriodSeconds Seconds the processes have to end when this probe fails; without it, those of the pod.
timeoutSeconds Seconds after which a probe counts as a failure. Default 1.`,
  'core.v1.ExecAction': `A command that is run in the container.
command The command and its arguments, not in a shell.`,
  'core.v1.HTTPGetAction': `An HTTP request to the container.
host Host to connect to. Default: the address of the pod.
httpHeaders Headers of the request.
path Path of the request. Default /.
port Port, by number or by name.
scheme HTTP or HTTPS. Default HTTP.`,
  'core.v1.HTTPHeader': `A header of a request.
name Name of the header.
value Value of the header.`,
  'core.v1.TCPSocketAction': `A connection to the container.
host Host to connect to. Default: the address of the pod.
port Port, by number or by name.`,
  'core.v1.GRPCAction': `A question to the gRPC health service of the container.
port Number of the port.
service Service that is asked about. Default: the server as a whole.`,
  'core.v1.SleepAction': `A pause.
seconds Its length.`,
  'core.v1.Lifecycle': `What is done at the start and the end of a container.
postStart Done right after the start; when it fails the container is ended.
preStop Done before the processes are asked to end; it counts against the grace period.
stopSignal Signal the processes are asked to end with; without it, that of the image.`,
  'core.v1.LifecycleHandler': `What is done; one of these.
exec Runs a command.
httpGet Sends an HTTP request.
sleep Waits.
tcpSocket Not supported; kept for old objects.`,

  'core.v1.SecurityContext': `Rights and identity of a container's processes.
allowPrivilegeEscalation Whether a process can get more rights than its parent. Always so with privileged or CAP_SYS_ADMIN.
capabilities Linux capabilities to add and drop. Default: those of the runtime.
privileged Processes have the rights of root on the node. Default false.
procMount How /proc is mounted: Default or Unmasked.
readOnlyRootFilesystem The root file system cannot be written to. Default false.
${SECURITY}`,
  'core.v1.PodSecurityContext': `Rights and identity that all containers of a pod have.
fsGroup Group that owns the files of volumes that know ownership; the processes belong to it.
fsGroupChangePolicy When files are given to that group: OnRootMismatch or Always. Default Always.
seLinuxChangePolicy How volumes get their SELinux label: MountOption or Recursive.
supplementalGroups Further groups of the processes.
supplementalGroupsPolicy Merge adds the groups the image knows of; Strict does not. Default Merge.
sysctls Kernel parameters of the pod.
${SECURITY}`,
  'core.v1.Capabilities': `Linux capabilities.
add Capabilities to add.
drop Capabilities to drop; ALL means every one.`,
  'core.v1.SELinuxOptions': `SELinux labels.
level Level.
role Role.
type Type.
user User.`,
  'core.v1.SeccompProfile': `Which system calls are allowed.
localhostProfile Profile on the node, below the kubelet's own folder; only for Localhost.
type Localhost, RuntimeDefault or Unconfined.`,
  'core.v1.AppArmorProfile': `An AppArmor profile.
localhostProfile Name of a profile loaded on the node; only for Localhost.
type Localhost, RuntimeDefault or Unconfined.`,
  'core.v1.Sysctl': `A kernel parameter.
name Its name.
value Its value.`,
  'core.v1.WindowsSecurityContextOptions': `Settings for Windows.
gmsaCredentialSpec Credential spec of the group-managed service account.
gmsaCredentialSpecName Name of that credential spec.
hostProcess Run as a process of the node; the same for all containers of a pod, and only with hostNetwork.
runAsUserName User the processes run as.`,

  'core.v1.Affinity': `Rules on where a pod runs.
nodeAffinity Rules on nodes.
podAffinity Rules to be near other pods.
podAntiAffinity Rules to be away from other pods.`,
  'core.v1.NodeAffinity': `Rules on nodes.
preferredDuringSchedulingIgnoredDuringExecution Terms with weights: nodes with the highest sum are preferred.
requiredDuringSchedulingIgnoredDuringExecution What a node must have when the pod is placed; later changes do not move it.`,
  'core.v1.PodAffinity': `Rules to be near other pods.
${AFFINITY_TERMS}`,
  'core.v1.PodAntiAffinity': `Rules to be away from other pods.
${AFFINITY_TERMS}`,
  'core.v1.PodAffinityTerm': `Pods, and what being near them means.
labelSelector Which pods.
matchLabelKeys Labels of the incoming pod whose values the others must share; added to labelSelector.
mismatchLabelKeys Labels of the incoming pod whose values the others must not share; added to labelSelector.
namespaceSelector Namespaces of the pods, besides namespaces; an empty selector means all.
namespaces Namespaces of the pods; without any and without namespaceSelector, the pod's own.
topologyKey Label of nodes: places where it has the same value are near each other.`,
  'core.v1.WeightedPodAffinityTerm': `A term with a weight.
podAffinityTerm The term.
weight Its weight, 1 to 100.`,
  'core.v1.PreferredSchedulingTerm': `A condition on nodes with a weight.
preference The condition.
weight Its weight, 1 to 100.`,
  'core.v1.NodeSelector': `Conditions on nodes, of which one must hold.
nodeSelectorTerms The conditions.`,
  'core.v1.NodeSelectorTerm': `Conditions on a node that must all hold; an empty term matches nothing.
matchExpressions Conditions on its labels.
matchFields Conditions on its fields; only metadata.name.`,
  'core.v1.NodeSelectorRequirement': `One condition on a node.
key Label or field.
operator In, NotIn, Exists, DoesNotExist, Gt or Lt.
values What it is compared with: none for Exists and DoesNotExist, one integer for Gt and Lt.`,
  'core.v1.Toleration': `A taint that a pod does not mind.
effect Effect of the taint; empty means all.
key Key of the taint; empty, with Exists, means all.
operator Exists for any value, Equal for the same value, Gt or Lt for a number. Default Equal.
tolerationSeconds Seconds a NoExecute taint is borne; without it, for ever.
value Value of the taint; empty with Exists.`,
  'core.v1.TopologySpreadConstraint': `How pods are spread over places.
labelSelector Which pods are counted.
matchLabelKeys Labels of the incoming pod whose values the counted pods must share.
maxSkew By how many pods a place may exceed the emptiest one; at least 1.
minDomains Fewest places that must be there; with fewer, the emptiest counts as having none.
nodeAffinityPolicy Whether node affinity decides which nodes count: Honor or Ignore. Default Honor.
nodeTaintsPolicy Whether taints decide which nodes count: Honor or Ignore. Default Ignore.
topologyKey Label of nodes: its values are the places.
whenUnsatisfiable DoNotSchedule leaves the pod waiting; ScheduleAnyway prefers the places that help.`,
};

/** apps, batch and autoscaling: what runs pods. */

const CONDITION = `status True, False or Unknown.
type The aspect of the state.`;

export const WORKLOADS: Readonly<Record<string, string>> = {
  'apps.v1.Deployment': `Keeps a number of identical pods running and replaces them step by step when their template changes.`,
  'apps.v1.DeploymentSpec': `What a Deployment is to keep running.
minReadySeconds Seconds a new pod must stay ready before it counts as available. Default 0.
paused Changes of the template are not rolled out.
progressDeadlineSeconds Seconds without progress after which a rollout is reported as failed. Default 600.
replicas How many pods are wanted. Default 1.
revisionHistoryLimit How many old ReplicaSets are kept to roll back to. Default 10.
selector Which pods belong to the Deployment; must match the template's labels, and cannot be changed.
strategy How old pods are replaced by new ones.
template The pods that are created; their restartPolicy is Always.`,
  'apps.v1.DeploymentStrategy': `How old pods are replaced by new ones.
rollingUpdate Settings for the type RollingUpdate.
type Recreate ends all old pods first; RollingUpdate replaces them bit by bit. Default RollingUpdate.`,
  'apps.v1.RollingUpdateDeployment': `How far a rolling update may leave the wanted number of pods.
maxSurge How many pods more than wanted may exist, as a number or as a percentage rounded up. Default 25%.
maxUnavailable How many pods less than wanted may be available, as a number or as a percentage rounded down. Default 25%.`,
  'apps.v1.DeploymentStatus': `What was observed of a Deployment.
availableReplicas Pods that have been ready for minReadySeconds.
collisionCount How often the name of a new ReplicaSet was already taken; goes into the next name.
conditions Whether the Deployment is available, progressing, or failing to create pods.
readyReplicas Pods that are ready.
replicas Pods that exist and are not terminating.
terminatingReplicas Pods that are terminating.
unavailableReplicas Pods that are still missing for the Deployment to be fully available.
updatedReplicas Pods made from the present template.`,
  'apps.v1.DeploymentCondition': `One aspect of the state of a Deployment.
status True, False or Unknown.
type Available, Progressing or ReplicaFailure.`,
  'apps.v1.ReplicaSet': `Keeps a number of identical pods running; mostly made by a Deployment.`,
  'apps.v1.ReplicaSetSpec': `What a ReplicaSet is to keep running.
minReadySeconds Seconds a new pod must stay ready before it counts as available. Default 0.
replicas How many pods are wanted. Default 1.
selector Which pods belong to the ReplicaSet; must match the template's labels, and cannot be changed.
template The pods that are created when some are missing.`,
  'apps.v1.ReplicaSetStatus': `What was observed of a ReplicaSet.
availableReplicas Pods that have been ready for minReadySeconds.
fullyLabeledReplicas Pods that have all labels of the template.
readyReplicas Pods that are ready.
replicas Pods that exist and are not terminating.
terminatingReplicas Pods that are terminating.`,
  'apps.v1.ReplicaSetCondition': `One aspect of the state of a ReplicaSet.
${CONDITION}`,
  'apps.v1.StatefulSet': `Keeps numbered pods running, each with a lasting name and its own storage.`,
  'apps.v1.StatefulSetSpec': `What a StatefulSet is to keep running.
minReadySeconds Seconds a new pod must stay ready before it counts as available. Default 0.
ordinals How the pods are numbered.
persistentVolumeClaimRetentionPolicy What becomes of the claims made from volumeClaimTemplates.
podManagementPolicy OrderedReady starts and ends pods one after the other; Parallel does not wait. Default OrderedReady.
replicas How many pods are wanted. Default 1.
revisionHistoryLimit How many old revisions are kept to roll back to. Default 10.
selector Which pods belong to the StatefulSet; must match the template's labels, and cannot be changed.
serviceName Service that gives the pods their names in DNS; it has to exist already.
template The pods that are created; each is named <StatefulSet>-<number>.
updateStrategy How pods are replaced when the template changes.
volumeClaimTemplates Claims that are made for each pod, one of each; a claim comes before a volume of the same name in the template.`,
  'apps.v1.StatefulSetOrdinals': `How the pods of a StatefulSet are numbered.
start Number of the first pod. Default 0.`,
  'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': `What becomes of the claims of a StatefulSet.
whenDeleted When the StatefulSet is deleted: Retain keeps its claims, Delete deletes them. Default Retain.
whenScaled When it is scaled down: Retain keeps the claims of pods that go, Delete deletes them. Default Retain.`,
  'apps.v1.StatefulSetUpdateStrategy': `How the pods of a StatefulSet are replaced.
rollingUpdate Settings for the type RollingUpdate.
type RollingUpdate replaces pods from the highest number down; OnDelete waits until somebody deletes them. Default RollingUpdate.`,
  'apps.v1.RollingUpdateStatefulSetStrategy': `Settings of a rolling update.
maxUnavailable How many pods may be unavailable during the update, as a number or as a percentage rounded up. Default 1.
partition Only pods with this number or a higher one are updated. Default 0.`,
  'apps.v1.StatefulSetStatus': `What was observed of a StatefulSet.
availableReplicas Pods that have been ready for minReadySeconds.
collisionCount How often the name of a new ControllerRevision was already taken.
currentReplicas Pods of the revision currentRevision.
currentRevision Revision of the pods that are not updated yet.
readyReplicas Pods that are ready.
replicas Pods that exist.
updateRevision Revision the pods are updated to.
updatedReplicas Pods of the revision updateRevision.`,
  'apps.v1.StatefulSetCondition': `One aspect of the state of a StatefulSet.
${CONDITION}`,
  'apps.v1.DaemonSet': `Keeps one pod running on every node, or on every node that matches.`,
  'apps.v1.DaemonSetSpec': `What a DaemonSet is to keep running.
minReadySeconds Seconds a new pod must stay ready before it counts as available. Default 0.
revisionHistoryLimit How many old revisions are kept to roll back to. Default 10.
selector Which pods belong to the DaemonSet; must match the template's labels, and cannot be changed.
template The pod of each node; its node selector and affinity say which nodes.
updateStrategy How pods are replaced when the template changes.`,
  'apps.v1.DaemonSetUpdateStrategy': `How the pods of a DaemonSet are replaced.
rollingUpdate Settings for the type RollingUpdate.
type RollingUpdate replaces pods node by node; OnDelete waits until somebody deletes them. Default RollingUpdate.`,
  'apps.v1.RollingUpdateDaemonSet': `How many nodes a rolling update works on at a time.
maxSurge How many nodes may have an old and a new pod at once, as a number or as a percentage rounded up. Default 0.
maxUnavailable How many nodes may be without an available pod, as a number or as a percentage rounded up. Default 1.`,
  'apps.v1.DaemonSetStatus': `What was observed of a DaemonSet, in nodes.
collisionCount How often the name of a new ControllerRevision was already taken.
currentNumberScheduled Nodes that should have a pod and have at least one.
desiredNumberScheduled Nodes that should have a pod.
numberAvailable Nodes that should have a pod and have an available one.
numberMisscheduled Nodes that have a pod and should have none.
numberReady Nodes that should have a pod and have a ready one.
numberUnavailable Nodes that should have a pod and have no available one.
updatedNumberScheduled Nodes that have a pod of the present template.`,
  'apps.v1.DaemonSetCondition': `One aspect of the state of a DaemonSet.
${CONDITION}`,
  'apps.v1.ControllerRevision': `A saved state of a StatefulSet or DaemonSet to roll back to; cannot be changed.
data The saved state.
revision Number of the revision.`,

  'batch.v1.Job': `Runs pods until enough of them have succeeded.`,
  'batch.v1.JobSpec': `What a Job is to run.
activeDeadlineSeconds Seconds the Job may run, from its start, before it is ended as failed.
backoffLimit How many pods may fail before the Job has failed. Default 6.
backoffLimitPerIndex How many pods of one index may fail before that index has failed; only for Indexed Jobs. Cannot be changed.
completionMode NonIndexed: any pods that succeed count. Indexed: every index from 0 to completions-1 has to succeed. Default NonIndexed.
completions How many pods have to succeed; without it, one success is enough.
managedBy Controller that runs the Job, as domain/path; without it, the built-in one. Cannot be changed.
manualSelector The selector was chosen by whoever created the Job. Without it the system makes a unique one.
maxFailedIndexes How many indexes may fail before the Job is ended as failed; needs backoffLimitPerIndex.
parallelism Most pods that run at a time. Default 1.
podFailurePolicy What a failed pod means for the Job, by its exit code or its conditions.
podReplacementPolicy When a pod is replaced: once it is terminating or has failed (TerminatingOrFailed), or only once it has failed (Failed).
selector Which pods belong to the Job; normally left to the system.
successPolicy When an Indexed Job has succeeded before all its indexes have.
suspend No pods run; those that do are ended. Default false.
template The pods that are created; their restartPolicy is Never or OnFailure.
ttlSecondsAfterFinished Seconds after its end until the Job is deleted; without it the Job stays.`,
  'batch.v1.JobStatus': `What was observed of a Job.
active Pods that are pending or running and not terminating.
completedIndexes Indexes that have succeeded, such as 1,3-5,7.
completionTime When the Job was completed; only set on success.
conditions Whether the Job is complete, has failed, or is suspended.
failed Pods that have failed.
failedIndexes Indexes that have failed, such as 1,3-5,7; only with backoffLimitPerIndex.
ready Active pods that are ready.
startTime When the Job was first taken up, or was last resumed.
succeeded Pods that have succeeded.
terminating Pods that are terminating.
uncountedTerminatedPods Pods that have ended and are not in the counts yet.`,
  'batch.v1.JobCondition': `One aspect of the state of a Job.
status True, False or Unknown.
type Complete, Failed, Suspended, SuccessCriteriaMet or FailureTarget.`,
  'batch.v1.UncountedTerminatedPods': `Pods that have ended and are not counted yet.
failed Identities of those that failed.
succeeded Identities of those that succeeded.`,
  'batch.v1.PodFailurePolicy': `What failed pods mean for their Job.
rules Rules in order: the first that matches a failed pod decides; at most 20.`,
  'batch.v1.PodFailurePolicyRule': `One rule on failed pods: either on exit codes or on conditions.
action FailJob ends the Job, FailIndex the index, Ignore does not count the failure, Count counts it.
onExitCodes Exit codes that match.
onPodConditions Pod conditions that match.`,
  'batch.v1.PodFailurePolicyOnExitCodesRequirement': `Exit codes of containers that failed.
containerName Container whose exit code is looked at; without it, all.
operator In: one of the values. NotIn: none of the values.
values The exit codes; not 0 with In.`,
  'batch.v1.PodFailurePolicyOnPodConditionsPattern': `A condition of a failed pod.
status Status the condition must have. Default True.
type Type of the condition.`,
  'batch.v1.SuccessPolicy': `When a Job has succeeded early.
rules Rules, of which one has to be met; at most 20.`,
  'batch.v1.SuccessPolicyRule': `Which indexes have to succeed: the named ones, a number of them, or both.
succeededCount How many indexes, of the named ones if there are any.
succeededIndexes The indexes, such as 1,3-5,7.`,
  'batch.v1.JobTemplateSpec': `The Jobs a CronJob creates.
metadata Labels and annotations of the Jobs.
spec What the Jobs run.`,
  'batch.v1.CronJob': `Creates Jobs on a schedule.`,
  'batch.v1.CronJobSpec': `When a CronJob creates which Jobs.
concurrencyPolicy When the last Job still runs: Allow starts another, Forbid skips, Replace ends the old one. Default Allow.
failedJobsHistoryLimit How many failed Jobs are kept. Default 1.
jobTemplate The Jobs that are created.
schedule When to run, as cron writes it: minute, hour, day of month, month, day of week.
startingDeadlineSeconds How many seconds late a Job may still be started; later it counts as missed.
successfulJobsHistoryLimit How many completed Jobs are kept. Default 3.
suspend No further Jobs are started. Default false.
timeZone Time zone of the schedule, such as Europe/Berlin; without it, that of the controller.`,
  'batch.v1.CronJobStatus': `What was observed of a CronJob.
active Jobs that are running.
lastScheduleTime When a Job was last started on schedule.
lastSuccessfulTime When a Job last completed.`,

  'autoscaling.v2.HorizontalPodAutoscaler': `Scales a workload so that its metrics stay near their targets.`,
  'autoscaling.v2.HorizontalPodAutoscalerSpec': `What is scaled, how far, and by which metrics.
behavior How fast it scales up and down.
maxReplicas Most replicas; not less than minReplicas.
metrics What is measured; the metric that asks for most replicas decides. Default: 80% CPU.
minReplicas Fewest replicas. Default 1.
scaleTargetRef What is scaled; it has to have the scale subresource.`,
  'autoscaling.v2.HorizontalPodAutoscalerStatus': `What was observed by an autoscaler.
currentMetrics Metrics as last read.
currentReplicas Replicas as last seen.
desiredReplicas Replicas as last computed.
lastScaleTime When the number of replicas was last changed.`,
  'autoscaling.v2.HorizontalPodAutoscalerCondition': `One aspect of the state of an autoscaler.
status True, False or Unknown.
type AbleToScale, ScalingActive or ScalingLimited.`,
  'autoscaling.v2.HorizontalPodAutoscalerBehavior': `How fast an autoscaler scales.
scaleDown Rules for scaling down. Default: down to minReplicas after 300 quiet seconds.
scaleUp Rules for scaling up. Default: the larger of 4 pods and 100% every 15 seconds.`,
  'autoscaling.v2.HPAScalingRules': `Rules for scaling in one direction.
policies How much may change in how much time; at least one when set.
selectPolicy Which policy counts: Max, Min, or Disabled for no scaling this way. Default Max.
stabilizationWindowSeconds Seconds of earlier results to consider before acting, 0 to 3600. Default 0 up, 300 down.
tolerance How far a metric may be off its target without scaling. Default 0.1 (10%).`,
  'autoscaling.v2.HPAScalingPolicy': `How much may change in how much time.
periodSeconds The time, 1 to 1800 seconds.
type Whether the value is a number of Pods or Percent.
value How much, greater than 0.`,
  'autoscaling.v2.CrossVersionObjectReference': `Names an object of any kind in the same namespace.
apiVersion Group and version of the object.
kind Kind of the object.
name Name of the object.`,
  'autoscaling.v2.MetricSpec': `One metric and its target; the field that goes with the type is set.
containerResource A resource of one container in each pod.
external A metric from outside the cluster.
object A metric of one object.
pods A metric of each pod, averaged.
resource A resource of each pod, such as CPU.
type ContainerResource, External, Object, Pods or Resource.`,
  'autoscaling.v2.MetricStatus': `One metric as last read; the field that goes with the type is set.
containerResource A resource of one container in each pod.
external A metric from outside the cluster.
object A metric of one object.
pods A metric of each pod, averaged.
resource A resource of each pod, such as CPU.
type ContainerResource, External, Object, Pods or Resource.`,
  'autoscaling.v2.MetricIdentifier': `Names a metric.
name Name of the metric.
selector Narrows the metric by its labels.`,
  'autoscaling.v2.MetricTarget': `The value a metric should have.
averageUtilization Average over all pods, in percent of what they request; only for resources.
averageValue Average over all pods.
type Which of the values is set: Utilization, Value or AverageValue.
value The value as a whole.`,
  'autoscaling.v2.MetricValueStatus': `The value a metric has.
averageUtilization Average over all pods, in percent of what they request.
averageValue Average over all pods.
value The value as a whole.`,
  'autoscaling.v2.ContainerResourceMetricSource': `A resource of one container in each pod.
container Name of the container.
name Name of the resource.
target The wanted value.`,
  'autoscaling.v2.ContainerResourceMetricStatus': `A resource of one container in each pod, as last read.
container Name of the container.
current The present value.
name Name of the resource.`,
  'autoscaling.v2.ExternalMetricSource': `A metric from outside the cluster.
metric The metric.
target The wanted value.`,
  'autoscaling.v2.ExternalMetricStatus': `A metric from outside the cluster, as last read.
current The present value.
metric The metric.`,
  'autoscaling.v2.ObjectMetricSource': `A metric of one object.
describedObject The object.
metric The metric.
target The wanted value.`,
  'autoscaling.v2.ObjectMetricStatus': `A metric of one object, as last read.
current The present value.
describedObject The object.
metric The metric.`,
  'autoscaling.v2.PodsMetricSource': `A metric of each pod, averaged.
metric The metric.
target The wanted value; only averageValue.`,
  'autoscaling.v2.PodsMetricStatus': `A metric of each pod, as last read.
current The present value.
metric The metric.`,
  'autoscaling.v2.ResourceMetricSource': `A resource of each pod.
name Name of the resource.
target The wanted value.`,
  'autoscaling.v2.ResourceMetricStatus': `A resource of each pod, as last read.
current The present value.
name Name of the resource.`,
  'autoscaling.v1.HorizontalPodAutoscaler': `Scales a workload so that its CPU use stays near a target.`,
  'autoscaling.v1.HorizontalPodAutoscalerSpec': `What is scaled, how far, and at which CPU use.
maxReplicas Most replicas; not less than minReplicas.
minReplicas Fewest replicas. Default 1.
scaleTargetRef What is scaled; it has to have the scale subresource.
targetCPUUtilizationPercentage Average CPU use of all pods, in percent of what they request. Default 80.`,
  'autoscaling.v1.HorizontalPodAutoscalerStatus': `What was observed by an autoscaler.
currentCPUUtilizationPercentage Average CPU use of all pods, in percent of what they request.
currentReplicas Replicas as last seen.
desiredReplicas Replicas as last computed.
lastScaleTime When the number of replicas was last changed.`,
  'autoscaling.v1.CrossVersionObjectReference': `Names an object of any kind in the same namespace.
apiVersion Group and version of the object.
kind Kind of the object.
name Name of the object.`,
  'autoscaling.v1.Scale': `How many replicas a workload has and should have.`,
  'autoscaling.v1.ScaleSpec': `How many replicas are wanted.
replicas Number of replicas.`,
  'autoscaling.v1.ScaleStatus': `How many replicas there are.
replicas Number of replicas seen.
selector Selects the pods of the replicas, in its text form.`,
};

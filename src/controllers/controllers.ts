/** Which controllers a cluster has. */
import { newCronJobController } from './cronjob/cron-job.ts';
import { customResourceDefinitionController } from './custom-resource-definition/custom-resource-definition.ts';
import { clusterRoleAggregationController } from './cluster-role-aggregation.ts';
import { crdRegistrationController } from './custom-resource-definition/registration.ts';
import { newDaemonSetController } from './daemonset/daemon-set.ts';
import { newDeploymentController } from './deployment/deployment.ts';
import { newEndpointSliceController } from './endpoint-slice/endpoint-slice.ts';
import { newEndpointsController } from './endpoints/endpoints.ts';
import type { Controller } from './framework.ts';
import { newGarbageCollector } from './garbage-collector/garbage-collector.ts';
import { newJobController } from './job/job.ts';
import { namespaceController } from './namespace/namespace.ts';
import { newReplicaSetController, newReplicationController } from './replicaset/replica-set.ts';
import { rootCACertPublisher } from './root-ca-publisher.ts';
import { newStatefulSetController } from './statefulset/stateful-set.ts';
import { serviceAccountController } from './service-account.ts';
import { serviceAccountTokenController } from './service-account-token.ts';
import { newPodGarbageCollector } from './pod-garbage-collector.ts';
import { newNodeLifecycleController } from './node-lifecycle/node-lifecycle.ts';
import { newTaintEvictionController } from './taint-eviction/taint-eviction.ts';
import { newDeviceTaintEvictionController } from './taint-eviction/device-taint-eviction.ts';
import { csrCleaner } from './csr-cleaner.ts';
import { disruptionController } from './disruption/disruption.ts';
import { resourceQuotaController } from './resource-quota.ts';
import { eventTTLController } from './event-ttl.ts';
import { ttlAfterFinishedController } from './ttl-after-finished.ts';
import { ephemeralVolumeController } from './volume/ephemeral-volume.ts';
import { newPersistentVolumeController } from './volume/persistent-volume/persistent-volume.ts';
import { pvProtectionController } from './volume/pv-protection.ts';
import { pvcProtectionController } from './volume/pvc-protection.ts';
import { vacProtectionController } from './volume/vac-protection.ts';
import { apiServiceAvailabilityController } from './api-service-availability.ts';
import { flowSchemaStatusController } from './flow-schema-status.ts';
import { validatingPolicyStatusController } from './validating-policy-status.ts';
import { newHorizontalPodAutoscaler } from './podautoscaler/horizontal.ts';
import { newNodeIPAMController } from './node-ipam.ts';
import { resourceClaimController } from './resource-claim/resource-claim.ts';
import { serviceCIDRController } from './service-cidr.ts';
import { systemObjectsController } from './system-objects.ts';
import { newTTLController } from './ttl.ts';
import { newEndpointSliceMirroringController } from './endpoint-slice-mirroring/endpoint-slice-mirroring.ts';

/**
 * All controllers, made anew for each cluster: some remember what they have just written, and an isolate may serve many
 * clusters. A controller without a memory may be a constant.
 */
export const newControllers = (): Controller[] => [
  newDeploymentController(),
  newReplicaSetController(),
  newReplicationController(),
  newDaemonSetController(),
  newStatefulSetController(),
  newJobController(),
  newCronJobController(),
  ttlAfterFinishedController,
  namespaceController,
  customResourceDefinitionController,
  crdRegistrationController,
  validatingPolicyStatusController,
  flowSchemaStatusController,
  apiServiceAvailabilityController,
  serviceAccountController,
  serviceAccountTokenController,
  clusterRoleAggregationController,
  rootCACertPublisher,
  systemObjectsController,
  newGarbageCollector(),
  newEndpointSliceController(),
  newEndpointsController(),
  newEndpointSliceMirroringController(),
  serviceCIDRController,
  newHorizontalPodAutoscaler(),
  newPodGarbageCollector(),
  newNodeIPAMController(),
  newTTLController(),
  newNodeLifecycleController(),
  newTaintEvictionController(),
  newDeviceTaintEvictionController(),
  csrCleaner,
  disruptionController,
  resourceQuotaController,
  eventTTLController,
  newPersistentVolumeController(),
  ephemeralVolumeController,
  resourceClaimController,
  pvcProtectionController,
  pvProtectionController,
  vacProtectionController,
];

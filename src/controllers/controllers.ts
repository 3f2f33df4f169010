/** Which controllers a cluster has. */
import type { Controller } from './framework.ts';
import { newReplicaSetController, newReplicationController } from './replicaset/replica-set.ts';

/**
 * All controllers, made anew for each cluster: some remember what they have just written, and an isolate may serve many
 * clusters. A controller without a memory may be a constant.
 */
export const newControllers = (): Controller[] => [newReplicaSetController(), newReplicationController()];

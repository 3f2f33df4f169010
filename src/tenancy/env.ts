import type { Objects, StorageEnv, SubscriberStub } from '../storage/env.ts';

/** What a part of the control plane offers to the tenancy. */
export interface ControlPlaneStub extends SubscriberStub {
  /** Begins to work for a cluster; may be called again. */
  start(cluster: string): Promise<void>;
  destroy(cluster: string): Promise<void>;
}

/** All bindings of a deployment. */
export interface Env extends StorageEnv {
  CONTROLLER_MANAGER: Objects<ControlPlaneStub>;
  SCHEDULER: Objects<ControlPlaneStub>;
  NODE: Objects<ControlPlaneStub>;
  /** SHA-256 of the administrator's token, in hex. */
  KEDGE_ADMIN_TOKEN_HASH: string;
  /** The administrator's own token for the cluster `default` may be the same. */
  KEDGE_CA_CERTIFICATE?: string;
  /** Where clients reach this deployment, for kubeconfigs: `https://127.0.0.1:8443`. */
  KEDGE_URL?: string;
}

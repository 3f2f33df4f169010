/** The entry: the app and the Durable Object classes, nothing else. */
import { app } from './tenancy/app.ts';

export { ControllerManager } from './controllers/controller-manager.ts';
export { Node } from './kubelet/node.ts';
export { Scheduler } from './scheduler/scheduler-object.ts';
export { RevisionLog } from './storage/revision-log.ts';
export { WatchHub } from './storage/watch-hub.ts';

export default { fetch: app.fetch };

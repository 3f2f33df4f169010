/** The storage of clusters alone, for tests inside the Workers runtime. */
import { DurableObject } from 'cloudflare:workers';
import type { SubscriberStub } from '../../src/storage/env.ts';
import type { EventBatch } from '../../src/storage/types.ts';

export { RevisionLog } from '../../src/storage/revision-log.ts';
export { WatchHub } from '../../src/storage/watch-hub.ts';

/** A subscriber that keeps what it is told. */
export class Follower extends DurableObject implements SubscriberStub {
  readonly batches: EventBatch[] = [];

  async deliver(_cluster: string, _name: string, _hub: string, batch: EventBatch): Promise<void> {
    this.batches.push(batch);
  }

  async told(): Promise<EventBatch[]> {
    return this.batches.splice(0);
  }
}

export default { fetch: () => new Response('storage only') };

import type { EventBatch, CommitResult, Transaction } from './types.ts';
import type { Subscriber } from './mailbox.ts';

/** What the log offers to the other parts of the cluster. */
export interface RevisionLogStub {
  commit(cluster: string, transactions: readonly Transaction[]): Promise<CommitResult[]>;
  head(cluster: string): Promise<number>;
  /**
   * Registers a hub that has everything up to `known` (-1: it does not remember): events after the answered head are
   * pushed to it. `seen`: up to where it was told everything; -1: not known. `life` is this cluster's alone: one of its
   * name that is made later has another. Throws when the cluster was destroyed.
   */
  attach(cluster: string, hub: string, known: number): Promise<{ head: number; seen: number; life: string }>;
  /** Waits until what is committed has reached the hubs and their subscribers. */
  settled(cluster: string): Promise<void>;
  /** Takes commits of a cluster that is made, also when one of its name was destroyed before. */
  begin(cluster: string): Promise<void>;
  /** From here on nothing is committed. Answers the hubs that it pushed to. */
  destroy(cluster: string): Promise<string[]>;
}

/** What a hub offers to the other parts of the cluster; watches come through `fetch`. */
export interface WatchHubStub {
  fetch(request: Request): Promise<Response>;
  append(cluster: string, hub: string, batch: EventBatch, life: string): Promise<{ active: boolean }>;
  subscribe(cluster: string, hub: string, subscriber: Subscriber): Promise<number>;
  unsubscribe(cluster: string, hub: string, name: string): Promise<void>;
  settled(): Promise<void>;
  destroy(): Promise<void>;
}

/** A part of the cluster that follows a hub. */
export interface SubscriberStub {
  deliver(cluster: string, name: string, hub: string, batch: EventBatch): Promise<void>;
}

/** A namespace of Durable Objects whose names begin with their cluster's id. */
export interface Objects<Stub> {
  getByName(name: string): Stub;
}

/**
 * The bindings storage needs. Subscribers are named `<BINDING>:<object name>`, so that a hub can reach them
 * without knowing what they are.
 */
export interface StorageEnv {
  DB: D1Database;
  REVISION_LOG: Objects<RevisionLogStub>;
  WATCH_HUB: Objects<WatchHubStub>;
  /** Seconds and revisions of history that are kept for watches and continued lists. */
  KEDGE_HISTORY_SECONDS?: string;
  KEDGE_HISTORY_REVISIONS?: string;
}

/** The database of a cluster. One is bound today; more databases are more bindings. */
export const databaseOf = (env: StorageEnv, _cluster: string): D1Database => env.DB;

/** The object of a cluster's hub. */
export const hubStub = (env: StorageEnv, cluster: string, hub: string): WatchHubStub =>
  env.WATCH_HUB.getByName(`${cluster}/${hub}`);

export const logStub = (env: StorageEnv, cluster: string): RevisionLogStub =>
  env.REVISION_LOG.getByName(cluster);

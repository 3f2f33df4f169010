/**
 * Events (core/v1) of the control plane: counted when they repeat, combined when they are many and alike, and dropped
 * when one object has too many. Nobody waits for them and nothing they meet is an error.
 * Source: client-go tools/record (event.go, events_cache.go).
 */
import type { Clock } from '../apimachinery/clock.ts';
import { StatusError } from '../apimachinery/status.ts';
import { formatTime } from '../apimachinery/time.ts';
import type { Event, ObjectReference } from '../apimachinery/types/core.v1.gen.ts';
import type { Stored } from '../apis/object.ts';
import type { Client, ResourceName } from './client.ts';

/** Emits events as upstream's recorder does, counting repeats. Never throws. */
export interface EventRecorder {
  /** `fieldPath` names the part of the object it is about: `spec.containers{web}`. */
  event(regarding: Stored, type: EventType, reason: string, message: string, fieldPath?: string): void;
}

export type EventType = 'Normal' | 'Warning';

const EVENTS: ResourceName = ['', 'events'];

/** Distinct events, distinct subjects and groups of alike events that are remembered. */
const CACHE = 2048;
/** Events being written; what comes on top is dropped. */
const QUEUE = 1000;
/** Different messages for one reason and subject within WINDOW_MS before they are combined. */
const ALIKE = 10;
const WINDOW_MS = 600_000;
/** Events of one source about one subject: so many at once, then one every five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;
const MAX_NAME = 253;

type StoredEvent = Stored<Event & Record<string, any>>;

/** What is known of one event that may repeat. */
interface Observed {
  count: number;
  last: number;
  message: string;
  /** How much of `count` has been written. */
  written: number;
  stored: StoredEvent | undefined;
  writing: boolean;
}

/** A map that forgets what was used least recently. */
class Recent<V> {
  readonly #map = new Map<string, V>();
  get(key: string): V | undefined {
    const value = this.#map.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }
  set(key: string, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > CACHE) this.#map.delete(this.#map.keys().next().value!);
  }
}

/** Writes the events of all components of a control plane. */
export class EventBroadcaster {
  readonly #clock: Clock;
  /** Called when nothing is being written any more. */
  readonly #onIdle: () => void;
  readonly #observed = new Recent<Observed>();
  readonly #alike = new Recent<{ messages: Set<string>; since: number }>();
  readonly #budgets = new Recent<{ tokens: number; at: number }>();
  #pending = 0;
  #sequence = 0;

  constructor(clock: Clock, onIdle: () => void = () => {}) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** Events that are being written. */
  get pending(): number {
    return this.#pending;
  }

  /** A recorder for a component, writing as the client's user; `host`: the node it runs on. */
  recorder(component: string, client: Client, host?: string): EventRecorder {
    return {
      event: (regarding, type, reason, message, fieldPath) => {
        this.#record(
          client,
          { component, ...(host ? { host } : {}) },
          regarding,
          type,
          reason,
          message,
          fieldPath,
        );
      },
    };
  }

  #record(
    client: Client,
    source: { readonly component: string; readonly host?: string },
    { apiVersion, kind, metadata }: Stored,
    type: EventType,
    reason: string,
    message: string,
    fieldPath: string | undefined,
  ): void {
    const { component, host = '' } = source;
    const now = this.#clock.now();
    const { namespace = '', name = '', uid = '', resourceVersion = '' } = metadata;
    const subject = [component, kind, namespace, name, uid, apiVersion].join('\u0000');
    const group = [subject, type, reason].join('\u0000');
    const combined = this.#isOneOfMany(group, message, now);
    const text = combined ? `(combined from similar events): ${message}` : message;
    const key = combined ? group : [group, fieldPath ?? '', message].join('\u0000');

    let observed = this.#observed.get(key);
    if (!observed) {
      observed = { count: 0, last: now, message: text, written: 0, stored: undefined, writing: false };
      this.#observed.set(key, observed);
    }
    observed.count++;
    observed.last = now;
    observed.message = text;
    if (!this.#allowed(subject, now) || observed.writing || this.#pending >= QUEUE) return;
    const involvedObject: ObjectReference = {
      ...(kind ? { kind } : {}),
      ...(namespace ? { namespace } : {}),
      name,
      ...(uid ? { uid } : {}),
      ...(apiVersion ? { apiVersion } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(fieldPath ? { fieldPath } : {}),
    };
    const event: Event & Record<string, any> = {
      metadata: { name: this.#nameFor(name, now), namespace: namespace || 'default' },
      involvedObject,
      reason,
      message: text,
      source,
      firstTimestamp: formatTime(now),
      lastTimestamp: formatTime(now),
      count: 1,
      type,
      reportingComponent: component,
      reportingInstance: host,
    };
    void this.#write(client, event, observed);
  }

  /** Writes an event until all that was counted meanwhile is written, too. */
  async #write(client: Client, event: Event & Record<string, any>, observed: Observed): Promise<void> {
    observed.writing = true;
    this.#pending++;
    try {
      while (observed.written < observed.count) {
        const { count, last, message } = observed;
        observed.stored = observed.stored
          ? await this.#repeat(client, event, observed.stored, count, last, message)
          : await client.create(EVENTS, event.metadata.namespace!, { ...event, count, message });
        observed.written = count;
      }
    } catch {
      // Events are a courtesy: the namespace may be going, the database may be away.
      observed.written = observed.count;
    } finally {
      observed.writing = false;
      this.#pending--;
      if (this.#pending === 0) this.#onIdle();
    }
  }

  async #repeat(
    client: Client,
    event: Event & Record<string, any>,
    stored: StoredEvent,
    count: number,
    last: number,
    message: string,
  ): Promise<StoredEvent> {
    const { namespace = '', name = '' } = stored.metadata;
    try {
      return await client.update<Event & Record<string, any>>(
        EVENTS,
        namespace,
        name,
        (known) => ({ ...known, count, message, lastTimestamp: formatTime(last) }),
        stored,
      );
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 404) throw error;
      // It has expired: it begins again under its new name.
      return client.create(EVENTS, namespace, { ...event, count, message });
    }
  }

  /** Whether the event is one of so many alike that they are told as one. */
  #isOneOfMany(group: string, message: string, now: number): boolean {
    let alike = this.#alike.get(group);
    if (!alike || now - alike.since > WINDOW_MS) {
      alike = { messages: new Set(), since: now };
      this.#alike.set(group, alike);
    }
    alike.since = now;
    if (alike.messages.has(message)) return false;
    if (alike.messages.size >= ALIKE - 1) return true;
    alike.messages.add(message);
    return false;
  }

  #allowed(subject: string, now: number): boolean {
    let budget = this.#budgets.get(subject);
    if (!budget) {
      budget = { tokens: BURST, at: now };
      this.#budgets.set(subject, budget);
    }
    budget.tokens = Math.min(BURST, budget.tokens + (now - budget.at) / REFILL_MS);
    budget.at = now;
    if (budget.tokens < 1) return false;
    budget.tokens--;
    return true;
  }

  /** `<object>.<nanoseconds since the epoch in hex>`, unlike any other of this broadcaster. */
  #nameFor(name: string, now: number): string {
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    const suffix = `.${(BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#sequence)).toString(16)}`;
    return name.slice(0, MAX_NAME - suffix.length) + suffix;
  }
}

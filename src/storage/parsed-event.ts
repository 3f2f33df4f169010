import { parseStored } from './encoding.ts';
import type { Event } from './types.ts';

/** An event whose objects are parsed at most once, however many watchers look at them. */
export class ParsedEvent {
  readonly event: Event;
  #object: any;
  #previous: any;

  constructor(event: Event) {
    this.event = event;
  }

  get object(): any {
    this.#object ??= parseStored(this.event.value);
    return this.#object;
  }

  /** The object as it was; undefined when the event created it. */
  get previous(): any {
    if (this.event.prevValue === undefined) return undefined;
    this.#previous ??= parseStored(this.event.prevValue);
    return this.#previous;
  }

  /** Lets go of the parsed objects, which take several times the room of their text. */
  forget(): void {
    this.#object = undefined;
    this.#previous = undefined;
  }
}

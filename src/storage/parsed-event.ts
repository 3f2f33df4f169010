import { parseStored } from './encoding.ts';
import type { Event } from './types.ts';

/** An event whose objects are parsed at most once, however many watchers look at them. */
export class ParsedEvent {
  readonly event: Event;
  #object: any;
  #previous: any;
  #nodes: ReadonlySet<string> | undefined;

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

  /** Whether the object, or what it was, may be a pod of this node: told from the text, far cheaper than from the object. */
  mayConcern(node: string): boolean {
    this.#nodes ??= new Set([...nodesIn(this.event.value), ...nodesIn(this.event.prevValue ?? '')]);
    return this.#nodes.has(node);
  }

  /** Lets go of the parsed objects, which take several times the room of their text. */
  forget(): void {
    this.#object = undefined;
    this.#previous = undefined;
    this.#nodes = undefined;
  }
}

const NODE_NAME = '"nodeName":"';

/**
 * The values of all fields `nodeName` in a stored text. In strings its quotes would be escaped; a label of that name is
 * found too.
 */
function nodesIn(text: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(NODE_NAME); at >= 0; at = text.indexOf(NODE_NAME, at)) {
    at += NODE_NAME.length;
    found.push(text.slice(at, text.indexOf('"', at)));
  }
  return found;
}

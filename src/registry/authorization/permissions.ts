/**
 * What a request was allowed to do, proved when it writes: the transaction carries the role and the binding the permission
 * rests on as assumptions, and the log refuses it when one of them was written since. Then the newest roles are asked.
 */
import type { Assumption } from '../../storage/types.ts';
import type { Attributes } from './attributes.ts';
import type { Authorizer, ProvenDecision } from './authorizer.ts';
import { refusal } from './forbidden.ts';

export class Permissions {
  readonly #authorizer: Authorizer;
  readonly #granted: { readonly attributes: Attributes; decision: ProvenDecision }[] = [];

  constructor(authorizer: Authorizer) {
    this.#authorizer = authorizer;
  }

  /** @throws StatusError 403. */
  async require(attributes: Attributes): Promise<void> {
    const decision = await this.#authorizer.authorize(attributes);
    if (!decision.allowed) throw refusal(attributes, decision.reason);
    this.#granted.push({ attributes, decision });
  }

  /** Why something else that the request takes is not allowed; undefined: it is, and is proved with the rest. */
  async ask(attributes: Attributes): Promise<string | undefined> {
    const decision = await this.#authorizer.authorize(attributes);
    if (!decision.allowed) return refusal(attributes, decision.reason).message;
    this.#granted.push({ attributes, decision });
    return undefined;
  }

  assumptions(): Assumption[] {
    return this.#granted.flatMap(({ decision: { keys, revision } }) =>
      keys.map((prefix) => ({ prefix, revision })),
    );
  }

  /** Asks again, after an assumption was refused. @throws StatusError 403. */
  async renew(): Promise<void> {
    for (const grant of this.#granted) {
      grant.decision = await this.#authorizer.authorizeAnew(grant.attributes);
      if (!grant.decision.allowed) throw refusal(grant.attributes, grant.decision.reason);
    }
  }
}

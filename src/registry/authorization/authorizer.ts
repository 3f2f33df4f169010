/**
 * Asks the roles of a cluster, which a server keeps in memory: for a second without looking whether they have changed.
 * What is allowed may be that old; a refusal never is, so that whoever was just given a role can use it.
 * Source: kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go.
 */
import type { Clock } from '../../apimachinery/clock.ts';
import type { UserInfo } from '../../apis/definition.ts';
import type { Stored } from '../../apis/object.ts';
import { decodeStored } from '../../storage/encoding.ts';
import { namespacePrefix, resourcePrefix } from '../../storage/keys.ts';
import { listAll, type Storage } from '../../storage/types.ts';
import type { AdmissionCache } from '../cache.ts';
import { kept, weightOf } from '../kept.ts';
import { type Attributes, type Decision, isSuperuser } from './attributes.ts';
import { Policy, RBAC, type Rules } from './policy.ts';

const FRESH_MS = 1000;
/** Lists kept; the oldest go first. */
const LIMIT = 1000;
/** Every key of roles and bindings begins with it. */
const PREFIX = `${RBAC}/`;

/** What a server remembers of the roles of one cluster. All of it is as of `revision` at the least. */
class PolicyMemory {
  readonly lists = new Map<string, readonly Stored[]>();
  /** Undefined: nothing is known yet. */
  revision: number | undefined;
  /** When it was last found to be the newest: on the clock (ms), and as the cache counts moments. */
  checkedAt = 0;
  checkedMoment = 0;
}

const memories = new WeakMap<AdmissionCache, PolicyMemory>();

function memoryOf(cache: AdmissionCache): PolicyMemory {
  let memory = memories.get(cache);
  if (!memory) {
    memory = new PolicyMemory();
    memories.set(cache, memory);
  }
  return memory;
}

/** A decision, and the revision as of which it holds. */
export interface ProvenDecision extends Decision {
  readonly revision: number;
}

export interface AuthorizerOptions {
  readonly storage: Storage;
  /** The server's memory of the cluster. */
  readonly cache: AdmissionCache;
  readonly clock: Clock;
}

const namespaceOf = (attributes: Attributes): string => (attributes.isResource ? attributes.namespace : '');

/** For one request. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #memory: PolicyMemory;
  /** The moment the request began. */
  readonly #since: number;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#memory = memoryOf(options.cache);
    this.#since = options.cache.moment();
  }

  async authorize(attributes: Attributes): Promise<ProvenDecision> {
    if (isSuperuser(attributes.user)) return { allowed: true, reason: '', keys: [], revision: 0 };
    const { policy, revision, moment } = await this.#policy(namespaceOf(attributes), FRESH_MS);
    const decision = policy.authorize(attributes);
    // A refusal counts only when it rests on what was looked at since the request began.
    if (!decision.allowed && moment < this.#since) return this.authorizeAnew(attributes);
    return { ...decision, revision };
  }

  /** As authorize, of the newest roles. */
  async authorizeAnew(attributes: Attributes): Promise<ProvenDecision> {
    const { policy, revision } = await this.#policy(namespaceOf(attributes), 0);
    return { ...policy.authorize(attributes), revision };
  }

  /** The rules of a user at the cluster scope and in a namespace, of the newest roles. */
  async rulesFor(user: UserInfo, namespace: string): Promise<Rules> {
    return (await this.#policy(namespace, 0)).policy.rulesFor(user);
  }

  /** Roles and bindings, at most so many milliseconds old; since when they are known to be the newest. */
  async #policy(
    namespace: string,
    age: number,
  ): Promise<{ policy: Policy; revision: number; moment: number }> {
    await this.#refresh(age);
    const { revision = 0, checkedMoment: moment } = this.#memory;
    const [clusterRoles, clusterRoleBindings, roles, roleBindings] = await Promise.all([
      this.#list(resourcePrefix(RBAC, 'clusterroles')),
      this.#list(resourcePrefix(RBAC, 'clusterrolebindings')),
      namespace ? this.#list(namespacePrefix(RBAC, 'roles', namespace)) : [],
      namespace ? this.#list(namespacePrefix(RBAC, 'rolebindings', namespace)) : [],
    ]);
    const policy = new Policy({ clusterRoles, clusterRoleBindings, namespace, roles, roleBindings });
    return { policy, revision, moment };
  }

  /** Forgets everything when anything was written. */
  async #refresh(age: number): Promise<void> {
    const { storage, cache, clock } = this.#options;
    const memory = this.#memory;
    const now = clock.now();
    // A clock that was set back proves nothing.
    if (memory.revision !== undefined && now >= memory.checkedAt && now < memory.checkedAt + age) return;
    const moment = cache.moment();
    if (memory.revision === undefined) {
      memory.revision = await storage.head();
      memory.lists.clear();
    } else {
      const { changed, revision } = await storage.changedSince(PREFIX, memory.revision);
      if (changed) memory.lists.clear();
      // Who asked earlier may be answered later.
      memory.revision = changed ? revision : Math.max(memory.revision, revision);
    }
    memory.checkedAt = Math.max(memory.checkedAt, now);
    memory.checkedMoment = Math.max(memory.checkedMoment, moment);
  }

  async #list(prefix: string): Promise<readonly Stored[]> {
    const { lists } = this.#memory;
    const known = lists.get(prefix);
    if (known) {
      kept.get(known);
      return known;
    }
    const { rows, revision } = await listAll(this.#options.storage, prefix);
    const objects = rows.map((row) => decodeStored(row.value, row.revision));
    // What was read before a change that has been noticed since is no longer kept.
    if (revision >= (this.#memory.revision ?? 0)) {
      lists.set(prefix, objects);
      kept.set(objects, () => lists.get(prefix) === objects && lists.delete(prefix), weightOf(rows));
      if (lists.size > LIMIT) lists.delete(lists.keys().next().value!);
    }
    return objects;
  }
}

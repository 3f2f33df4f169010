/**
 * When a Durable Object must be woken: a timer in memory for what is due soon, the alarm for what is due later, and the
 * alarm as a safety net while there is work, since memory may vanish. At rest there is neither.
 */

/** What a part of the control plane is at. */
export interface Plan {
  /** Something is being worked on. */
  readonly busy: boolean;
  /** When it wants to be woken, in ms since the epoch. */
  readonly nextDue: number | undefined;
}

/** While there is work an alarm stands this far ahead, in ms. */
export const SAFETY_NET = 30_000;
/** Waits up to here are timers, longer ones are alarms; ms. */
export const TIMER = 30_000;
/** How long nothing must happen before the safety net is taken down, in ms. */
export const REST = 3000;

/** What the object offers. Times are ms since the epoch. */
export interface WakeUpOptions {
  now(): number;
  /** Answers what cancels it. */
  setTimer(at: number, ring: () => void): () => void;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  plan(): Plan;
  /** Does what is due. */
  wake(): void;
}

export class WakeUp {
  readonly #options: WakeUpOptions;
  #cancel: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** When the alarm rings; null: there is none; undefined: not known. */
  #alarmAt: number | null | undefined;

  constructor(options: WakeUpOptions) {
    this.#options = options;
  }

  /** Sets timer and alarm as the plan wants them. */
  follow({ busy, nextDue = Number.POSITIVE_INFINITY }: Plan): void {
    const now = this.#options.now();
    if (nextDue - now <= TIMER) {
      this.#setTimer(nextDue);
      // Behind the timer: it rings only when the timer was lost.
      void this.secure(busy ? SAFETY_NET : nextDue - now + SAFETY_NET);
    } else if (busy) {
      void this.secure();
    } else if (this.#alarmAt !== (nextDue === Number.POSITIVE_INFINITY ? null : nextDue)) {
      this.#setTimer(now + REST);
    }
  }

  /** Makes sure an alarm rings within so many ms. */
  async secure(within = SAFETY_NET): Promise<void> {
    const now = this.#options.now();
    if (this.#alarmAt && this.#alarmAt > now && this.#alarmAt <= now + within) return;
    this.#alarmAt = now + within;
    await this.#options.setAlarm(this.#alarmAt);
  }

  /** The alarm has rung. */
  rang(): void {
    this.#alarmAt = null;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  /** An earlier timer that is set already does as well: when it rings the plan is looked at again. */
  #setTimer(at: number): void {
    if (this.#timerAt <= at) return;
    this.stop();
    this.#timerAt = at;
    this.#cancel = this.#options.setTimer(at, () => {
      this.#cancel = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#ring();
    });
  }

  #ring(): void {
    const { busy, nextDue } = this.#options.plan();
    if (busy || (nextDue !== undefined && nextDue - this.#options.now() <= TIMER)) {
      this.#options.wake();
    } else if (nextDue === undefined) {
      this.#alarmAt = null;
      void this.#options.deleteAlarm();
    } else if (this.#alarmAt !== nextDue) {
      this.#alarmAt = nextDue;
      void this.#options.setAlarm(nextDue);
    }
  }
}

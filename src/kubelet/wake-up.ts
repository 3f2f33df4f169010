/**
 * When a node has to be woken: a timer in memory for what is due soon, the object's alarm for what is due later and as
 * a safety net behind the timer, since memory may vanish. At rest there is neither.
 */

/** Waits up to here are timers; ms. */
const TIMER = 30_000;
/** The alarm behind a timer, and while there is work, stands this far ahead; ms. */
const SAFETY_NET = 30_000;
/** How long nothing must happen before the alarm is taken down, in ms. */
const REST = 3000;

/** What the object offers. Times are ms since the epoch, of the machine's clock. */
export interface WakeUpOptions {
  now(): number;
  /** Answers what cancels it. */
  setTimer(delay: number, ring: () => void): () => void;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  /** When something is due; Infinity: nothing is. */
  nextDue(): number;
  busy(): boolean;
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

  /** Sets the timer and the alarm as they are needed now. */
  plan(): void {
    const { now, nextDue, busy } = this.#options;
    const due = nextDue();
    const time = now();
    if (due - time <= TIMER) {
      this.#setTimer(due);
      void this.secure();
    } else if (busy()) {
      void this.secure();
    } else if (this.#alarmAt !== wanted(due)) {
      // Not yet: what goes on now will plan again, and alarms are writes.
      this.#setTimer(time + REST);
    }
  }

  /** Makes sure that the alarm rings soon, whatever becomes of the memory. */
  async secure(): Promise<void> {
    const time = this.#options.now();
    if (this.#alarmAt && this.#alarmAt > time && this.#alarmAt <= time + TIMER + SAFETY_NET) return;
    this.#alarmAt = time + TIMER + SAFETY_NET;
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

  /** An earlier timer does as well: when it rings everything is looked at again. */
  #setTimer(at: number): void {
    if (this.#timerAt <= at) return;
    this.stop();
    this.#timerAt = at;
    this.#cancel = this.#options.setTimer(Math.max(at - this.#options.now(), 0), () => {
      this.#cancel = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#ring();
    });
  }

  #ring(): void {
    const { now, nextDue, busy, setAlarm, deleteAlarm, wake } = this.#options;
    const due = nextDue();
    if (busy() || due - now() <= TIMER) {
      wake();
    } else if (this.#alarmAt !== wanted(due)) {
      this.#alarmAt = wanted(due);
      void (this.#alarmAt === null ? deleteAlarm() : setAlarm(this.#alarmAt));
    }
  }
}

/** The alarm of a node with nothing to do until `due`. */
const wanted = (due: number): number | null => (due === Number.POSITIVE_INFINITY ? null : due);

import type { Direction } from '../activities/scope.js';
import { type ErrorType, errorTable } from '../src/contract/errors.js';
import type { LinkReport } from '../src/contract/link.js';
import type { Blocker } from '../src/contract/status.js';

/** Servers restart and networks blink: what is over within this is no matter for the operator. */
export const patienceMs = 30_000;

type Trouble = Pick<Blocker, 'type' | 'message' | 'remedy'> & { type: ErrorType };

const backByItself = 'Bring it back, and the migration goes on by itself';
const sourceLost: Trouble = {
  type: 'SourceLost',
  message: "The source can't be reached.",
  remedy: `${backByItself}; or promote what the target has: cutover {"acceptLossBytes":N}.`,
};
const targetLost: Trouble = {
  type: 'TargetLost',
  message: "The target can't be reached.",
  remedy: `${backByItself}. If it is gone for good, 'abort'.`,
};
const linkDown: Trouble = {
  type: 'ReplicationStalled',
  message: 'The link between the source and the target is down.',
  remedy: errorTable.ReplicationStalled.remedy,
};

/** After the promotion, what a link that stays down means is said by `status.rollback`. */
const troubles: Record<Direction, Partial<Record<LinkReport['state'], Trouble>>> = {
  forward: { 'primary-lost': sourceLost, 'standby-lost': targetLost, 'link-down': linkDown },
  back: {
    'primary-lost': { ...targetLost, remedy: `${backByItself}.` },
    'standby-lost': { ...sourceLost, remedy: `${backByItself}; until then there is no way back.` },
  },
};

/** How long a server, or the link, has been gone. It may come back by itself; what lasts is shown to the operator. */
export class Outage {
  private trouble: Trouble | null = null;
  private since = 0;

  constructor(private readonly direction: Direction) {}

  /** Takes in what was seen at a time, in Unix ms. */
  see({ state }: LinkReport, now: number): { began: string | null; lasting: Trouble | null } {
    const trouble = troubles[this.direction][state] ?? null;
    const began = trouble !== null && trouble !== this.trouble;
    if (began) this.since = now;
    this.trouble = trouble;
    return {
      // A new link is down at first: that alone is no news.
      began: began && trouble !== linkDown ? trouble.message : null,
      lasting: trouble !== null && now - this.since >= patienceMs ? trouble : null,
    };
  }

  /** For how long to look, so that what lasts is shown in time, in ms. */
  within(sliceMs: number, now: number): number {
    const left = this.since + patienceMs - now;
    return this.trouble === null || left <= 0 ? sliceMs : Math.min(sliceMs, left);
  }
}

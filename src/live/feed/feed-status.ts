import { MigrationError } from '../../contract/errors.js';
import type { FeedReport } from './feed-back.js';
import type { FeedHooks } from './feed-server.js';
import type { Refusal } from './replica-session.js';
import type { ReverseSpool } from './reverse-spool.js';

/** What there is to be told of a feed. */
export class FeedStatus {
  spool: ReverseSpool | undefined;
  port: number | null = null;
  /** Where the target's stream is. */
  follower: { readonly end: number } | undefined;
  /** Called with the source's offset when it has acknowledged one. */
  onApplied: ((offset: number) => void) | undefined;
  #connected = false;
  #following = false;
  #trouble: string | null = null;
  #lost: string | null = null;
  #refused = 0;
  #told = '';

  constructor(private readonly onReport: ((report: FeedReport) => void) | undefined) {}

  readonly hooks: FeedHooks = {
    onConnected: offset => {
      this.#connected = true;
      this.#lost = null;
      this.#acknowledged(offset);
    },
    onDisconnected: () => {
      this.#connected = false;
      this.tell();
    },
    onAcknowledged: offset => this.#acknowledged(offset),
    onRefused: refusal => this.lost(new Error(whyRefused(refusal))),
  };

  following(following: boolean): void {
    this.#following = following;
    this.tell();
  }

  trouble(error: unknown): void {
    this.#trouble = error === null ? null : messageOf(error);
    this.tell();
  }

  lost(error: unknown): void {
    this.#lost = messageOf(error);
    this.tell();
  }

  /** So many commands of the stream the source has refused. */
  refused(count: number): void {
    this.#refused = count;
    this.tell();
  }

  /** Says what has changed, if anything has. */
  tell(): void {
    const report = this.#report();
    const text = JSON.stringify(report);
    if (text === this.#told) return;
    this.#told = text;
    this.onReport?.(report);
  }

  #acknowledged(offset: number): void {
    this.spool?.acknowledged.take(offset);
    this.onApplied?.(offset);
    this.tell();
  }

  #report(): FeedReport {
    const { source: ackedOffset = 0, target: appliedOffset = 0 } = this.spool?.acknowledged ?? {};
    const targetOffset = this.follower?.end ?? 0;
    return {
      connected: this.#connected,
      following: this.#following,
      lagBytes: Math.max(0, targetOffset - appliedOffset),
      ackedOffset,
      targetOffset,
      appliedOffset,
      port: this.port,
      spoolBytes: this.spool?.bytes ?? 0,
      lost: this.#lost ?? whyDiffers(this.#refused),
      trouble: this.#trouble,
    };
  }
}

const messageOf = (error: unknown): string => {
  if (error instanceof MigrationError) return `${error.type}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
};

const whyDiffers = (refused: number): string | null =>
  refused === 0
    ? null
    : `the source has refused ${refused} commands of the target's stream: it is not what the target is`;

function whyRefused({ why, request }: Refusal): string {
  const place = `offset ${request.offset} of ${request.replicationId}`;
  if (why === 'history')
    return `the source asks for another history (${place}): it has restarted, has taken writes, or was fed by another worker`;
  if (why === 'behind') return `the source asks for what is not kept any more (${place}): it has restarted with less`;
  return `the source is ahead of what is kept (${place}): the spool has lost its end`;
}

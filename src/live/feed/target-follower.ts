import type { StreamSink } from '../receive/receive-stream.js';
import type { ReverseSpool } from './reverse-spool.js';
import type { ReverseTranslation } from './reverse-translation.js';
import { WayBackLost } from './way-back-lost.js';

export interface FollowerOptions {
  /** Where the source is told up to where the target's stream is in what it has. */
  checkpointKey: string;
  /** Reads the wanted keys from the target and writes them out for the source. */
  fetch(translation: ReverseTranslation): Promise<void>;
}

/** Beyond it what isn't whole yet is kept on the disk, not in memory. */
const mostHeld = 256 << 10;
const getack = Buffer.from('*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n', 'latin1');
const nothing = Buffer.alloc(0);
const noteMs = 1;

/** Takes the target's stream, and keeps what the source must run of it. */
export class TargetFollower implements StreamSink {
  readonly snapshot = null;
  /** Offset of the last byte that came from the target. */
  end: number;
  /** When it last kept something, by `performance.now`. */
  keptAt = performance.now();
  #asked = true;
  /** The target's offset that the source was told last. */
  #noted = 0;
  #noting: NodeJS.Timeout | undefined;

  constructor(
    private readonly spool: ReverseSpool,
    private readonly translation: ReverseTranslation,
    private readonly options: FollowerOptions,
  ) {
    this.end = translation.offset;
    spool.onSettled = () => this.#settled();
  }

  /** The target is at this offset now: what it has written up to there comes late. */
  behind(offset: number): void {
    if (offset > this.end) this.translation.late(offset);
  }

  get replicationId(): string {
    return this.translation.mark.replicationId;
  }

  /** What the target need not keep for us. */
  get durable(): number {
    return this.spool.settled;
  }

  append(bytes: Buffer, arrivedAt: number): Promise<void> | undefined {
    this.end += bytes.length;
    this.translation.take(bytes, arrivedAt);
    if (this.translation.wanted.length === 0 || this.translation.inTransaction) return this.#keep();
    return this.options.fetch(this.translation).then(() => this.#keep());
  }

  /** Shows the source that we are there, and asks it how far it is. */
  beat(what: 'alive' | 'acknowledge'): void {
    if (this.translation.inTransaction || this.translation.wanted.length > 0 || this.translation.out.length > 0) return;
    if (what === 'acknowledge' && this.#asked) return;
    this.#asked = true;
    this.keptAt = performance.now();
    this.spool.mark(what === 'acknowledge' ? getack : nothing, this.translation.mark);
  }

  async renameId(replicationId: string): Promise<void> {
    this.translation.rename(replicationId);
  }

  async sync(): Promise<void> {}

  async begin(): Promise<never> {
    throw new WayBackLost('the target sends a snapshot instead of its stream');
  }

  finishSnapshot = (): Promise<never> => this.begin();

  /** Nothing of it is for the source: which is told all the same that it has it, once nothing more comes. */
  #pass(offset: number): void {
    this.spool.passed(offset);
    if (offset > this.#noted) this.#noting ??= setTimeout(() => this.#noteQuiet(), noteMs);
  }

  #noteQuiet(): void {
    this.#noting = undefined;
    const { out, inTransaction, wanted, offset } = this.translation;
    if (!inTransaction && wanted.length === 0 && out.length === 0 && offset > this.#noted) this.#flush();
  }

  #settled(): void {
    if (this.translation.out.length > 0 && this.translation.wanted.length === 0) void this.#keep();
  }

  #keep(): Promise<void> | undefined {
    const { out, inTransaction, mark } = this.translation;
    if (out.length === 0) {
      if (!inTransaction) this.#pass(mark.offset);
      return undefined;
    }
    // What comes while the disk is busy goes there at once afterwards.
    if ((inTransaction || this.spool.settling) && out.length < mostHeld) return undefined;
    return this.#flush();
  }

  #flush(): Promise<void> | undefined {
    const { translation, spool } = this;
    const { out, inTransaction, mark } = translation;
    if (!inTransaction) this.#noted = translation.note(this.options.checkpointKey);
    const held = inTransaction ? spool.add(out.view()) : spool.mark(out.view(), mark);
    out.clear();
    this.keptAt = performance.now();
    this.#asked = false;
    return held;
  }
}

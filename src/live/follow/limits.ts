import type { Control } from '../../contract/messages.js';
import { Pace } from '../../keys/pace.js';
import type { Applier, StreamChunk } from '../apply/index.js';

type Limits = Omit<Control, 'paused'>;

const nothing: Limits = { maxKeysPerSecond: 0, maxBytesPerSecond: 0 };

/** As limits: nothing goes through a pause. */
export const limitsOf = (control: Control): Limits => (control.paused ? nothing : control);

/** Under a limit the stream is fed in pieces, so that none makes a burst, or a wait, of its own. */
const leastPiece = 512;
const mostPiece = 64 << 10;
/** A command is hardly shorter. */
const commandBytes = 16;

/**
 * Holds back what is applied of a stream; what is received goes on. The limits are the operator's, asked all the time: of
 * the stream's bytes, and of its commands, each of which counts as a key.
 */
export class StreamThrottle {
  readonly #commands: Pace;
  readonly #bytes: Pace;

  constructor(control: () => Control) {
    const limits = () => limitsOf(control());
    this.#commands = new Pace(() => limits().maxKeysPerSecond);
    this.#bytes = new Pace(() => limits().maxBytesPerSecond);
  }

  get limited(): boolean {
    return this.#commands.limited || this.#bytes.limited;
  }

  /** Resolves when something may be applied. @throws the signal's abort */
  async pass(signal: AbortSignal): Promise<void> {
    await this.#take(0, 0, signal);
  }

  /** @throws as `applier.feed`; the signal's abort */
  async feed(applier: Applier, { bytes, endOffset, arrivedAt }: StreamChunk, signal: AbortSignal): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + this.#piece);
      from += piece.length;
      const before = applier.commands;
      await applier.feed({ bytes: piece, endOffset: endOffset - bytes.length + from, arrivedAt });
      await this.#take(applier.commands - before, piece.length, signal);
    }
  }

  get #piece(): number {
    const commands = this.#commands.limit(mostPiece / commandBytes);
    return Math.max(leastPiece, Math.min(this.#bytes.limit(mostPiece), commands * commandBytes));
  }

  async #take(commands: number, bytes: number, signal: AbortSignal): Promise<void> {
    await this.#commands.take(commands, signal);
    await this.#bytes.take(bytes, signal);
  }
}

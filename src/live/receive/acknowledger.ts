import { encodeCommand } from '../../resp/encode.js';

const hastyMs = 50;
const mostHasty = 60;

/** Tells the source again and again up to where it need not keep its stream for us. */
export class Acknowledger {
  #timer: NodeJS.Timeout | undefined;
  #hasty = mostHasty;

  /** @param safe the offset to tell */
  constructor(
    private readonly send: (bytes: Buffer) => void,
    private readonly safe: () => number,
    private readonly everyMs: number,
  ) {}

  /** Often at first: a diskless source begins the stream with an acknowledgement, and isn't ready for it at once. */
  begin(): void {
    this.acknowledge();
    const waitMs = this.#hasty-- > 0 ? Math.min(hastyMs, this.everyMs) : this.everyMs;
    this.#timer = setTimeout(() => this.begin(), waitMs);
  }

  acknowledge(): void {
    this.send(encodeCommand(['REPLCONF', 'ACK', this.safe()]));
  }

  /** The stream has begun to come. */
  streams(): void {
    this.#hasty = 0;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

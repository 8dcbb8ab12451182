import { ByteBuilder } from '../resp/bytes.js';
import { type Arg, encodeCommand } from '../resp/encode.js';
import { ExpectedBytes } from '../resp/expected.js';
import { firstError } from '../resp/first-error.js';
import type { Asker, Pair } from './pair.js';

/** Asks both sides the same, piece by piece, and compares the bytes of the replies: it makes nothing that must be collected. */
export class RawPair {
  readonly #source = new ByteBuilder();
  readonly #target = new ByteBuilder();

  constructor(private readonly pair: Pair) {}

  /**
   * @returns the source's reply as it came, valid until the next piece, and whether the target's is the same
   * @throws RespError; the signal's reason
   */
  async ask(...args: Arg[]): Promise<{ bytes: Buffer; same: boolean }> {
    const { source, target, signal } = this.pair;
    signal?.throwIfAborted();
    const command = encodeCommand(args);
    const [bytes, other] = await Promise.all([
      read(source, command, this.#source),
      read(target, command, this.#target),
    ]);
    return { bytes, same: bytes.equals(other) };
  }
}

async function read(asker: Asker, command: Buffer, into: ByteBuilder): Promise<Buffer> {
  const { errors } = await asker.send(command, new ExpectedBytes(1, into.clear(), Number.POSITIVE_INFINITY));
  if (errors > 0) throw firstError(into.view());
  return into.view();
}

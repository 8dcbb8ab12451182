import { ByteBuilder } from '../resp/bytes.js';
import type { Arg } from '../resp/encode.js';
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
    const [bytes, other] = await Promise.all([read(source, args, this.#source), read(target, args, this.#target)]);
    return { bytes, same: bytes.equals(other) };
  }
}

async function read(asker: Asker, args: readonly Arg[], into: ByteBuilder): Promise<Buffer> {
  const { errors } = await asker.receive(args, new ExpectedBytes(1, into.clear(), Number.POSITIVE_INFINITY));
  if (errors > 0) throw firstError(into.view());
  return into.view();
}

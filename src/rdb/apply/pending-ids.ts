import { compareIds } from '../../values/stream/id.js';
import type { Emit } from '../decode/decoder.js';

/** Ids of a stream's pending entries: in a snapshot they come after the entries, and are needed before. */
export class PendingIds {
  readonly #ids = new Set<string>();

  readonly take: Emit = element => {
    if (element.kind === 'pending') this.#ids.add(element.id);
  };

  /** Each once. */
  inOrder(): string[] {
    return [...this.#ids].sort(compareIds);
  }
}

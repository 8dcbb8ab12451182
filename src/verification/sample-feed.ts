import { KeyBatch } from '../keys/key-batch.js';
import type { KeyFeed, Page } from '../keys/key-feed.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { type Accepts, takeKeys } from '../keys/scan-feed.js';
import type { RespConnection } from '../resp/connection.js';
import { encodeCommands } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';

/** Of keys that are not taken, because a filter leaves them out, so many are drawn for one that is. */
const mostDraws = 20;

/** Random keys of the selected database; some may come twice. https://redis.io/docs/latest/commands/randomkey/ */
export class SampleFeed implements KeyFeed {
  #drawn = 0;
  #taken = 0;

  constructor(
    private readonly connection: RespConnection,
    private readonly quota: number,
    private readonly count: () => number,
    private readonly accepts: Accepts,
  ) {}

  async next(): Promise<Page | undefined> {
    const draws = Math.min(this.count(), this.quota - this.#taken);
    if (draws <= 0 || this.#drawn >= this.quota * mostDraws) return undefined;
    const keys = new KeyBatch();
    const commands = encodeCommands(Array.from({ length: draws }, () => ['RANDOMKEY']));
    const { errors } = await this.connection.rawBytes(commands, draws, keys.wire);
    if (errors > 0) throw refused(this.connection.endpoint, 'RANDOMKEY', firstError(keys.wire.view()));
    takeKeys(keys, new ReplyCursor(keys.wire.view()), this.accepts);
    this.#drawn += draws;
    this.#taken += keys.count;
    return { keys, cursor: String(this.#drawn), seen: draws };
  }

  recycle(): void {}
}

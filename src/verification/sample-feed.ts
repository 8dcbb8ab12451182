import { KeyBatch } from '../keys/key-batch.js';
import type { KeyFeed, Page } from '../keys/key-feed.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { takeKeys } from '../keys/scan-feed.js';
import type { RespConnection } from '../resp/connection.js';
import { encodeCommands } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';

/** Random keys of the selected database; some may come twice. https://redis.io/docs/latest/commands/randomkey/ */
export class SampleFeed implements KeyFeed {
  #drawn = 0;

  constructor(
    private readonly connection: RespConnection,
    private readonly quota: number,
    private readonly count: () => number,
  ) {}

  async next(): Promise<Page | undefined> {
    const draws = Math.min(this.count(), this.quota - this.#drawn);
    if (draws <= 0) return undefined;
    const keys = new KeyBatch();
    const commands = encodeCommands(Array.from({ length: draws }, () => ['RANDOMKEY']));
    const { errors } = await this.connection.rawBytes(commands, draws, keys.wire);
    if (errors > 0) throw refused(this.connection.endpoint, 'RANDOMKEY', firstError(keys.wire.view()));
    takeKeys(keys, new ReplyCursor(keys.wire.view()));
    this.#drawn += draws;
    return { keys, cursor: String(this.#drawn), seen: draws };
  }

  recycle(): void {}
}

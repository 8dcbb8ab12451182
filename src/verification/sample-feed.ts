import { KeyBatch } from '../keys/key-batch.js';
import type { KeyFeed, Page } from '../keys/key-feed.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { type Accepts, takeKeys } from '../keys/scan-feed.js';
import { type Keyspace, primariesOf } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import { encodeCommands } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';

/** Of keys that are not taken, because a filter leaves them out, so many are drawn for one that is. */
const mostDraws = 20;

/** Random keys of the selected database, of a cluster as many from each primary; some may come twice. https://redis.io/docs/latest/commands/randomkey/ */
export class SampleFeed implements KeyFeed {
  #drawn = 0;
  #taken = 0;

  constructor(
    private readonly keyspace: Keyspace,
    private readonly quota: number,
    private readonly count: () => number,
    private readonly accepts: Accepts,
  ) {}

  async next(): Promise<Page | undefined> {
    const draws = Math.min(this.count(), this.quota - this.#taken);
    if (draws <= 0 || this.#drawn >= this.quota * mostDraws) return undefined;
    const keys = new KeyBatch();
    const servers = await primariesOf(this.keyspace);
    const share = Math.ceil(draws / servers.length);
    for (const [n, server] of servers.entries()) await draw(server, Math.min(share, draws - n * share), keys);
    takeKeys(keys, new ReplyCursor(keys.wire.view()), this.accepts);
    this.#drawn += draws;
    this.#taken += keys.count;
    return { keys, cursor: String(this.#drawn), seen: draws };
  }

  recycle(): void {}
}

async function draw(server: RespConnection, draws: number, { wire }: KeyBatch): Promise<void> {
  if (draws <= 0) return;
  const commands = encodeCommands(Array.from({ length: draws }, () => ['RANDOMKEY']));
  const { errors } = await server.rawBytes(commands, draws, wire);
  if (errors > 0) throw refused(server.endpoint, 'RANDOMKEY', firstError(wire.view()));
}

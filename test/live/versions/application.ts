import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, type Command, type Connection, connect } from '../../lab/index.js';

/** How long one rests between two rounds, in ms: the machine is to have time for what is tested. */
const restMs = 20;

/** Writes rounds of commands until it is stopped. Some are refused, by the server's version or by the type of a key. */
export class Application {
  rounds = 0;
  /** Commands that the source took. */
  taken = 0;
  #stopped = false;
  readonly #ended: Promise<void>;

  /** @param round one round of it; @returns how many of its commands were taken */
  constructor(
    source: Address,
    private readonly round: (connection: Connection) => Promise<number>,
  ) {
    this.#ended = this.#run(source);
    this.#ended.catch(() => {}); // `stop` throws it.
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#ended;
  }

  async #run(source: Address): Promise<void> {
    const connection = await connect(source);
    try {
      while (!this.#stopped) {
        this.taken += await this.round(connection);
        this.rounds++;
        await sleep(restMs);
      }
    } finally {
      connection.close();
    }
  }
}

/** Sends them at once. @returns how many were taken */
export async function taken(connection: Connection, commands: readonly Command[]): Promise<number> {
  const replies = await connection.pipeline(commands);
  return replies.filter(reply => !(reply instanceof Error)).length;
}

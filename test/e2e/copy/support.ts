import type { MigrationInput } from '../../../src/contract/input.js';
import { type Connection, contents, type RedisServer } from '../../lab/index.js';

/** Without what the product itself leaves there. */
export async function dataOf(server: RedisServer): Promise<Record<string, unknown>> {
  const found = [...(await contents(server))].filter(([key]) => !key.includes('/__redis-migration:'));
  return Object.fromEntries(found);
}

/** Quick where the time would be spent waiting. */
export const copying = (changes: Partial<MigrationInput> = {}): Partial<MigrationInput> => ({
  method: 'dump-restore',
  observe: { duration: '0s', maxLatency: '10s' },
  ...changes,
});

/** Writes to a server, one number after the other, until it refuses; remembers what was acknowledged. */
export class SteadyWriter {
  readonly acked = new Map<string, string>();
  refusal: string | null = null;
  #stopped = false;
  readonly #done: Promise<void>;

  private constructor(private readonly connection: Connection) {
    this.#done = this.#run();
  }

  static async to(server: RedisServer): Promise<SteadyWriter> {
    return new SteadyWriter(await server.connect());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    this.connection.close();
  }

  /** Resolves when the server has refused a write. */
  get refused(): Promise<void> {
    return this.#done;
  }

  async #run(): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      // Keys that are written again and again, and new ones.
      const key = n % 2 === 0 ? `steady:${n % 20}` : `new:${n}`;
      try {
        await this.connection.send('SET', key, String(n));
      } catch (error) {
        this.refusal = String(error);
        return;
      }
      this.acked.set(key, String(n));
      // Not as fast as it can: what it writes must be compared, too.
      await new Promise(resolve => setTimeout(resolve, 1));
    }
  }
}

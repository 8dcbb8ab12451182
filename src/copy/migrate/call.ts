import type { KeyBatch } from '../../keys/key-batch.js';
import type { Slots } from '../../keys/slots.js';
import { ClusterKeyspace } from '../../keyspace/index.js';
import type { RespConnection } from '../../resp/connection.js';
import { encodeCommand } from '../../resp/encode.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { Lane } from '../lane.js';
import type { ByMigrate } from '../request.js';
import { type Answer, judgeReply, type Way } from './reply.js';

/** For each exchange with the target. The source stands still as long as the target says nothing. */
const timeoutMs = 1000;

/** Has the source send keys to the target: one call at a time, since it does nothing else meanwhile. */
export class MigrateCall {
  readonly #source: RespConnection;
  readonly #slots: Slots;
  readonly #way: Way;
  /** All arguments but the keys, encoded, without the line that counts them. */
  readonly #arguments: Buffer;
  readonly #count: number;
  #roundTripMs: number | undefined;
  #answeredAt = 0;

  constructor({ session, request }: Lane, { address, move }: ByMigrate) {
    const { source, target, slots } = session;
    // Nodes of a cluster are refused beforehand: keys of one call are in several slots.
    if (source instanceof ClusterKeyspace) throw new Error('no MIGRATE of many keys in a cluster');
    this.#source = source;
    this.#slots = slots;
    this.#way = { source: source.endpoint, target: target.endpoint, address };
    const db = request.selection.targetDatabase(request.partition.db);
    const words = [
      ...['MIGRATE', address.host, address.port, '', db, timeoutMs],
      ...(move ? [] : ['COPY']),
      // What is moved never overwrites: a key that both sides have was written at the source after it was moved.
      ...(!move && request.onConflict === 'replace' ? ['REPLACE'] : []),
      ...login(target.endpoint),
      'KEYS',
    ];
    this.#count = words.length;
    const encoded = encodeCommand(words);
    this.#arguments = encoded.subarray(encoded.indexOf('\n') + 1);
  }

  /**
   * Sends the keys from one to another.
   * @returns how long the source took, as far as can be told: from the answer before, if that one was waited for
   * @throws MigrationError what either server refused as a whole; PeerUnreachable
   */
  async send(keys: KeyBatch, from: number, to: number): Promise<{ answer: Answer; ms: number }> {
    this.#roundTripMs ??= await this.#roundTrip();
    const sentAt = performance.now();
    const [reply] = await this.#slots.use(({ request }) => {
      request
        .clear()
        .appendText(`*${this.#count + to - from}\r\n`)
        .append(this.#arguments);
      keys.appendKeysTo(request, from, to);
      return this.#source.raw(request.view(), 1);
    });
    const now = performance.now();
    const ms = Math.min(now - sentAt - this.#roundTripMs, now - this.#answeredAt);
    this.#answeredAt = now;
    return { answer: judgeReply(reply, this.#way), ms };
  }

  /** How long a command without any work takes, in ms: the way there and back. */
  async #roundTrip(): Promise<number> {
    const startedAt = performance.now();
    await this.#source.pipeline([['PING']]);
    return performance.now() - startedAt;
  }
}

/** Servers keep it out of MONITOR and SLOWLOG since Redis 7.0. AUTH is known since 4.0.7, AUTH2 since 6.0. */
function login({ username, password }: Endpoint): string[] {
  if (password === undefined) return [];
  return username === undefined ? ['AUTH', password] : ['AUTH2', username, password];
}

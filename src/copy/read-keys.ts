import { ReplyCursor } from '../keys/reply-cursor.js';
import type { ByteBuilder } from '../resp/bytes.js';
import { appendCommand, KeyCommand } from '../resp/encode.js';
import type { Features } from './features.js';

const dump = new KeyCommand(['DUMP']);
const absolute = new KeyCommand(['PEXPIRETIME']);
const relative = new KeyCommand(['PTTL']);

/** What is asked about each key, in the order in which `ReadKeys` takes the replies. */
export class Question {
  readonly #commands: KeyCommand[];
  readonly #computed: boolean;

  constructor({ expiry, access }: Features) {
    // The last use is asked for first, since DUMP may count as one.
    const use = access === undefined ? [] : [new KeyCommand(['OBJECT', access])];
    this.#commands = [...use, dump, expiry === 'absolute' ? absolute : relative];
    this.#computed = expiry === 'computed';
  }

  /** @returns how many replies will come */
  appendTo(into: ByteBuilder, keys: { count: number; appendTo(into: ByteBuilder, ...commands: KeyCommand[]): void }) {
    if (this.#computed) appendCommand(into, ['TIME']);
    keys.appendTo(into, ...this.#commands);
    return keys.count * this.#commands.length + (this.#computed ? 1 : 0);
  }
}

/** Goes through the replies to a `Question`, key by key. */
export class ReadKeys {
  /** Deleted or expired meanwhile. */
  gone = false;
  /** Where the payload stands on the wire, `$<length>\r\n<bytes>\r\n`. */
  payloadFrom = 0;
  payloadTo = 0;
  /** In ms, absolute or relative as RESTORE will take it; 0 when there is none. */
  expiry = 0;
  /** Idle seconds, or the frequency. */
  access = 0;
  readonly #reply: ReplyCursor;
  readonly #features: Features;
  /** The source's clock in ms, where expiries are computed. */
  readonly #time: number = 0;

  constructor(replies: Buffer, features: Features) {
    this.#reply = new ReplyCursor(replies);
    this.#features = features;
    if (features.expiry === 'computed') this.#time = this.#readTime();
  }

  next(): void {
    const reply = this.#reply;
    if (this.#features.access !== undefined) {
      reply.next();
      this.access = Math.max(0, reply.value);
    }
    reply.next();
    this.payloadFrom = reply.start;
    this.payloadTo = reply.end;
    const absent = reply.from < 0;
    reply.next();
    this.gone = absent || reply.value === -2;
    this.expiry = this.#expiryOf(reply.value);
  }

  #expiryOf(answer: number): number {
    if (answer < 0) return 0;
    // A relative 0 would be no expiry at all.
    return this.#features.expiry === 'relative' ? Math.max(1, answer) : this.#time + answer;
  }

  /** TIME answers seconds and microseconds, as bulk strings. */
  #readTime(): number {
    const reply = this.#reply;
    const next = (): number => {
      reply.next();
      return Number(reply.bytes.toString('latin1', reply.from, reply.to));
    };
    reply.next();
    return next() * 1000 + Math.floor(next() / 1000);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './clock.js';
import { type Address, type Command, type Connection, connect } from './connection.js';
import { RedisError } from './replies.js';

export type Delivery =
  | { outcome: 'acked' | 'ambiguous'; server: string; sentAt: number; at: number }
  /** It was never sent, or refused by an error reply: it had no effect. */
  | { outcome: 'refused'; why: string };

/** A writer's way to its server: one connection at a time, to each candidate in turn. */
export class WriterLink {
  #turn = 0;
  #connection: Connection | undefined;

  constructor(
    readonly candidates: readonly Address[],
    readonly commandTimeoutMs: number | null,
  ) {}

  /** Tries once. Anything but an acknowledgement makes the other candidate the next to try. */
  async deliver(command: Command): Promise<Delivery> {
    if (this.#connection?.alive === false) this.#goToNext(); // closed by the server while nothing was in flight
    const address = this.candidates[this.#turn % this.candidates.length] as Address;
    const delivery = await this.#attempt(address, command);
    if (delivery.outcome !== 'acked') this.#goToNext();
    return delivery;
  }

  drop(): void {
    this.#connection?.close();
  }

  #goToNext(): void {
    this.drop();
    this.#connection = undefined;
    this.#turn++;
  }

  async #attempt(address: Address, command: Command): Promise<Delivery> {
    try {
      this.#connection ??= await connect(address, { timeoutMs: 1000 });
    } catch (error) {
      return { outcome: 'refused', why: error instanceof RedisError ? error.code : 'closed' };
    }
    const server = `${address.host}:${address.port}`;
    const sentAt = now();
    const impatience = this.commandTimeoutMs && setTimeout(() => this.drop(), this.commandTimeoutMs);
    try {
      await this.#connection.send(...command);
      return { outcome: 'acked', server, sentAt, at: now() };
    } catch (error) {
      if (error instanceof RedisError) return { outcome: 'refused', why: error.code };
      return { outcome: 'ambiguous', server, sentAt, at: now() };
    } finally {
      if (impatience) clearTimeout(impatience);
    }
  }
}

/** Holds a loop to a rate; what was missed by a turn or more is not made up for. */
export class Pace {
  readonly #interval: number;
  #due = now();

  constructor(perSecond: number) {
    this.#interval = 1_000_000 / perSecond;
  }

  async turn(): Promise<void> {
    const time = now();
    this.#due = Math.max(this.#due + this.#interval, time - this.#interval);
    if (this.#due > time) await sleep((this.#due - time) / 1000);
  }
}

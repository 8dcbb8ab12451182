import type { ReplyCursor } from '../../keys/reply-cursor.js';
import { ByteBuilder } from '../../resp/bytes.js';
import type { Building } from './building.js';
import { ValueChanged } from './changed.js';
import { Piece } from './piece.js';
import type { Reading } from './reading.js';

const noField = -2;

/**
 * Copies the expiry of single fields, each in the piece that its field is in.
 * https://redis.io/docs/latest/commands/hpexpireat/
 */
export class FieldExpiry {
  /** Some fields expire, and the target has no command for that. */
  unheld = false;
  readonly #question = new Piece();
  readonly #reply = new ByteBuilder();

  constructor(
    private readonly from: Reading,
    private readonly to: Building,
  ) {}

  /**
   * @param page at the first of so many fields and values in turn
   * @returns what writes their expiries
   * @throws ValueChanged when a field has expired meanwhile
   */
  async ofPage(page: ReplyCursor, words: number): Promise<(piece: Piece) => void> {
    const times = await this.#ask(page.fork(), words / 2);
    if (times.includes(noField)) throw new ValueChanged();
    const some = times.some(time => time >= 0);
    if (some && !this.to.abilities.fieldExpiry) this.unheld = true;
    return some && !this.unheld ? piece => this.#write(piece, page, times) : () => {};
  }

  /** @returns Unix time in ms, negative without an expiry */
  async #ask(page: ReplyCursor, fields: number): Promise<number[]> {
    const question = this.#question.clear();
    question.begin(fields + 4, 'HPEXPIRETIME', this.from.key, 'FIELDS', fields);
    for (let field = 0; field < fields; field++) {
      question.append(page, 1);
      page.next();
    }
    const reply = await this.from.read(question.bytes.view(), this.#reply);
    reply.next();
    return Array.from({ length: fields }, () => {
      reply.next();
      return reply.value;
    });
  }

  #write(piece: Piece, page: ReplyCursor, times: number[]): void {
    for (const time of times) {
      if (time >= 0) piece.begin(6, 'HPEXPIREAT', this.to.key, time, 'FIELDS', 1);
      if (time >= 0) piece.append(page, 1);
      else page.next();
      page.next();
    }
  }
}

import { ByteBuilder } from '../../resp/bytes.js';
import { type Arg, appendBulk } from '../../resp/encode.js';

/** SET but for key, value and what follows the options. https://redis.io/docs/latest/commands/set/ */
export class SetCommand {
  readonly #head: Buffer;
  readonly #options: Buffer;

  /** @param beyond words that are appended after the options */
  constructor(options: readonly Arg[], beyond = 0) {
    const into = new ByteBuilder();
    for (const option of options) appendBulk(into, option);
    this.#options = Buffer.from(into.view());
    this.#head = Buffer.from(`*${3 + options.length + beyond}\r\n$3\r\nSET\r\n`);
  }

  begin(into: ByteBuilder): void {
    into.append(this.#head);
  }

  end(into: ByteBuilder): void {
    into.append(this.#options);
  }
}

import type { KeyBatch } from '../keys/key-batch.js';
import { ByteBuilder } from '../resp/bytes.js';
import { type Arg, appendBulk } from '../resp/encode.js';
import type { Features } from './features.js';
import { ReadKeys } from './read-keys.js';
import type { CopySelection } from './request.js';

/** Writes what was read of keys as RESTORE commands, bytes from wire to wire. https://redis.io/docs/latest/commands/restore/ */
export class RestoreWriter {
  readonly #head: Buffer;
  readonly #noExpiry = wire('0');
  readonly #options: Buffer;

  constructor(
    private readonly features: Features,
    private readonly selection: CopySelection,
    onConflict: 'replace' | 'skip',
  ) {
    const { expiry, access } = features;
    const options = [
      ...(onConflict === 'replace' ? ['REPLACE'] : []),
      ...(expiry === 'relative' ? [] : ['ABSTTL']),
      ...(access === undefined ? [] : [access]),
    ];
    const args = 4 + options.length + (access === undefined ? 0 : 1);
    this.#head = Buffer.concat([Buffer.from(`*${args}\r\n`), wire('RESTORE')]);
    this.#options = wire(...options);
  }

  /** @returns how many commands: one for each key that is not gone */
  write(into: ByteBuilder, keys: KeyBatch, replies: Buffer): number {
    const read = new ReadKeys(replies, this.features);
    const names = keys.wire.view();
    let written = 0;
    for (let index = 0; index < keys.count; index++) {
      read.next();
      if (read.gone) continue;
      written++;
      into.append(this.#head);
      this.selection.appendTargetKey(into, names, keys.from(index), keys.to(index));
      if (read.expiry === 0) into.append(this.#noExpiry);
      else appendBulk(into, read.expiry);
      into.append(replies, read.payloadFrom, read.payloadTo).append(this.#options);
      if (this.features.access !== undefined) appendBulk(into, read.access);
    }
    return written;
  }
}

function wire(...args: Arg[]): Buffer {
  const into = new ByteBuilder();
  for (const arg of args) appendBulk(into, arg);
  return Buffer.from(into.view());
}

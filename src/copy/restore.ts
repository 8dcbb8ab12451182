import type { KeyBatch } from '../keys/key-batch.js';
import { ByteBuilder } from '../resp/bytes.js';
import { type Arg, appendBulk } from '../resp/encode.js';
import type { Features } from './features.js';
import { ReadKeys } from './read-keys.js';
import type { CopySelection } from './request.js';

/** How a target takes a payload. */
export interface RestoreForm {
  /** Expiries are Unix times, not what is left: ABSTTL, since 5.0. */
  absolute: boolean;
  access: Features['access'];
  onConflict: 'replace' | 'skip';
}

/** RESTORE but for what differs from key to key. https://redis.io/docs/latest/commands/restore/ */
export class RestoreCommand {
  readonly #head: Buffer;
  readonly #noExpiry = wire('0');
  readonly #options: Buffer;

  constructor({ absolute, access, onConflict }: RestoreForm) {
    const options = [
      ...(onConflict === 'replace' ? ['REPLACE'] : []),
      ...(absolute ? ['ABSTTL'] : []),
      ...(access === undefined ? [] : [access]),
    ];
    const args = 4 + options.length + (access === undefined ? 0 : 1);
    this.#head = Buffer.concat([Buffer.from(`*${args}\r\n`), wire('RESTORE')]);
    this.#options = wire(...options);
  }

  /** Before the key. */
  begin(into: ByteBuilder): void {
    into.append(this.#head);
  }

  /** Between key and payload. @param expiry in ms; 0: none */
  appendExpiry(into: ByteBuilder, expiry: number): void {
    if (expiry === 0) into.append(this.#noExpiry);
    else appendBulk(into, expiry);
  }

  /** After the payload. @param access idle seconds or the frequency, where the form has one */
  end(into: ByteBuilder, access: number | undefined): void {
    into.append(this.#options);
    if (access !== undefined) appendBulk(into, access);
  }
}

/** Writes what was read of keys as RESTORE commands, bytes from wire to wire. */
export class RestoreWriter {
  readonly #command: RestoreCommand;

  constructor(
    private readonly features: Features,
    private readonly selection: CopySelection,
    onConflict: 'replace' | 'skip',
  ) {
    const { expiry, access } = features;
    this.#command = new RestoreCommand({ absolute: expiry !== 'relative', access, onConflict });
  }

  /** @returns how many commands: one for each key that is not gone */
  write(into: ByteBuilder, keys: KeyBatch, replies: Buffer): number {
    const read = new ReadKeys(replies, this.features);
    const names = keys.wire.view();
    const command = this.#command;
    const access = this.features.access !== undefined;
    let written = 0;
    for (let index = 0; index < keys.count; index++) {
      read.next();
      if (read.gone) continue;
      written++;
      command.begin(into);
      this.selection.appendTargetKey(into, names, keys.from(index), keys.to(index));
      command.appendExpiry(into, read.expiry);
      into.append(replies, read.payloadFrom, read.payloadTo);
      command.end(into, access ? read.access : undefined);
    }
    return written;
  }
}

function wire(...args: Arg[]): Buffer {
  const into = new ByteBuilder();
  for (const arg of args) appendBulk(into, arg);
  return Buffer.from(into.view());
}

import type { CopySelection } from '../../copy/index.js';
import { ByteBuilder } from '../../resp/bytes.js';
import type { KeyCommand } from '../../resp/encode.js';
import type { RdbString } from '../rdb-string.js';

const cached = 1024;
const heads = Array.from({ length: cached }, (_, size) => Buffer.from(`$${size}\r\n`));
const lineEnd = Buffer.from('\r\n');

/** Writes what stands before a bulk string of so many bytes. */
export function appendBulkHead(into: ByteBuilder, size: number): void {
  const head = heads[size];
  if (head) into.append(head);
  else into.appendText(`$${size}\r\n`);
}

export function appendBulkBytes(into: ByteBuilder, bytes: Uint8Array, from: number, to: number): void {
  appendBulkHead(into, to - from);
  into.append(bytes, from, to).append(lineEnd);
}

/** Writes keys of a snapshot under the names that they get on the target. */
export class TargetNames {
  readonly #wire = new ByteBuilder();
  readonly #name = new ByteBuilder();

  constructor(private readonly selection: CopySelection) {}

  append(into: ByteBuilder, { bytes, from, to }: RdbString): void {
    appendBulkBytes(this.#wire.clear(), bytes, from, to);
    this.selection.appendTargetKey(into, this.#wire.view(), 0, this.#wire.length);
  }

  /** A command of the key. */
  appendCommand(into: ByteBuilder, command: KeyCommand, key: RdbString): void {
    this.append(this.#name.clear(), key);
    command.appendTo(into, this.#name.view(), 0, this.#name.length);
  }

  of(key: RdbString): Buffer {
    return this.selection.targetKey(key.copy());
  }
}

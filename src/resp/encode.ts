import { ByteBuilder } from './bytes.js';

export type Arg = Buffer | string | number | bigint;

/** One command as the array of bulk strings that servers read. */
export const encodeCommand = (args: readonly Arg[]): Buffer => appendCommand(new ByteBuilder(), args).view();

/** Many commands in one Buffer, to be written at once. */
export function encodeCommands(commands: readonly (readonly Arg[])[]): Buffer {
  const into = new ByteBuilder();
  for (const args of commands) appendCommand(into, args);
  return into.view();
}

export function appendCommand(into: ByteBuilder, args: readonly Arg[]): ByteBuilder {
  into.appendText(`*${args.length}\r\n`);
  for (const arg of args) appendBulk(into, arg);
  return into;
}

/** A key, or any other string, as it is on the wire: `$<length>\r\n<bytes>\r\n`. */
export function appendBulk(into: ByteBuilder, arg: Arg): ByteBuilder {
  if (Buffer.isBuffer(arg)) return into.appendText(`$${arg.length}\r\n`).append(arg).appendText('\r\n');
  const text = String(arg);
  return into.appendText(`$${Buffer.byteLength(text)}\r\n${text}\r\n`);
}

/** A command of one key, encoded but for the key: for millions of keys that are on the wire already. */
export class KeyCommand {
  readonly #before: Buffer;
  readonly #after: Buffer;

  constructor(before: readonly Arg[], after: readonly Arg[] = []) {
    const head = new ByteBuilder().appendText(`*${before.length + 1 + after.length}\r\n`);
    for (const arg of before) appendBulk(head, arg);
    const tail = new ByteBuilder();
    for (const arg of after) appendBulk(tail, arg);
    this.#before = Buffer.from(head.view());
    this.#after = Buffer.from(tail.view());
  }

  /** `wire` holds the key from `from` to `to` as `appendBulk` writes it, and as servers answer it. */
  appendTo(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void {
    into.append(this.#before).append(wire, from, to);
    if (this.#after.length > 0) into.append(this.#after);
  }
}

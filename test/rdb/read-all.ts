import type { Element } from '../../src/rdb/decode/decoder.js';
import { RdbReader, type RdbReaderOptions } from '../../src/rdb/reader.js';
import type { RdbType } from '../../src/rdb/value-types.js';
import { cut } from '../resp/arbitrary-reply.js';

export interface ReadKey {
  db: number;
  key: Buffer;
  expireAt: number;
  type: RdbType;
  /** Type byte and value as they stand in the snapshot; null for a big value. */
  raw: Buffer | null;
  elements: Element[];
}

export interface ReadSnapshot {
  keys: ReadKey[];
  functions: Buffer[];
  aux: Map<string, string>;
  /** False when the bytes ended before the snapshot did. */
  complete: boolean;
}

/** Everything that is in a snapshot, pushed in pieces whose sizes repeat those given. */
export function readAll(
  bytes: Buffer,
  sizes: readonly number[] = [bytes.length],
  options?: RdbReaderOptions,
): ReadSnapshot {
  const reader = new RdbReader(options);
  const read: ReadSnapshot = { keys: [], functions: [], aux: reader.aux, complete: false };
  for (const piece of cut(bytes, sizes)) {
    // A buffer of its own, which is spoilt afterwards: nothing that was read may still point there.
    const chunk = Buffer.from(piece);
    reader.push(chunk);
    chunk.fill(0xee);
    takeAll(reader, read);
    if (read.complete) break;
  }
  return read;
}

function takeAll(reader: RdbReader, read: ReadSnapshot): void {
  const open = read.keys.at(-1);
  if (open?.raw === null && reader.pieces(element => open.elements.push(copied(element))) === 'more') return;
  for (;;) {
    const item = reader.next();
    if (item === 'end') read.complete = true;
    if (item === 'end' || item === 'more') return;
    if (item === 'functions') read.functions.push(value(reader));
    else if (item === 'key')
      read.keys.push(keyOf(reader, Buffer.concat([Buffer.from([reader.head.typeByte]), value(reader)])));
    else {
      const key = keyOf(reader, null);
      read.keys.push(key);
      if (reader.pieces(element => key.elements.push(copied(element))) === 'more') return;
    }
  }
}

const value = ({ window, valueFrom, valueTo }: RdbReader): Buffer =>
  Buffer.from(window.bytes.subarray(valueFrom, valueTo));

function keyOf(reader: RdbReader, raw: Buffer | null): ReadKey {
  const { head, db, type } = reader;
  const elements: Element[] = [];
  if (raw) reader.elements(element => elements.push(copied(element)));
  return { db, key: head.key.copy(), expireAt: head.expireAt, type, raw, elements };
}

/** Buffers of an element are valid only for a moment. */
function copied<T>(value: T): T {
  if (Buffer.isBuffer(value)) return Buffer.from(value) as T;
  if (Array.isArray(value)) return value.map(copied) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copied(each)])) as T;
}
